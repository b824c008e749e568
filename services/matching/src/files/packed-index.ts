import { MOST_PER_KEY, blockingKeys, keyHash, type BlockingKey } from '../domain/blocking-keys.ts';
import type { Account } from '../domain/judgement.ts';
import { countryNumber, keyWeight, nearest, placeWeight, siteNumber, type Shared } from '../domain/nearest.ts';
import { coreOf, type Profile } from '../domain/profile.ts';
import type { PackedPart } from './packed-part.ts';
import { unpackProfile } from '../domain/packed-profile.ts';

/** An index of accounts in shared memory: any number of threads search it at the same time. */
export interface PackedIndexData {
  accounts: number;
  parts: { first: number; bytes: Uint8Array; ends: Float64Array; countries: Uint16Array; sites: Uint32Array; ties: Uint32Array }[];
  /** Where each bucket of keys starts; the owners of a bucket's keys, and which key each belongs to. */
  starts: Uint32Array;
  owners: Uint32Array;
  checks: Uint32Array;
  /** Keys that more accounts have than are ever compared, and how many. */
  full: Map<number, number>;
}

const MOST = Math.max(...Object.values(MOST_PER_KEY));
const shared = (length: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(Math.max(length, 1) * 4));
const checkOf = (low: number, high: number): number => ((high << 11) | (low >>> 21)) >>> 0;

function bucketsFor(keys: number): number {
  let buckets = 1024;
  while (buckets < keys && buckets < 1 << 24) buckets *= 2;
  return buckets;
}

/** Where the keys of each bucket end, and at the end of all of them once more. */
function bucketEnds(parts: readonly PackedPart[], mask: number): Uint32Array {
  const ends = shared(mask + 2);
  for (const { low } of parts) for (let i = 0; i < low.length; i += 1) ends[(low[i] as number) & mask] = (ends[(low[i] as number) & mask] as number) + 1;
  let sum = 0;
  for (let b = 0; b < ends.length; b += 1) ends[b] = sum += ends[b] as number;
  return ends;
}

/**
 * Joins the parts' keys into one table by counting, without a sort, and with nothing in memory but the parts and the table: each
 * bucket is filled from its end, so that what begins as its end ends as its start.
 */
export function joinParts(parts: readonly PackedPart[]): PackedIndexData {
  const keys = parts.reduce((sum, part) => sum + part.low.length, 0);
  const mask = bucketsFor(keys) - 1;
  const starts = bucketEnds(parts, mask);
  const owners = shared(keys);
  const checks = shared(keys);
  const kept: PackedIndexData['parts'] = [];
  let first = parts.reduce((sum, part) => sum + part.accounts, 0);
  const accounts = first;
  for (const part of [...parts].reverse()) {
    first -= part.accounts;
    for (let account = part.accounts - 1, i = part.low.length - 1; account >= 0; account -= 1) {
      const begin = account === 0 ? 0 : (part.keyEnds[account - 1] as number);
      for (; i >= begin; i -= 1) {
        const low = part.low[i] as number;
        const at = (starts[low & mask] as number) - 1;
        starts[low & mask] = at;
        owners[at] = first + account;
        checks[at] = checkOf(low, part.high[i] as number);
      }
    }
    kept.unshift({ first, bytes: part.bytes, ends: part.ends, countries: part.countries, sites: part.sites, ties: part.ties });
  }
  const data = { accounts, parts: kept, starts, owners, checks, full: new Map<number, number>() };
  takeFullKeysOut(data);
  return data;
}

/** Bucket and check of a key as one number. */
const nameOf = (bucket: number, check: number): number => bucket * 4294967296 + check;

/** Keys with more owners than are ever compared keep their number only: a search never walks over them. */
function takeFullKeysOut({ starts, owners, checks, full }: PackedIndexData): void {
  let to = 0;
  let from = 0;
  for (let bucket = 0; bucket < starts.length - 1; bucket += 1) {
    const end = starts[bucket + 1] as number;
    const gone = end - from > MOST ? fullOf(checks, from, end) : undefined;
    for (const [check, count] of gone ?? []) full.set(nameOf(bucket, check), count);
    starts[bucket] = to;
    for (; from < end; from += 1) {
      const check = checks[from] as number;
      if (gone?.has(check)) continue;
      owners[to] = owners[from] as number;
      checks[to] = check;
      to += 1;
    }
  }
  starts[starts.length - 1] = to;
}

