import { blockingKeys } from '../domain/blocking-keys.ts';
import { countryNumber, siteNumber, tieNumber } from '../domain/nearest.ts';
import { profileOf, type CompanyFacts } from '../domain/profile.ts';
import { packProfile } from '../domain/packed-profile.ts';

/** What one thread made of its share of the accounts; shared memory, so that it goes from thread to thread as it is. */
export interface PackedPart {
  accounts: number;
  /** Packed profiles, one after the other, and where each ends. */
  bytes: Uint8Array;
  ends: Float64Array;
  /** Of each account: its country as two letters and its site as a number, for choosing what is compared. */
  countries: Uint16Array;
  sites: Uint32Array;
  /** A number made of the account's id, so that a tie ends alike whatever the order of the file. */
  ties: Uint32Array;
  /** Of each key of each account: 32 and 21 bits of its hash, and the account, counted from 0 within the part. */
  low: Uint32Array;
  high: Uint32Array;
  owners: Uint32Array;
}

const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(Math.max(bytes, 8));

/** A typed array that grows; a half more at a time. */
class Growing<T extends Uint32Array | Uint16Array | Float64Array | Uint8Array> {
  length = 0;

  constructor(
    private array: T,
    private readonly make: (length: number) => T,
  ) {}

  reserve(more: number): T {
    if (this.length + more > this.array.length) {
      const next = this.make(Math.ceil((this.length + more) * 1.5));
      next.set(this.array.subarray(0, this.length));
      this.array = next;
    }
    return this.array;
  }

  push(value: number): void {
    this.reserve(1)[this.length] = value;
    this.length += 1;
  }

  filled(): T {
    return this.array.subarray(0, this.length) as T;
  }
}

const uint32 = (length: number): Uint32Array => new Uint32Array(shared(length * 4));

/** Takes accounts in and packs what finding and comparing them needs. */
export class PartBuilder {
  private accounts = 0;
  private readonly bytes = new Growing<Uint8Array>(new Uint8Array(shared(1 << 20)), (length) => new Uint8Array(shared(length)));
  private readonly ends = new Growing<Float64Array>(new Float64Array(shared(8 << 12)), (length) => new Float64Array(shared(length * 8)));
  private readonly countries = new Growing<Uint16Array>(new Uint16Array(shared(2 << 12)), (length) => new Uint16Array(shared(length * 2)));
  private readonly sites = new Growing<Uint32Array>(uint32(1 << 12), uint32);
  private readonly ties = new Growing<Uint32Array>(uint32(1 << 12), uint32);
  private readonly low = new Growing<Uint32Array>(uint32(1 << 16), uint32);
  private readonly high = new Growing<Uint32Array>(uint32(1 << 16), uint32);
  private readonly owners = new Growing<Uint32Array>(uint32(1 << 16), uint32);

  add(accountId: string, facts: CompanyFacts): void {
    const profile = profileOf(facts);
    const text = Buffer.from(packProfile(accountId, profile));
    this.bytes.reserve(text.length).set(text, this.bytes.length);
    this.bytes.length += text.length;
    this.ends.push(this.bytes.length);
    this.countries.push(countryNumber(profile.countryCode));
    this.sites.push(siteNumber(profile.site));
    this.ties.push(tieNumber(accountId));
    for (const { hash } of blockingKeys(profile)) {
      this.low.push(hash >>> 0);
      this.high.push(Math.floor(hash / 4294967296));
      this.owners.push(this.accounts);
    }
    this.accounts += 1;
  }

  finish(): PackedPart {
    return {
      accounts: this.accounts, bytes: this.bytes.filled(), ends: this.ends.filled(), countries: this.countries.filled(), sites: this.sites.filled(), ties: this.ties.filled(),
      low: this.low.filled(), high: this.high.filled(), owners: this.owners.filled(),
    };
  }
}
