export * from '../salesforce/testing/connect.ts';
export * from '../salesforce/testing/vendor-proxy.ts';
