import fc from 'fast-check';
import { readSite, siteOf } from './website.ts';

const domainOf = (website: string): string => readSite(website).domain;

describe('websites', () => {
  it.each([
    ['https://www.Acme.co.uk:8080/x?y#z', 'acme.co.uk', 'acme'], ['HTTP://WWW.X-Y.FR', 'x-y.fr', 'xy'], ['//acme.com/path', 'acme.com', 'acme'], ['acme.com.', 'acme.com', 'acme'], ['user:pw@acme.com', 'acme.com', 'acme'], ['info@eu.acme.com', 'acme.com', 'acme'],
    ['acme.com, acme.de', 'acme.com', 'acme'], ['ftp://files.acme.com', 'acme.com', 'acme'], ['www2.acme.com', 'acme.com', 'acme'], ['acme.com.br', 'acme.com.br', 'acme'], ['www.uni.ac.jp', 'uni.ac.jp', 'uni'],
  ])('%s belongs to %s', (website, domain, label) => expect(readSite(website)).toMatchObject({ domain, label }));

  it('international names are one with their ASCII spelling', () => {
    expect(domainOf('https://münchen.de/rathaus')).toBe('xn--mnchen-3ya.de');
    expect(domainOf('xn--mnchen-3ya.de')).toBe('xn--mnchen-3ya.de');
    expect(domainOf('президент.рф')).toBe('xn--d1abbgf6aiiy.xn--p1ai');
    expect(domainOf('http://例え.jp/')).toBe(domainOf('xn--r8jz45g.jp'));
  });

  it.each([['acme.github.io', 'acme.github.io'], ['acme.blogspot.com', 'acme.blogspot.com'], ['acme.myshopify.com', 'acme.myshopify.com'], ['acme.netlify.app', 'acme.netlify.app']])(
    'a customer of a host is by itself, by the private section of the public suffix list: %s', (website, domain) => expect(domainOf(website)).toBe(domain));

  it('two customers of one host are not on one site', () => expect(domainOf('acme.github.io')).not.toBe(domainOf('globex.github.io')));

  it.each([
    'github.io', 'myshopify.com', 'https://www.linkedin.com/company/acme', 'facebook.com/acme', 'm.facebook.com/acme', 'sites.google.com/view/acme', 'acme@gmail.com', 'acme@web.de', 'jane@qq.com', 'a@yahoo.co.jp', 'co.uk', 'com', 'http://', 'n/a', '-', '10.0.0.1',
    'http://[::1]/', 'localhost', 'intranet', 'foo.notatld', 'example.com', '', '   ', 'not a site',
  ])('says nothing: "%s"', (website) => expect(readSite(website)).toEqual({ host: '', domain: '', label: '' }));

  it('google.com is a company, its hosted pages are not', () => {
    expect(domainOf('www.google.com')).toBe('google.com');
    expect(domainOf('maps.google.com')).toBe('');
  });

  it('is read whatever is written, and a domain read again is itself', () => {
    const host = fc.array(fc.constantFrom('www', 'acme', 'x-y', 'münchen', 'github', 'co', 'uk', 'com', 'io', 'de', 'jp', '例え', ''), { maxLength: 5 }).map((labels) => labels.join('.'));
    const written = fc.oneof(host, fc.tuple(fc.constantFrom('https://', 'HTTP://', '//', 'info@', ''), host, fc.constantFrom(':80', '/a?b', '.', '')).map((parts) => parts.join('')), fc.string({ unit: 'grapheme', maxLength: 30 }));
    fc.assert(fc.property(written, (website) => {
      const { host: read, domain, label } = readSite(website);
      expect(domain === '').toBe(read === '');
      if (domain === '') return;
      expect(read === domain || read.endsWith(`.${domain}`)).toBe(true);
      expect(label).toMatch(/^[a-z0-9]*$/);
      expect(domainOf(domain)).toBe(domain);
      expect(domainOf(`HTTPS://${domain.toUpperCase()}/`)).toBe(domain);
    }), { numRuns: 300 });
  });

  it.each([
    ['careers.acme.com', 'acme.com', 'acme.com'], ['en.acme.com', 'acme.com', 'acme.com'], ['www.fr.acme.com', 'acme.com', 'acme.com'], ['shop.lab.acme.com', 'acme.com', 'lab.acme.com'], ['med.uni.edu', 'uni.edu', 'med.uni.edu'], ['acme.com', 'acme.com', 'acme.com'],
  ])('a page or a language is no part of its own: %s', (host, domain, site) => expect(siteOf(host, domain)).toBe(site));
});
