import { KEY_WEIGHT, type BlockingKey } from './blocking-keys.ts';

/** So many of the accounts found are compared; chosen by the keys they share, the site and the country. */
export const MOST_COMPARED = 8;

const SAME_SITE = 2;
const COUNTRY = 0.6;

/** What a key says that `count` accounts have. */
export const keyWeight = (key: BlockingKey, count: number): number => KEY_WEIGHT[key.kind] + 1 / (count + 1);

/** What is added for the site and the country, which are no keys of their own. A country of 0 is not known. */
export function placeWeight(sameSite: boolean, candidateCountry: number, accountCountry: number): number {
  const country = candidateCountry === 0 || accountCountry === 0 ? 0 : candidateCountry === accountCountry ? COUNTRY : -COUNTRY;
  return country + (sameSite ? SAME_SITE : 0);
}
