import { labelAffinity } from './label-affinity.ts';
import { digitsOf, initialsOf } from './name-words.ts';
import type { Profile } from './profile.ts';

/** A way in which a company is called, with what is compared of it worked out once. */
export interface PreparedForm {
  tokens: readonly string[];
  words: readonly string[];
  /** How telling each word is, and all of them together. */
  weights: readonly number[];
  mass: number;
  /** The words, and the tokens, without spaces. */
  core: string;
  key: string;
  /** Initials of the words, and of the tokens. */
  initials: string;
  allInitials: string;
  /** The name when it is one word that may be another's initials; otherwise empty. */
  letters: string;
  digits: string;
}

/** A profile ready to be compared with many. */
export interface Prepared {
  profile: Profile;
  forms: readonly PreparedForm[];
  /** Country that the site's top-level domain belongs to, or empty. */
  tldCountry: string;
  /** How far the site's label says the name, 0 to 1. */
  ownLabel: number;
}

const TLD = /\.([a-z]{2})$/;
const GENERIC_TLD = new Set(['co', 'io', 'ai', 'tv', 'me', 'cc', 'ly', 'eu', 'gg', 'to', 'fm', 'ws', 'sh']);
const DIGIT = /\d/;

function tldCountry(domain: string): string {
  const tld = TLD.exec(domain)?.[1];
  if (!tld || GENERIC_TLD.has(tld)) return '';
  return tld === 'uk' ? 'GB' : tld.toUpperCase();
}

const lettersOf = (tokens: readonly string[], words: readonly string[]): string => {
  const letters = tokens.length === 1 ? (tokens[0] as string) : words.length === 1 ? (words[0] as string) : '';
  return letters.length < 2 || letters.length > 10 ? '' : letters;
};

/** How far a site's label says one of the names, 0 to 1. */
export function labelSaysName(label: string, forms: readonly { tokens: readonly string[] }[]): number {
  if (label.length < 2) return 0;
  let best = 0;
  for (const form of forms) best = Math.max(best, labelAffinity(label, form.tokens));
  return best;
}

export function prepare(profile: Profile, rarity: (word: string) => number): Prepared {
  const forms = profile.forms.map(({ tokens, words }): PreparedForm => {
    const weights = words.map(rarity);
    const key = tokens.join('');
    return {
      tokens, words, weights, mass: weights.reduce((sum, w) => sum + w, 0), core: words.join(''), key,
      initials: initialsOf(words), allInitials: initialsOf(tokens), letters: lettersOf(tokens, words), digits: DIGIT.test(key) ? digitsOf(tokens) : '',
    };
  });
  return { profile, forms, tldCountry: tldCountry(profile.domain), ownLabel: labelSaysName(profile.label, profile.forms) };
}
