import { distance } from 'fastest-levenshtein';

/** Two names' words laid side by side. */
export interface WordPairing {
  /** Weight of the words of each side that found a partner, by how alike they are, as a share of all; 0 to 1. */
  covered: [number, number];
  /** The heaviest word of each side that found none; 0 when all did. */
  heaviestLeft: [number, number];
  left: [number, number];
  /** The words of each side that found none. */
  leftWords: [string[], string[]];
  /** Weight of the heaviest word that both have. */
  heaviestShared: number;
  /** How alike the words are that are not equal letter by letter; 1 when none is. */
  worst: number;
}

/** True when `short` is `long` with letters left out, beginning alike: "mgt" of "management". */
function abbreviates(short: string, long: string): boolean {
  if (short.length < 2 || long.length < 4 || short.length >= long.length || short[0] !== long[0]) return false;
  let at = 0;
  for (let i = 0; i < long.length && at < short.length; i += 1) if (long[i] === short[at]) at += 1;
  return at === short.length;
}

/** How alike two words are: 1 equal, 0 unlike; in between abbreviations and slips of the pen. */
export function wordLikeness(a: string, b: string): number {
  if (a === b) return 1;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length >= 3 && long.startsWith(short)) return 0.85 + 0.1 * (short.length / long.length);
  if (long.length >= 4 && long.length - short.length <= 2) {
    const apart = distance(short, long);
    const allowed = long.length >= 8 ? 2 : 1;
    if (apart <= allowed) return 1 - apart / long.length;
    // Two letters changed places count as one slip.
    if (apart === 2 && short.length === long.length && [...short].sort().join('') === [...long].sort().join('')) return 1 - 1 / long.length;
  }
  return abbreviates(short, long) ? 0.7 : 0;
}

/** A name's words and how telling each is. */
export interface WeightedWords {
  words: readonly string[];
  weights: readonly number[];
}

const ALIKE: { i: number; j: number; value: number }[] = [];

/** Partners of the words of `a` and `b`, −1 where there is none, and how alike each pair is. Equal words first, then the likest. */
function partners(a: readonly string[], b: readonly string[]): { own: number[]; other: number[]; likeness: number[]; worst: number } {
  const own: number[] = new Array<number>(a.length).fill(-1);
  const other: number[] = new Array<number>(b.length).fill(-1);
  const likeness: number[] = new Array<number>(a.length).fill(0);
  let paired = 0;
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; j < b.length; j += 1) {
      if (other[j] !== -1 || a[i] !== b[j]) continue;
      other[j] = i;
      own[i] = j;
      likeness[i] = 1;
      paired += 1;
      break;
    }
  }
  let worst = 1;
  if (paired === a.length || paired === b.length) return { own, other, likeness, worst };
  const alike = ALIKE;
  alike.length = 0;
  for (let i = 0; i < a.length; i += 1) {
    if (own[i] !== -1) continue;
    for (let j = 0; j < b.length; j += 1) {
      if (other[j] !== -1) continue;
      const value = wordLikeness(a[i] as string, b[j] as string);
      if (value > 0) alike.push({ i, j, value });
    }
  }
  if (alike.length > 1) alike.sort((x, y) => y.value - x.value || x.i + x.j - y.i - y.j || x.i - y.i);
  for (const { i, j, value } of alike) {
    if (own[i] !== -1 || other[j] !== -1) continue;
    own[i] = j;
    other[j] = i;
    likeness[i] = value;
    if (value < worst) worst = value;
  }
  return { own, other, likeness, worst };
}

/** Pairs each word of the one side with the likest free word of the other. */
export function pairWords(a: WeightedWords, b: WeightedWords): WordPairing {
  const { own, other, likeness, worst } = partners(a.words, b.words);
  const result: WordPairing = { covered: [0, 0], heaviestLeft: [0, 0], left: [0, 0], leftWords: [[], []], heaviestShared: 0, worst };
  let all = 0;
  let shared = 0;
  for (let i = 0; i < own.length; i += 1) {
    const weight = a.weights[i] as number;
    const partner = own[i] as number;
    all += weight;
    if (partner === -1) {
      result.leftWords[0].push(a.words[i] as string);
      if (weight > result.heaviestLeft[0]) result.heaviestLeft[0] = weight;
      continue;
    }
    shared += weight * (likeness[i] as number);
    result.heaviestShared = Math.max(result.heaviestShared, Math.min(weight, b.weights[partner] as number));
  }
  result.covered[0] = all === 0 ? 0 : shared / all;
  all = 0;
  shared = 0;
  for (let j = 0; j < other.length; j += 1) {
    const weight = b.weights[j] as number;
    const partner = other[j] as number;
    all += weight;
    if (partner === -1) {
      result.leftWords[1].push(b.words[j] as string);
      if (weight > result.heaviestLeft[1]) result.heaviestLeft[1] = weight;
    } else shared += weight * (likeness[partner] as number);
  }
  result.covered[1] = all === 0 ? 0 : shared / all;
  result.left = [result.leftWords[0].length, result.leftWords[1].length];
  return result;
}
