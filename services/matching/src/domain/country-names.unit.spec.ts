import { countryNames } from '../testing/country-names.ts';
import { countryCode, isCountryWord } from './country.ts';
import names from './country-names.json' with { type: 'json' };

describe('the table of country names', () => {
  it('is what i18n-iso-countries says; after a new version of it, run testing/write-country-names.ts', () => {
    expect(names).toEqual(countryNames());
  });

  it.each([['Deutschland', 'DE'], ['Côte d’Ivoire', 'CI'], ['Türkiye', 'TR'], ['日本', 'JP'], ['GBR', 'GB'], ['England', 'GB'], ['Россия', 'RU'], ['Korea (Republic of)', 'KR'], ['Nowhere', ''], ['Unclear (Deutschland)', 'DE']])('reads %s as %s', (name, code) => {
    expect(countryCode(name)).toBe(code);
  });

  it('knows a country among the words of a name', () => {
    expect(isCountryWord('germany')).toBe(true);
    expect(isCountryWord('acme')).toBe(false);
  });
});
