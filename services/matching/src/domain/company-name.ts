import { isCountry } from './country.ts';
import { withoutCjkForms, withoutLegalForms } from './legal-forms.ts';
import { foldText, plainText } from './text-folding.ts';
import { readSite } from './website.ts';

export interface CompanyName {
  /** Equal but for case, width and spaces. */
  plain: string;
  /** Words without legal forms, punctuation, accents and a leading "the". Empty only when the name is blank. */
  tokens: string[];
  /** The tokens without the spaces: what "normalised name" compares ("T-Mobile", "T Mobile" and "TMobile" are one). */
  key: string;
}

/** Abbreviations that stand for one word only, wherever they are met. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  intl: 'international', mfg: 'manufacturing', mfrs: 'manufacturers', univ: 'university', natl: 'national', assn: 'association', assoc: 'associates', dept: 'department', govt: 'government', svcs: 'services', svc: 'service',
  mgmt: 'management', bros: 'brothers', ctr: 'center', centre: 'center', hosp: 'hospital', inst: 'institute', fdn: 'foundation', tech: 'technology', technol: 'technology', eng: 'engineering', engr: 'engineering', hldgs: 'holdings', hldg: 'holding',
  grp: 'group', labs: 'laboratories', lab: 'laboratory', pharm: 'pharmaceutical', pharma: 'pharmaceutical', ind: 'industries', inds: 'industries', elec: 'electric', dev: 'development', cmnty: 'community', sys: 'systems', sci: 'science', res: 'research',
};

/** Marks that people and imports leave in CRM names: "[DNU] Acme", "zz_Acme", "*Customer*". They name no company. */
function withoutRemarks(name: string): string {
  const bare = name.replace(/\*[^*]{1,30}\*/g, ' ').replace(/\[[^\]]{1,30}\]/g, ' ').replace(/^\s*(z{2,}|x{2,})[_\s-]+/i, '').replace(/\s[–|-]\s*home\s*$/i, '').trim();
  return bare === '' ? name : bare;
}

/** "Shape Robotics (Denmark)", "Alianza Minerals - Canada": the country is compared as the country. */
function withoutCountry(name: string): string {
  const match = /^(.*\S)\s*(?:\(([^()]+)\)|\s[–-]\s*([^–-]+))\s*$/.exec(name);
  if (!match) return name;
  const tail = (match[2] ?? match[3] ?? '').trim();
  return isCountry(tail) ? (match[1] as string) : name;
}

/** A name that is only an address ("www.realtek.com") is the name in the address. */
function nameInAddress(name: string): string {
  if (!/^(https?:\/\/)?(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)+\/?$/i.test(name.trim())) return name;
  const { label } = readSite(name);
  return label.length > 1 && /^(https?:\/\/|www\.)/i.test(name.trim()) ? label : name;
}

/** Runs of single letters are one word: "a b c bank" → "abc bank", "s a" → "sa". */
function joinLetters(words: readonly string[]): string[] {
  const joined: string[] = [];
  let run = '';
  const flush = (): void => {
    if (run !== '') joined.push(run);
    run = '';
  };
  for (const word of words) {
    if (/^[a-z]$/.test(word)) run += word;
    else {
      flush();
      joined.push(word);
    }
  }
  flush();
  return joined;
}

function words(text: string): string[] {
  const spaced = text
    .replace(/[&+]/g, ' and ')
    .replace(/['’‘`´ʻʼ]/g, '')
    .replace(/(?<=\b\p{L})\.(?=\p{L}\b)/gu, '') // S.A. → SA., J.P.Morgan → JP.Morgan
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
  return spaced === '' ? [] : spaced.split(' ');
}

/**
 * What a company name comes down to: Unicode differences, punctuation, "&", legal forms of the world, a leading "the",
 * remarks and a trailing country are taken off. Never nothing, unless the name is blank.
 */
export function readName(name: string): CompanyName {
  const told = nameInAddress(withoutCountry(withoutRemarks(name)));
  const all = joinLetters(words(withoutCjkForms(foldText(told))));
  if (all.length > 1 && all[0] === 'the') all.shift();
  const core = withoutLegalForms(all);
  const tokens = core.map((token) => ABBREVIATIONS[token] ?? token);
  const plain = plainText(name);
  // "!!!" is a name too: where normalising leaves nothing, the name as it stands is compared.
  return { plain, tokens: tokens.length > 0 || plain === '' ? tokens : plain.split(' '), key: tokens.join('') || plain };
}
