import type { Profile } from './profile.ts';

/** That one account, looked for among the others as if it were new, is another one: what `judge` says of it. */
export interface FoundPair {
  /** Number of the account looked for, and of the one found. */
  a: number;
  b: number;
  /** 0 to 1. */
  score: number;
  /** What the two have in common, in words. */
  common: string;
}

/** What is less likely than this is not worth keeping. */
export const LEAST_SCORE = 0.01;
/** Share of the labelled companies that have an account: what the model takes for granted. */
const LEARNED_SHARE = 0.55;
/** Taken for granted of accounts until there are enough to tell: a tenth of so many has a duplicate. */
const GRANTED = { accounts: 100, duplicates: 10 };
const MOST_ROUNDS = 100;
const CLOSE_ENOUGH = 1e-7;

const odds = (probability: number): number => probability / (1 - probability);
const bounded = (score: number): number => Math.min(0.9999, Math.max(0.005, score));

/** A score under another share of companies that have a counterpart (Bayes). */
function atShare(score: number, share: number): number {
  const at = odds(score) * odds(share) / odds(LEARNED_SHARE);
  return at / (1 + at);
}

/**
 * Share of accounts that have a duplicate, estimated from the scores of each account's likeliest one by expectation and
 * maximisation (Saerens, Latinne and Decaestecker 2002): few accounts have one, where every second candidate has an account.
 */
export function shareOfDuplicates(likeliest: readonly number[], accounts: number): number {
  // In order of size, so that the sum is the same to the last bit in whatever order the accounts come.
  const scores = [...likeliest].sort((x, y) => x - y);
  let share = GRANTED.duplicates / GRANTED.accounts;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const sum = scores.reduce((total, score) => total + atShare(score, share), 0);
    const next = Math.min(LEARNED_SHARE, (sum + GRANTED.duplicates) / (accounts + GRANTED.accounts));
    if (Math.abs(next - share) < CLOSE_ENOUGH) return next;
    share = next;
  }
  return share;
}

/** Pairs looked at from both sides: each once, the smaller number first, with the probability that the two are one company. */
export function judgedPairs(found: readonly FoundPair[], accounts: number): FoundPair[] {
  const pairs = new Map<number, FoundPair & { other: number }>();
  for (const { a, b, score, common } of found) {
    const [first, second] = a < b ? [a, b] : [b, a];
    const key = first * 4294967296 + second;
    const known = pairs.get(key);
    // Of what the two sides say in words, that of the surer one; of equals the first of the alphabet.
    if (!known) pairs.set(key, { a: first, b: second, score, other: 0, common });
    else pairs.set(key, { ...known, other: score, common: score > known.score || (score === known.score && common < known.common) ? common : known.common });
  }
  const both = [...pairs.values()].map(({ a, b, score, other, common }) => {
    const mean = Math.sqrt(odds(bounded(score)) * odds(bounded(other)));
    return { a, b, score: mean / (1 + mean), common };
  });
  const likeliest = new Map<number, number>();
  for (const { a, b, score } of both) for (const one of [a, b]) likeliest.set(one, Math.max(likeliest.get(one) ?? 0, score));
  const share = shareOfDuplicates([...likeliest.values()], accounts);
  return both.map((pair) => ({ ...pair, score: atShare(pair.score, share) }));
}

/** Asian Hotels (East) and Asian Hotels (West): what stands in brackets tells two of one name apart. */
export function toldApartInBrackets(x: Profile, y: Profile): boolean {
  const inBrackets = ({ forms: [core, whole, inside] }: Profile): readonly string[] =>
    (core && whole && inside && whole.words.length === core.words.length + inside.words.length ? inside.words : []);
  const [left, right] = [inBrackets(x), inBrackets(y)];
  if (left.length === 0 || right.length === 0 || x.nameKey !== y.nameKey) return false;
  return left.some((word) => !right.includes(word)) && right.some((word) => !left.includes(word));
}
