import countries from 'i18n-iso-countries';
import { COUNTRY_ALIASES, NO_COUNTRY } from './country-aliases.ts';
import { foldText } from './text-folding.ts';

const fold = (text: string): string => foldText(text).replace(/['’`]/g, '').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** Names in every language of the ISO list. English first; a spelling that means two countries elsewhere means none. */
function namesOfTheWorld(): Map<string, string> {
  const names = new Map<string, string>();
  const take = (language: string, target: Map<string, string>): void => {
    for (const [code, spellings] of Object.entries(countries.getNames(language, { select: 'all' }))) {
      for (const spelling of spellings) {
        const key = fold(spelling);
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
  for (const [key, code] of Object.entries(COUNTRY_ALIASES)) names.set(key, code);
  return names;
}

const NAMES = namesOfTheWorld();
const CODES_IN = new Map<string, string>();
const REMEMBERED = 5_000;

function find(text: string): string {
  const key = fold(text);
  if (NO_COUNTRY.has(key)) return '';
  const whole = NAMES.get(key);
  if (whole) return whole;
  // "Germany (DE)", "Hong Kong S.A.R., China": the part before tells; then what stands in brackets.
  const before = NAMES.get(fold(text.split(/[([,;/|-]/, 1)[0] as string));
  if (before) return before;
  const inside = /[([]([^)\]]+)[)\]]/.exec(text)?.[1];
  return (inside && NAMES.get(fold(inside))) || '';
}

/**
 * ISO 3166 alpha-2 code of a country as given: a name in any language of the ISO list, a 2- or 3-letter code, or a usual
 * spelling ("U.S.A.", "England", "Deutschland"). Empty when none is meant or it cannot be told.
 */
export function countryCode(country: string): string {
  const kept = CODES_IN.get(country);
  if (kept !== undefined) return kept;
  const code = find(country);
  if (CODES_IN.size >= REMEMBERED) CODES_IN.clear();
  CODES_IN.set(country, code);
  return code;
}

/** True when the text names a country and nothing else. */
export const isCountry = (text: string): boolean => text.trim() !== '' && NAMES.has(fold(text));

/** As isCountry, of a word that is folded already. */
export const isCountryWord = (word: string): boolean => NAMES.has(word);
