import { MOST_PER_KEY, blockingKeys, keyHash, type KeyKind } from './blocking-keys.ts';
import { keyWeight, kindWeight } from './nearest.ts';
import { coreOf, type Profile } from './profile.ts';

/** `same`: the name as written and the domain, so that an account is found again that was made from the candidate, however common its words. */
export type SearchKind = KeyKind | 'same';

export interface SearchKey {
  kind: SearchKind;
  /** 53 bits: 3 of the kind, so that the keys of a kind lie side by side, and 50 of the hash. */
  key: number;
  /** What sharing it says, in WEIGHT_UNIT, before what its rarity adds; the key `same` only brings. */
  weight: number;
  /** Most accounts that it brings; one with more brings nobody. */
  most: number;
}

/** In this order for ever: the index keeps the number. */
const KINDS: readonly SearchKind[] = ['domain', 'name', 'word', 'pair', 'consonants', 'begin', 'end', 'same'];
const HASHES = 2 ** 50;
export const MOST_SAME = 200;

const numberOf = (kind: SearchKind, hash: number): number => KINDS.indexOf(kind) * HASHES + (hash % HASHES);

export const searchKey = (kind: KeyKind, text: string): number => numberOf(kind, keyHash(kind, text));

/** The first and the last number that a key of the kind may have. */
export const keysOfKind = (kind: SearchKind): [number, number] => [KINDS.indexOf(kind) * HASHES, (KINDS.indexOf(kind) + 1) * HASHES - 1];

/** The kind of a key, by its place in `mostOfKinds`. */
export const kindOf = (key: number): number => Math.floor(key / HASHES);

/** The most accounts that a key of each kind brings. */
export const mostOfKinds = (): number[] => KINDS.map((kind) => (kind === 'same' ? MOST_SAME : MOST_PER_KEY[kind]));

/** The keys that say how many accounts have the candidate's first name, and how many are on its domain. */
export interface CountedKeys {
  namesakes: number | undefined;
  onDomain: number | undefined;
}

export function countedKeys(profile: Profile): CountedKeys {
  const core = coreOf(profile);
  return { namesakes: core === '' ? undefined : searchKey('name', core), onDomain: profile.domain === '' ? undefined : searchKey('domain', profile.domain) };
}

/** Kinds that a workspace's own rule blocks are searched by: what they compare is the same name or the same domain. */
const EXACT_KINDS: ReadonlySet<SearchKind> = new Set<SearchKind>(['domain', 'name', 'same']);

/** The keys by which a company is found in the index, each once. */
export function searchKeys(profile: Profile, exactOnly = false): SearchKey[] {
  const keys = blockingKeys(profile).map(({ kind, hash }): SearchKey => ({ kind, key: numberOf(kind, hash), weight: kindWeight(kind), most: MOST_PER_KEY[kind] }));
  if (profile.plainName !== '') keys.push({ kind: 'same', key: numberOf('same', keyHash('name', `${profile.plainName}\n${profile.domain}`)), weight: 0, most: MOST_SAME });
  return exactOnly ? keys.filter(({ kind }) => EXACT_KINDS.has(kind)) : keys;
}

/** What a key adds to the weight of the accounts that share it, when `count` of them do. */
export const weightOf = ({ kind }: SearchKey, count: number): number => (kind === 'same' ? 0 : keyWeight(kind, count));
