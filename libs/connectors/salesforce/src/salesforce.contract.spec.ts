import { describeConnector } from '@signalbox/connectors-sdk/testing';
import { salesforceHarness } from './testing/salesforce-harness.ts';

describeConnector('salesforce', salesforceHarness, { without: ['convert'] });
describeConnector('salesforce, with leads', () => salesforceHarness('Lead'));
