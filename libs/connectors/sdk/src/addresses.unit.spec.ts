import { checkBaseUrl, isForbiddenAddress } from './addresses.ts';

describe('where a connection may lead', () => {
  it.each(['https://acme.my.salesforce.com', 'https://acme.my.salesforce.com/lightning?x=1', ' https://10.0.0.8:8443 ', 'http://127.0.0.1:8400', 'http://localhost:1', 'http://[::1]:9'])('%s is allowed, and its path is dropped', (text) => {
    expect(checkBaseUrl(text).href).toBe(`${new URL(text.trim()).origin}/`);
  });

  it.each([
    ['http://acme.my.salesforce.com', /https/], ['ftp://acme.com', /https/], ['acme.my.salesforce.com', /not a URL/], ['', /not a URL/],
    ['https://user:pw@acme.com', /password/], ['https://169.254.169.254/latest', /metadata/], ['https://[fe80::1]', /link-local/], ['https://[::ffff:169.254.169.254]', /link-local/],
    ['https://0.0.0.0', /link-local/], ['https://metadata.google.internal', /metadata/], ['http://2852039166', /https|link-local/],
  ])('%s is refused', (text, why) => {
    expect(() => checkBaseUrl(text)).toThrow(why);
  });

  it('lets a test installation name hosts without TLS', () => {
    expect(checkBaseUrl('http://sandbox:8400', ['sandbox']).host).toBe('sandbox:8400');
  });

  it('knows forbidden addresses in both spellings', () => {
    expect(['169.254.0.1', '::ffff:169.254.0.1', 'fe80::1', 'fd00:ec2::254', '224.0.0.1'].filter((a) => !isForbiddenAddress(a))).toEqual([]);
    expect(['10.0.0.1', '192.168.1.1', '8.8.8.8', '2001:db8::1'].filter(isForbiddenAddress)).toEqual([]);
  });
});
