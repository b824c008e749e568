import type { Account, Candidate } from './decision.ts';
import { profileOf, type CompanyFacts, type Profile } from './profile.ts';

/** Remembers what was written; the profile is worked out anew when it is first compared with, which most never are. */
class Remembered implements Account {
  private known: Profile | undefined;

  constructor(
    readonly accountId: string,
    readonly facts: CompanyFacts,
  ) {}

  get profile(): Profile {
    this.known ??= profileOf(this.facts);
    return this.known;
  }
}

type Index = Map<string, Remembered | Remembered[]>;

const add = (index: Index, key: string, one: Remembered): void => {
  if (key === '') return;
  const there = index.get(key);
  if (there === undefined) index.set(key, one);
  else if (Array.isArray(there)) there.push(one);
  else index.set(key, [there, one]);
};

const at = (index: Index, key: string): readonly Remembered[] => {
  const there = index.get(key);
  return there === undefined ? [] : Array.isArray(there) ? there : [there];
};

/**
 * The candidates of one stream that came out new so far: they are going to be accounts, and are found as accounts are, by
 * domain and by normalised name (CNA-7). About half a kilobyte each.
 */
export class EarlierCandidates {
  private readonly byDomain: Index = new Map();
  private readonly byName: Index = new Map();

  /** A candidate without an id could not be named as the first of two, and is not kept. */
  add(candidate: Candidate, profile: Profile): void {
    if (candidate.id === '') return;
    const { name, website, country } = candidate;
    const one = new Remembered(candidate.id, { name, website, country });
    add(this.byDomain, profile.domain, one);
    add(this.byName, profile.nameKey, one);
  }

  /** Those that share the domain, and those that share the normalised name. */
  near(profile: Profile): { onDomain: readonly Account[]; ofName: readonly Account[] } {
    return { onDomain: at(this.byDomain, profile.domain), ofName: at(this.byName, profile.nameKey) };
  }
}
