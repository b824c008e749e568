import { draftCompany, type GivenCompany } from './company.ts';
import { countryCode, countryKey } from './country.ts';
import { registrableDomain } from './website.ts';

const given = (more: Partial<GivenCompany>): GivenCompany => ({ sourceId: 's', name: 'Acme', website: '', country: '', industry: '', attributes: {}, ...more });
const code = (more: Partial<GivenCompany>) => (draftCompany(given(more), (text) => text) as { code?: string }).code?.replace('segments.company.', '');

describe('a company', () => {
  it('has the registrable domain of its website, by the public suffix list with the private section', () => {
    const wanted = { 'https://www.shop.acme.co.uk/x?y': 'acme.co.uk', 'ACME.com': 'acme.com', 'http://foo.github.io': 'foo.github.io', '10.0.0.1': '', localhost: '', '': '' };
    for (const [website, domain] of Object.entries(wanted)) expect([website, registrableDomain(website)]).toEqual([website, domain]);
  });

  it('is compared by country in whatever spelling it stands', () => {
    for (const text of ['US', 'usa', 'U.S.A.', 'United States', 'United States of America', 'Vereinigte Staaten', 'Estados Unidos']) expect([text, countryCode(text)]).toEqual([text, 'US']);
    for (const text of ['GB', 'UK', 'England', 'United Kingdom']) expect([text, countryCode(text)]).toEqual([text, 'GB']);
    for (const text of ['KR', 'South Korea', 'Korea, Republic of']) expect([text, countryCode(text)]).toEqual([text, 'KR']);
    expect([countryKey('de'), countryKey('Niger'), countryKey('Nigeria'), countryKey('Côte d’Ivoire') === countryKey('CI')]).toEqual(['germany', 'niger', 'nigeria', true]);
    expect(countryKey(' Atlantis ')).toBe('atlantis');
    expect(countryKey('')).toBe('');
  });

  it('is refused with the field and the remedy when it cannot be kept', () => {
    expect(code({ name: '  ' })).toBe('name_missing');
    expect(code({ name: 'x'.repeat(501) })).toBe('too_long');
    expect(code({ name: 'a\0b' })).toBe('nul_character');
    expect(code({ employees: 1.5 })).toBe('employees');
    expect(code({ annualRevenue: Infinity })).toBe('annual_revenue');
    expect(code({ attributes: { a: 'x'.repeat(4001) } })).toBe('too_long');
    expect(code({ attributes: { '': 'x' } })).toBe('attribute_name');
    expect(code({ attributes: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`a${i}`, 'x'])) })).toBe('too_many_attributes');
    expect(code({})).toBeUndefined();
  });
});
