import { digitsOf } from './name-words.ts';
import type { Profile } from './profile.ts';

const DIGIT = /\d/;

/**
 * True of two names that both have numbers, and not the same: "DR Paris 6" and "DR Paris 11", "Works 7" and "Works 17" are two
 * however alike they read. On one site, or on sites that are alike, the site tells more.
 */
export function numbersApart(a: Profile, b: Profile): boolean {
  if (!DIGIT.test(a.nameKey) || !DIGIT.test(b.nameKey)) return false;
  if (a.site !== '' && (a.site === b.site || a.label === b.label)) return false;
  return digitsOf(a.tokens) !== digitsOf(b.tokens);
}
