import countries from 'i18n-iso-countries';
import { foldCountry } from '../domain/country.ts';

/** Codes by the folded names that mean them, in every language of the ISO list. English first; what means two countries means none. */
function codesByName(): Map<string, string> {
  const names = new Map<string, string>();
  const take = (language: string, target: Map<string, string>): void => {
    for (const [code, spellings] of Object.entries(countries.getNames(language, { select: 'all' }))) {
      for (const spelling of spellings) {
        const key = foldCountry(spelling);
        const known = target.get(key);
        target.set(key, known === undefined || known === code ? code : '');
      }
    }
  };
  take('en', names);
  const others = new Map<string, string>();
  for (const language of countries.langs()) if (language !== 'en') take(language, others);
  for (const [key, code] of others) if (code !== '' && !names.has(key)) names.set(key, code);
  for (const [code, alpha3] of Object.entries(countries.getAlpha2Codes())) {
    names.set(code.toLowerCase(), code);
    names.set(alpha3.toLowerCase(), code);
  }
  return names;
}

/** What domain/country-names.json holds: folded names and codes by the country that they mean; '' is none. */
export function countryNames(): Record<string, string> {
  const byCode = new Map<string, string[]>();
  for (const [name, code] of codesByName()) byCode.set(code, [...(byCode.get(code) ?? []), name]);
  return Object.fromEntries([...byCode].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, names]) => [code, names.sort().join('|')]));
}
