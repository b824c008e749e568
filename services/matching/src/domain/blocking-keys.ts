import { initialsOf } from './name-words.ts';
import { FILLERS } from './organisation-words.ts';
import type { Profile } from './profile.ts';

/**
 * What a key is made of. `domain`: registrable domain. `name`: a whole name, a site's label or initials, without spaces, so
 * that one is found by the other. `word`: one compared word. `pair`: two words of a name. `consonants`: a word's consonants
 * in order of the alphabet, which most slips of the pen leave as they are. `begin`, `end`: letters of a whole name.
 */
export type KeyKind = 'domain' | 'name' | 'word' | 'pair' | 'consonants' | 'begin' | 'end';

export interface BlockingKey {
  kind: KeyKind;
  /** 53 bits of the kind and the text. */
  hash: number;
}

/** Most accounts that a key brings; one with more says too little. */
export const MOST_PER_KEY: Readonly<Record<KeyKind, number>> = { domain: 200, name: 200, word: 60, pair: 60, consonants: 60, begin: 60, end: 60 };

/** What sharing a key says before anything is compared; one that few share says up to one more. */
export const KEY_WEIGHT: Readonly<Record<KeyKind, number>> = { domain: 3, name: 3, word: 1, pair: 1.5, consonants: 1, begin: 1, end: 1 };

/** Apart in bits that no letter has: the first letter is mixed in as the seed is, and would otherwise make two kinds' keys one. */
const SEED: Readonly<Record<KeyKind, number>> = { domain: 0x010000, name: 0x020000, word: 0x030000, pair: 0x040000, consonants: 0x050000, begin: 0x060000, end: 0x070000 };

/** cyrb53 (public domain): a 53-bit hash of a text, the same on every machine and in every version. */
function hash53(text: string, seed: number): number {
  let h1 = 0xdeadbeef ^ seed;
  let h2 = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ c, 2654435761);
    h2 = Math.imul(h2 ^ c, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return 4294967296 * (2097151 & h2) + (h1 >>> 0);
}

export const keyHash = (kind: KeyKind, text: string): number => hash53(text, SEED[kind]);

const NOT_CONSONANT = /[aeiouyhw]/g;
const A = 97;
/** a, e, i, o, u, y, h and w, each as the bit of its place in the alphabet. */
const NOT_CONSONANTS = 0b1_0101_0000_0100_0001_1001_0001;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** "napata" and "napta" → "npt"; empty where too little is left to say anything. */
function consonantsOf(word: string): string {
  let found = 0;
  for (let i = 0; i < word.length; i += 1) {
    const letter = word.charCodeAt(i) - A;
    if (letter < 0 || letter > 25) return withoutAlphabet(word);
    found |= 1 << letter;
  }
  let letters = '';
  // From the lowest bit to the highest, which is the order of the alphabet.
  for (let left = found & ~NOT_CONSONANTS; left !== 0; left &= left - 1) letters += LETTERS[31 - Math.clz32(left & -left)] as string;
  return letters.length < 2 ? '' : letters;
}

/** The same of a word that has digits or is not in Latin letters. */
function withoutAlphabet(word: string): string {
  const letters = [...new Set(word.replace(NOT_CONSONANT, ''))].sort().join('');
  return letters.length < 2 ? '' : letters;
}

const longer = (a: string, b: string): boolean => a.length > b.length || (a.length === b.length && a < b);

/** Two longest words of a long name, whatever stands between them. */
function longestPair(words: readonly string[]): string {
  let [first, second] = ['', ''];
  for (const word of words) {
    if (longer(word, first)) [first, second] = [word, first];
    else if (longer(word, second)) second = word;
  }
  return first < second ? `${first} ${second}` : `${second} ${first}`;
}

const LETTERS_AT_ENDS = [5, 8] as const;

/** The keys by which a company is found, each once. Two companies that are one share at least one but for rare cases. */
export function blockingKeys(profile: Profile): BlockingKey[] {
  const keys: BlockingKey[] = [];
  const add = (kind: KeyKind, text: string): void => {
    const hash = keyHash(kind, text);
    // Some twenty: looking at each is faster than a set of them.
    for (const key of keys) if (key.hash === hash) return;
    keys.push({ kind, hash });
  };
  if (profile.domain !== '') add('domain', profile.domain);
  if (profile.label.length > 2) add('name', profile.label);
  for (const { tokens, words } of profile.forms) {
    const core = words.join('');
    add('name', core);
    add('name', tokens.join(''));
    for (const word of words) {
      if (!FILLERS.has(word)) add('word', word);
      if (word.length >= 5) {
        const consonants = consonantsOf(word);
        if (consonants !== '') add('consonants', consonants);
      }
    }
    if (words.length > 2) {
      add('name', initialsOf(words));
      add('name', initialsOf(tokens));
      add('pair', longestPair(words));
    }
    for (let i = 0; i + 1 < words.length; i += 1) add('pair', `${words[i]} ${words[i + 1]}`);
    for (const letters of LETTERS_AT_ENDS) {
      if (core.length < letters) continue;
      add('begin', core.slice(0, letters));
      add('end', core.slice(-letters));
    }
  }
  return keys;
}
