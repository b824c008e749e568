import fc from 'fast-check';
import countries from 'i18n-iso-countries';
import { countryCode, isCountry } from './country.ts';

describe('countries', () => {
  it.each([
    ['USA', 'US'], ['U.S.A.', 'US'], ['U.S.', 'US'], ['us', 'US'], ['United States of America', 'US'], ['the United States', 'US'], ['EE.UU.', 'US'], ['UK', 'GB'], ['U.K.', 'GB'], ['England', 'GB'], ['Scotland', 'GB'], ['Great Britain', 'GB'], ['GBR', 'GB'],
    ['Deutschland', 'DE'], ['Germany (DE)', 'DE'], ['Allemagne', 'DE'], ['Alemania', 'DE'], ['ドイツ', 'DE'], ['Holland', 'NL'], ['The Netherlands', 'NL'], ['Korea', 'KR'], ['Korea, Republic of', 'KR'], ['Republic of Korea', 'KR'], ['대한민국', 'KR'],
    ['Hong Kong S.A.R., China', 'HK'], ['China', 'CN'], ["People's Republic of China", 'CN'], ['P.R. China', 'CN'], ['中国', 'CN'], ['Taiwan, R.O.C.', 'TW'], ['France métropolitaine', 'FR'], ['Türkiye', 'TR'], ['Turkey', 'TR'], ['JPN', 'JP'], ['日本', 'JP'],
    ["Côte d'Ivoire", 'CI'], ['Ivory Coast', 'CI'], ['Österreich', 'AT'], ['Россия', 'RU'], ['Czechia', 'CZ'], ['Czech Republic', 'CZ'], ['UAE', 'AE'], ['Viet Nam', 'VN'], ['  brasil ', 'BR'],
  ])('%s is %s', (country, code) => expect(countryCode(country)).toBe(code));

  it.each(['', '-', 'N/A', 'EMEA', 'Global', 'Europe', 'EU', 'unknown', 'Atlantis', '???', 'DACH'])('"%s" names none', (country) => expect(countryCode(country)).toBe(''));

  it('"NA" is more often "not available" than Namibia, which is known by its name and its other code', () => {
    expect(['NA', 'na', 'NAM', 'Namibia'].map(countryCode)).toEqual(['', '', 'NA', 'NA']);
  });

  it('every other country of ISO 3166 is known by its codes and its English name', () => {
    for (const [code, alpha3] of Object.entries(countries.getAlpha2Codes())) {
      if (code === 'NA') continue;
      expect([code, countryCode(code), countryCode(alpha3), countryCode(code.toLowerCase())]).toEqual([code, code, code, code]);
      expect([code, countryCode(countries.getName(code, 'en') ?? '')]).toEqual([code, code]);
    }
  });

  it('any text has a code or none, in capitals as in small letters', () => {
    const written = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('germany', 'u.s.a.', 'korea, rep', 'hong kong'));
    fc.assert(fc.property(written, (country) => {
      expect(countryCode(country)).toMatch(/^([A-Z]{2})?$/);
      if (/^[\x20-\x7e]*$/.test(country)) expect(countryCode(country.toUpperCase())).toBe(countryCode(country.toLowerCase()));
    }));
  });

  it('a name is a country only when it is nothing else', () => {
    expect([isCountry('Denmark'), isCountry('Bank of Denmark'), isCountry(' '), isCountry('Atlantis')]).toEqual([true, false, false, false]);
  });
});
