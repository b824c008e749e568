import { KEY_WEIGHT, keyHash, type KeyKind } from './blocking-keys.ts';

/** So many of the accounts found are compared; chosen by the keys they share, the site and the country. */
export const MOST_COMPARED = 8;

/** An account that shares less than this share of what the nearest one shares is not compared: it would not be chosen. */
const LEAST_SHARE = 0.4;

/** Weights are whole numbers of this part of one, so that adding them up gives the same sum in any order and in any database. */
export const WEIGHT_UNIT = 2 ** 20;

export const SAME_SITE_WEIGHT = 2 * WEIGHT_UNIT;
export const COUNTRY_WEIGHT = Math.round(0.6 * WEIGHT_UNIT);

/** What sharing a key of this kind says, before how few share it. */
export const kindWeight = (kind: KeyKind): number => KEY_WEIGHT[kind] * WEIGHT_UNIT;

/** What a key says that `count` accounts have. */
export const keyWeight = (kind: KeyKind, count: number): number => kindWeight(kind) + Math.floor(WEIGHT_UNIT / (count + 1));

/** What is added for the site and the country, which are no keys of their own. A country of 0 is not known. */
export function placeWeight(sameSite: boolean, candidateCountry: number, accountCountry: number): number {
  const country = candidateCountry === 0 || accountCountry === 0 ? 0 : candidateCountry === accountCountry ? COUNTRY_WEIGHT : -COUNTRY_WEIGHT;
  return country + (sameSite ? SAME_SITE_WEIGHT : 0);
}

/** A country's two letters, and a site, as numbers: what is kept of them beside each key. 0: not known. */
export const countryNumber = (code: string): number => (code === '' ? 0 : code.charCodeAt(0) * 256 + code.charCodeAt(1));
export const siteNumber = (site: string): number => (site === '' ? 0 : (keyHash('domain', site) >>> 0) || 1);

/** Of two that are equally near the one with the smaller number is compared, in whatever order they came. */
export const tieNumber = (accountId: string): number => keyHash('name', accountId) >>> 0;

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
