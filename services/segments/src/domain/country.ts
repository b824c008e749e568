import countries from 'i18n-iso-countries';

/** Languages whose country names are understood. Where two languages disagree on a name, the first one is right. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl', 'sv', 'da', 'nb', 'fi', 'cs', 'tr', 'ja', 'zh', 'ko', 'ru'];

/** Names in daily use that the list does not have. */
const FURTHER_NAMES: Record<string, string> = {
  england: 'GB', scotland: 'GB', wales: 'GB', 'northern ireland': 'GB', britain: 'GB', holland: 'NL', macedonia: 'MK', 'korea south': 'KR', korea: 'KR',
  'republic of korea': 'KR', 'peoples republic of china': 'CN', prc: 'CN', 'hong kong sar': 'HK', 'russian federation': 'RU', burma: 'MM', swaziland: 'SZ',
};

/** Letters and digits only, so that 'U.S.A.', 'usa' and 'Côte d’Ivoire', 'cote divoire' are the same. */
function plain(name: string): string {
  return name.normalize('NFKD').toLowerCase().replace(/[\u0300-\u036f.'’`]/g, '').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

let known: Map<string, string> | undefined;

function names(): Map<string, string> {
  if (known) return known;
  const map = new Map<string, string>();
  const add = (name: string, code: string) => {
    const key = plain(name);
    if (key !== '' && !map.has(key)) map.set(key, code);
  };
  for (const [alpha3, alpha2] of Object.entries(countries.getAlpha3Codes())) {
    add(alpha2, alpha2);
    add(alpha3, alpha2);
  }
  for (const language of LANGUAGES) {
    for (const [code, list] of Object.entries(countries.getNames(language, { select: 'all' }))) for (const name of list) add(name, code);
  }
  for (const [name, code] of Object.entries(FURTHER_NAMES)) add(name, code);
  known = map;
  return map;
}

/** The ISO 3166-1 alpha-2 code of a country given as a code or a name; undefined when it is not known. */
export function countryCode(country: string): string | undefined {
  return names().get(plain(country));
}

/**
 * What countries are compared by: the English name in lower case for any spelling of a known country ('US', 'USA' and
 * 'United States' are one), otherwise the text itself in lower case.
 */
export function countryKey(country: string): string {
  const code = countryCode(country);
  const name = code === undefined ? country.trim() : (countries.getName(code, 'en') ?? code);
  return name.toLowerCase();
}
