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
  /** Of each key of each account: 32 and 21 bits of its hash; and where the keys of each account end. */
  low: Uint32Array;
  high: Uint32Array;
  keyEnds: Uint32Array;
}

const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(Math.max(bytes, 8));

/**
 * What a byte of a file of accounts becomes at most, as a rule. Memory that is never written to is not taken from the machine,
 * so that too much does no harm, while an array that has to grow stands twice in memory.
 */
const PER_BYTE = { bytes: 4, accounts: 1 / 16, keys: 1 / 2 };

/** A typed array that grows where its first length was too short; a half more at a time. */
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

const uint8 = (length: number): Uint8Array => new Uint8Array(shared(length));
const uint16 = (length: number): Uint16Array => new Uint16Array(shared(length * 2));
const uint32 = (length: number): Uint32Array => new Uint32Array(shared(length * 4));
const float64 = (length: number): Float64Array => new Float64Array(shared(length * 8));

/** Takes accounts in and packs what finding and comparing them needs. */
export class PartBuilder {
  private accounts = 0;
  private readonly bytes: Growing<Uint8Array>;
  private readonly ends: Growing<Float64Array>;
  private readonly countries: Growing<Uint16Array>;
  private readonly sites: Growing<Uint32Array>;
  private readonly ties: Growing<Uint32Array>;
  private readonly low: Growing<Uint32Array>;
  private readonly high: Growing<Uint32Array>;
  private readonly keyEnds: Growing<Uint32Array>;

  /** @param fileBytes length of the text that the accounts come from, about */
  constructor(fileBytes = 0) {
    const accounts = Math.ceil(fileBytes * PER_BYTE.accounts) + 1_000;
    const keys = Math.ceil(fileBytes * PER_BYTE.keys) + 10_000;
    const numbers = (length: number): Growing<Uint32Array> => new Growing(uint32(length), uint32);
    this.bytes = new Growing(uint8(Math.ceil(fileBytes * PER_BYTE.bytes) + 100_000), uint8);
    this.ends = new Growing(float64(accounts), float64);
    this.countries = new Growing(uint16(accounts), uint16);
    [this.sites, this.ties, this.keyEnds] = [numbers(accounts), numbers(accounts), numbers(accounts)];
    [this.low, this.high] = [numbers(keys), numbers(keys)];
  }

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
    }
    this.keyEnds.push(this.low.length);
    this.accounts += 1;
  }

  finish(): PackedPart {
    return {
      accounts: this.accounts, bytes: this.bytes.filled(), ends: this.ends.filled(), countries: this.countries.filled(), sites: this.sites.filled(), ties: this.ties.filled(),
      low: this.low.filled(), high: this.high.filled(), keyEnds: this.keyEnds.filled(),
    };
  }
}
