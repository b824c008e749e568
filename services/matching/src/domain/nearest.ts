import { KEY_WEIGHT, type BlockingKey } from './blocking-keys.ts';

/** So many of the accounts found are compared; chosen by the keys they share, the site and the country. */
const MOST_COMPARED = 8;

/** An account that shares less than this share of what the nearest one shares is not compared: it would not be chosen. */
const LEAST_SHARE = 0.4;

const SAME_SITE = 2;
const COUNTRY = 0.6;

/** What a key says that `count` accounts have. */
export const keyWeight = (key: BlockingKey, count: number): number => KEY_WEIGHT[key.kind] + 1 / (count + 1);

/** What is added for the site and the country, which are no keys of their own. A country of 0 is not known. */
export function placeWeight(sameSite: boolean, candidateCountry: number, accountCountry: number): number {
  const country = candidateCountry === 0 || accountCountry === 0 ? 0 : candidateCountry === accountCountry ? COUNTRY : -COUNTRY;
  return country + (sameSite ? SAME_SITE : 0);
}

/** What an account shares with a candidate, and a number made of its id, by which a tie ends alike in any order. */
export interface Shared {
  weight: number;
  tie: number;
}

/** Those worth comparing, the nearest first; sorts `found`. */
export function nearest<T extends Shared>(found: T[]): T[] {
  found.sort((x, y) => y.weight - x.weight || x.tie - y.tie);
  const least = (found[0]?.weight ?? 0) * LEAST_SHARE;
  return found.slice(0, MOST_COMPARED).filter(({ weight }) => weight >= least);
}
