import { COUNTRY_ALIASES, NO_COUNTRY } from './country-aliases.ts';
import countryNames from './country-names.json' with { type: 'json' };
import { foldText } from './text-folding.ts';

/** How a country's name is written in the table. */
export const foldCountry = (text: string): string => foldText(text).replace(/['’`]/g, '').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/**
 * Names in every language of the ISO list, made by testing/write-country-names.ts: reading them from the list itself takes ten
 * times as long, which every start of a thread would wait for.
 */
function namesOfTheWorld(): Map<string, string> {
  const names = new Map<string, string>();
  for (const [code, joined] of Object.entries(countryNames)) for (const name of joined.split('|')) names.set(name, code);
  for (const [key, code] of Object.entries(COUNTRY_ALIASES)) names.set(key, code);
  return names;
}

const NAMES = namesOfTheWorld();
const CODES_IN = new Map<string, string>();
const REMEMBERED = 5_000;

function find(text: string): string {
  const key = foldCountry(text);
  if (NO_COUNTRY.has(key)) return '';
  const whole = NAMES.get(key);
  if (whole) return whole;
  // "Germany (DE)", "Hong Kong S.A.R., China": the part before tells; then what stands in brackets.
  const before = NAMES.get(foldCountry(text.split(/[([,;/|-]/, 1)[0] as string));
  if (before) return before;
  const inside = /[([]([^)\]]+)[)\]]/.exec(text)?.[1];
  return (inside && NAMES.get(foldCountry(inside))) || '';
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
export const isCountry = (text: string): boolean => text.trim() !== '' && NAMES.has(foldCountry(text));

/** As isCountry, of a word that is folded already. */
export const isCountryWord = (word: string): boolean => NAMES.has(word);