function fullOf(checks: Uint32Array, from: number, end: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = from; i < end; i += 1) counts.set(checks[i] as number, (counts.get(checks[i] as number) ?? 0) + 1);
  for (const [check, count] of counts) if (count <= MOST) counts.delete(check);
  return counts;
}

/** An account of the index and its number there. */
export interface FoundAccount extends Account {
  owner: number;
}

/** What is found for one candidate. */
export interface Found {
  accounts: FoundAccount[];
  /** Accounts found by the candidate's first name, and on its domain. */
  namesakes: number;
  onDomain: number;
}

export class PackedIndex {
  private readonly mask: number;
  /** Kept between searches, for its memory only. */
  private readonly weights = new Map<number, number>();

  constructor(private readonly data: PackedIndexData) {
    this.mask = data.starts.length - 2;
  }

  get accounts(): number {
    return this.data.accounts;
  }

  /** How many accounts have a key. */
  count(hash: number): number {
    const { bucket, check, from, end } = this.placeOf(hash);
    return this.data.full.get(nameOf(bucket, check)) ?? this.among(check, from, end);
  }

  /** The accounts that are worth comparing, those that share most first. */
  find(profile: Profile, without = -1): Found {
    const weights = this.weights;
    weights.clear();
    for (const key of blockingKeys(profile)) this.collect(key, weights);
    if (without >= 0) weights.delete(without);
    const country = countryNumber(profile.countryCode);
    const site = siteNumber(profile.site);
    const near: (Shared & { owner: number })[] = [];
    for (const [owner, weight] of weights) {
      const part = this.partOf(owner);
      const at = owner - part.first;
      const theirs = part.countries[at] as number;
      const weightHere = weight + placeWeight(site !== 0 && part.sites[at] === site, country, theirs);
      near.push({ owner, weight: weightHere, tie: part.ties[at] as number });
    }
    const core = coreOf(profile);
    return {
      accounts: nearest(near).map(({ owner }) => this.account(owner)),
      namesakes: core === '' ? 0 : this.count(keyHash('name', core)),
      onDomain: profile.domain === '' ? 0 : this.count(keyHash('domain', profile.domain)),
    };
  }

  private collect(key: BlockingKey, weights: Map<number, number>): void {
    const { checks, owners } = this.data;
    const { check, from, end } = this.placeOf(key.hash);
    const count = this.among(check, from, end);
    if (count === 0 || count > MOST_PER_KEY[key.kind]) return;
    const weight = keyWeight(key.kind, count);
    for (let i = from; i < end; i += 1) {
      if (checks[i] !== check) continue;
      const owner = owners[i] as number;
      weights.set(owner, (weights.get(owner) ?? 0) + weight);
    }
  }

  private placeOf(hash: number): { bucket: number; check: number; from: number; end: number } {
    const low = hash >>> 0;
    const bucket = low & this.mask;
    return { bucket, check: checkOf(low, Math.floor(hash / 4294967296)), from: this.data.starts[bucket] as number, end: this.data.starts[bucket + 1] as number };
  }

  private among(check: number, from: number, end: number): number {
    const { checks } = this.data;
    let count = 0;
    for (let i = from; i < end; i += 1) if (checks[i] === check) count += 1;
    return count;
  }

  private partOf(owner: number): PackedIndexData['parts'][number] {
    const { parts } = this.data;
    let at = parts.length - 1;
    while ((parts[at] as { first: number }).first > owner) at -= 1;
    return parts[at] as PackedIndexData['parts'][number];
  }

  private textOf(owner: number): string {
    const part = this.partOf(owner);
    const at = owner - part.first;
    const from = at === 0 ? 0 : (part.ends[at - 1] as number);
    return Buffer.from(part.bytes.buffer, part.bytes.byteOffset + from, (part.ends[at] as number) - from).toString();
  }

  account(owner: number): FoundAccount {
    return { owner, ...unpackProfile(this.textOf(owner)) };
  }
}
