import { countryNumber, siteNumber, tieNumber } from '../../domain/nearest.ts';
import { packProfile, unpackProfile } from '../../domain/packed-profile.ts';
import { profileOf, type CompanyFacts } from '../../domain/profile.ts';
import { searchKeys } from '../../domain/search-keys.ts';

/** What the index holds of an account for finding it. */
export interface Indexed {
  packed: string;
  keys: readonly number[];
}

/** The same as it was just worked out, with what stands beside each key. */
export interface Fresh extends Indexed {
  site: number;
  country: number;
}

export const NOT_INDEXED: Fresh = { packed: '', keys: [], site: 0, country: 0 };

/** The id stands in a column of its own. */
export function indexedOf(facts: CompanyFacts): Fresh {
  const profile = profileOf(facts);
  return { packed: packProfile('', profile), keys: searchKeys(profile).map(({ key }) => key), site: siteColumn(profile.site), country: countryColumn(profile.countryCode) };
}

/** 32 and 16 bits as the database keeps them, with a sign; a tie's order stays. */
const HALF = 2 ** 31;
export const siteColumn = (site: string): number => siteNumber(site) | 0;
const tieColumn = (accountId: string): number => tieNumber(accountId) - HALF;
export const tieOf = (column: number): number => column + HALF;
export const countryColumn = (code: string): number => countryNumber(code);

/** What stands beside each key of an account: [tie, site, country]. */
export const besideKeys = (accountId: string, { site, country }: Fresh): readonly [number, number, number] => [tieColumn(accountId), site, country];

/** What stood beside the keys of an account as the database has it: read from its packed profile. */
const placeOf = ({ packed }: Indexed): { site: number; country: number } => {
  if (packed === '') return { site: 0, country: 0 };
  const { profile } = unpackProfile(packed);
  return { site: siteColumn(profile.site), country: countryColumn(profile.countryCode) };
};

/** Numbers as the text of an array: the client would escape each of many thousands. */
export const numbersText = (numbers: readonly number[]): string => `{${numbers.join(',')}}`;

/** Rows of keys that go and come, as columns: [key, number], and [key, number, tie, site, country]. */
export class KeyChanges {
  readonly gone: [number[], number[]] = [[], []];
  readonly come: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];

  /** The least that turns what the index holds of an account into what it should hold. */
  change(accountId: string, number: number, before: Indexed, after: Fresh): void {
    if (before.packed === after.packed && before.keys.length === after.keys.length && before.keys.every((key, i) => key === after.keys[i])) return;
    const old = placeOf(before);
    const moved = old.site !== after.site || old.country !== after.country;
    const had = new Set(before.keys);
    const has = new Set(after.keys);
    for (const key of had) if (moved || !has.has(key)) this.push(this.gone, [key, number]);
    const beside = besideKeys(accountId, after);
    for (const key of has) if (moved || !had.has(key)) this.push(this.come, [key, number, ...beside]);
  }

  private push(columns: number[][], values: number[]): void {
    for (const [at, value] of values.entries()) columns[at]?.push(value);
  }
}
