import type { Profile } from './profile.ts';

/** Words that many names share and that tell none apart. */
const FILLERS = new Set(['of', 'and', 'the', 'for', 'de', 'la', 'le', 'les', 'des', 'du', 'del', 'der', 'die', 'das', 'und', 'et', 'y', 'e', 'da', 'do', 'di', 'in', 'at', 'van', 'fur', 'pour', 'para', 'a', 'l', 'd', 'en', 'el', 'al']);
const GENERIC = new Set(['group', 'holding', 'holdings', 'international', 'company', 'corporation', 'global', 'worldwide', 'services', 'solutions', 'technology', 'technologies', 'industries', 'enterprises', 'systems']);

/** How alike two names are and why. `value` is 0 to 1. */
export interface NameSimilarity {
  value: number;
  how: 'equal' | 'contained' | 'acronym' | 'spelling' | 'unlike' | 'missing' | 'other script';
}

const LATIN = /\p{Script=Latin}/u;
const OTHER_SCRIPT = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;

function bigrams(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < text.length - 1; i += 1) {
    const pair = text.slice(i, i + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/** Dice's coefficient over pairs of letters, 0 to 1. */
export function dice(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length < 2 || b.length < 2) return 0;
  const left = bigrams(a);
  let shared = 0;
  for (const [pair, count] of bigrams(b)) shared += Math.min(count, left.get(pair) ?? 0);
  return (2 * shared) / (a.length + b.length - 2);
}

/** True when `short` is `long` with letters left out, beginning alike: "mgt" of "management". */
function abbreviates(short: string, long: string): boolean {
  if (short.length < 2 || short.length >= long.length || short[0] !== long[0]) return false;
  let at = 0;
  for (const letter of long) if (letter === short[at]) at += 1;
  return at === short.length;
}

const sameWord = (a: string, b: string): boolean =>
  a === b || (Math.min(a.length, b.length) >= 4 && dice(a, b) >= 0.7) || (a.length < b.length ? abbreviates(a, b) && b.length >= 4 : abbreviates(b, a) && a.length >= 4);

const significant = (tokens: readonly string[]): string[] => {
  const kept = tokens.filter((t) => !FILLERS.has(t));
  return kept.length > 0 ? kept : [...tokens];
};

/** Share of the shorter name's words that the longer one has, and whether one of them says something. */
function containment(a: readonly string[], b: readonly string[]): { share: number; telling: boolean } {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const free = [...long];
  let found = 0;
  let telling = false;
  for (const word of short) {
    const at = free.findIndex((other) => sameWord(word, other));
    if (at < 0) continue;
    const [other] = free.splice(at, 1);
    found += 1;
    telling ||= !GENERIC.has(word) && Math.max(word.length, other?.length ?? 0) >= 3;
  }
  return { share: short.length === 0 ? 0 : found / short.length, telling };
}

const initials = (tokens: readonly string[]): string => tokens.map((t) => t[0] ?? '').join('');

function isAcronym(short: readonly string[], long: readonly string[]): boolean {
  const letters = short.length === 1 ? (short[0] as string) : '';
  if (letters.length < 2 || letters.length > 8 || long.length < 2) return false;
  return letters === initials(long) || letters === initials(significant(long)) || (letters.length >= 3 && initials(significant(long)).startsWith(letters));
}

/** Compares two names word by word: containment, abbreviations, initials, then spelling. Symmetric. */
export function compareNames(a: Pick<Profile, 'nameKey' | 'tokens'>, b: Pick<Profile, 'nameKey' | 'tokens'>): NameSimilarity {
  if (a.nameKey === '' || b.nameKey === '') return { value: 0, how: 'missing' };
  if (a.nameKey === b.nameKey) return { value: 1, how: 'equal' };
  if (isAcronym(a.tokens, b.tokens) || isAcronym(b.tokens, a.tokens)) return { value: 0.85, how: 'acronym' };
  const { share, telling } = containment(significant(a.tokens), significant(b.tokens));
  if (share === 1 && telling) return { value: 0.9, how: 'contained' };
  const spelling = dice(a.nameKey, b.nameKey);
  const value = Math.min(0.89, Math.max(spelling, telling ? share * 0.8 : 0));
  const apart = OTHER_SCRIPT.test(a.nameKey) !== OTHER_SCRIPT.test(b.nameKey) && (LATIN.test(a.nameKey) || LATIN.test(b.nameKey));
  if (apart && value < 0.3) return { value: 0.3, how: 'other script' };
  return { value, how: value >= 0.5 ? 'spelling' : 'unlike' };
}
