import type { Candidate } from './decision.ts';
import { NOBODY, type Found, type FoundAccount } from './found.ts';
import { KeyTable } from './key-table.ts';
import { countryNumber, placeWeight, siteNumber, tieNumber } from './nearest.ts';
import { profileOf, type CompanyFacts, type Profile } from './profile.ts';
import { countedKeys, searchKeys } from './search-keys.ts';

/** Remembers what was written; the profile is worked out anew when it is first compared with, which most never are. */
class Remembered {
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

class Earlier implements FoundAccount {
  readonly earlier = true;
  readonly tie: number;

  constructor(
    private readonly remembered: Remembered,
    readonly weight: number,
    readonly same: boolean,
  ) {
    this.tie = tieNumber(remembered.accountId);
  }

  get accountId(): string {
    return this.remembered.accountId;
  }

  get facts(): CompanyFacts {
    return this.remembered.facts;
  }

  get profile(): Profile {
    return this.remembered.profile;
  }
}

/**
 * The candidates of one stream that came out new so far: they are going to be accounts, and are found as accounts are (CNA-7).
 * About half a kilobyte each.
 */
export class EarlierCandidates {
  private readonly remembered: Remembered[] = [];
  private readonly sites: number[] = [];
  private readonly countries: number[] = [];
  private readonly table = new KeyTable();
  private readonly byId = new Map<string, Remembered>();

  /** A candidate without an id could not be named as the first of two, and is not kept. */
  add({ id, name, website, country }: Candidate, profile: Profile): void {
    if (id === '') return;
    for (const key of searchKeys(profile)) this.table.add(this.remembered.length, key);
    this.sites.push(siteNumber(profile.site));
    this.countries.push(countryNumber(profile.countryCode));
    const one = new Remembered(id, { name, website, country });
    this.remembered.push(one);
    this.byId.set(id, one);
  }

  /** Of the candidate with this id, where it is one of these. */
  facts(id: string): CompanyFacts | undefined {
    return this.byId.get(id)?.facts;
  }

  near(profile: Profile, exactOnly: boolean): Found {
    if (this.remembered.length === 0) return NOBODY;
    const weights = new Map<number, number>();
    const keys = searchKeys(profile, exactOnly);
    for (const key of keys) this.table.weigh(key, weights);
    const { namesakes, onDomain } = countedKeys(profile);
    const count = (key: number | undefined): number => (key === undefined ? 0 : this.table.ownersOf(key).length);
    const twins = new Set(keys.flatMap(({ kind, key }) => (kind === 'same' ? this.table.ownersOf(key) : [])));
    return {
      accounts: [...weights].map(([owner, weight]) => this.found(owner, profile, weight, twins.has(owner))), namesakes: count(namesakes), onDomain: count(onDomain), same: twins.size,
    };
  }

  private found(owner: number, profile: Profile, weight: number, same: boolean): FoundAccount {
    const one = this.remembered[owner] as Remembered;
    const site = siteNumber(profile.site);
    const place = placeWeight(site !== 0 && this.sites[owner] === site, countryNumber(profile.countryCode), this.countries[owner] as number);
    return new Earlier(one, weight + place, same);
  }
}
