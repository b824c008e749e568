import { weightOf, type SearchKey } from './search-keys.ts';

const FIRST = 1_024;

function grown<T extends Float64Array | Int32Array>(array: T, make: (length: number) => T): T {
  const next = make(array.length * 2);
  next.set(array as never);
  return next;
}

const floats = (length: number): Float64Array => new Float64Array(length);
const ints = (length: number): Int32Array => new Int32Array(length);

/** Which entries have which key; 20 bytes a key. Never more of a key than its `most` and one, so that a search stays short. */
export class KeyTable {
  private buckets = ints(FIRST).fill(-1);
  private keys = floats(FIRST);
  private owners = ints(FIRST);
  private next = ints(FIRST);
  private length = 0;

  add(owner: number, { key, most }: SearchKey): void {
    if (this.ownersOf(key).length > most) return;
    if (this.length === this.keys.length) this.grow();
    const bucket = this.bucketOf(key);
    this.keys[this.length] = key;
    this.owners[this.length] = owner;
    this.next[this.length] = this.buckets[bucket] as number;
    this.buckets[bucket] = this.length;
    this.length += 1;
  }

  /** One more than its `most` where more than that have the key. */
  ownersOf(key: number): number[] {
    const found: number[] = [];
    for (let at = this.buckets[this.bucketOf(key)] as number; at >= 0; at = this.next[at] as number) if (this.keys[at] === key) found.push(this.owners[at] as number);
    return found;
  }

  /** Adds to `weights` what sharing the key says of each that has it. */
  weigh(key: SearchKey, weights: Map<number, number>): void {
    const owners = this.ownersOf(key.key);
    if (owners.length > key.most) return;
    const weight = weightOf(key, owners.length);
    for (const owner of owners) weights.set(owner, (weights.get(owner) ?? 0) + weight);
  }

  private bucketOf(key: number): number {
    return (key >>> 0) & (this.buckets.length - 1);
  }

  private grow(): void {
    this.keys = grown(this.keys, floats);
    this.owners = grown(this.owners, ints);
    this.next = grown(this.next, ints);
    this.buckets = ints(this.keys.length).fill(-1);
    for (let at = 0; at < this.length; at += 1) {
      const bucket = this.bucketOf(this.keys[at] as number);
      this.next[at] = this.buckets[bucket] as number;
      this.buckets[bucket] = at;
    }
  }
}
