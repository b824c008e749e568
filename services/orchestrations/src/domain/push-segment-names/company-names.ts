/** What belongs on the accounts of a company. */
export interface NamesOfCompany {
  names: readonly string[];
  /** In the segment of the scope. */
  inScope: boolean;
}

const UUID_LENGTH = 36;
const HYPHEN = 45;

/** The digit that a character code stands for; -1 for any other. Capitals are no digits: such an id would not come back as it was. */
const digit = (code: number): number => (code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1);

/** Reads an id like 0190f3a2-…, whole, into four numbers; false when it is none. */
function readUuid(id: string, into: Uint32Array): boolean {
  if (id.length !== UUID_LENGTH) return false;
  let digits = 0;
  for (let i = 0; i < UUID_LENGTH; i += 1) {
    const code = id.charCodeAt(i);
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (code !== HYPHEN) return false;
      continue;
    }
    const value = digit(code);
    if (value < 0) return false;
    into[digits >> 3] = (into[digits >> 3]! << 4) | value;
    digits += 1;
  }
  return true;
}

/** Numbers by company id, in 20 bytes a place where a Map of texts takes 150: open addressing over ids that are compared whole. */
class IdTable {
  private keys = new Uint32Array(4 * 1_024);
  /** 0: the place is free. */
  private values = new Uint32Array(1_024);
  private size = 0;
  private readonly read = new Uint32Array(4);
  /** Ids of another make. */
  private readonly others = new Map<string, number>();

  /** `value` is above 0. */
  set(id: string, value: number): void {
    if (!readUuid(id, this.read)) {
      this.others.set(id, value);
      return;
    }
    if (this.size * 10 > this.values.length * 7) this.grow();
    this.put(this.read, 0, value);
  }

  /** 0 when it is not there. */
  get(id: string): number {
    return readUuid(id, this.read) ? this.values[this.place(this.read, 0)]! : (this.others.get(id) ?? 0);
  }

  private put(from: Uint32Array, at: number, value: number): void {
    const place = this.place(from, at);
    if (this.values[place] === 0) {
      this.keys.set(from.subarray(at, at + 4), place * 4);
      this.size += 1;
    }
    this.values[place] = value;
  }

  /** Where the id is, or would be. */
  private place(from: Uint32Array, at: number): number {
    const mask = this.values.length - 1;
    const [a, b, c, d] = [from[at]!, from[at + 1]!, from[at + 2]!, from[at + 3]!];
    let place = (Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(c ^ Math.imul(d, 0xc2b2ae35), 0x27d4eb2f)) >>> 0;
    place = (place ^ (place >>> 15)) & mask;
    for (; this.values[place] !== 0; place = (place + 1) & mask) {
      const k = place * 4;
      if (this.keys[k] === a && this.keys[k + 1] === b && this.keys[k + 2] === c && this.keys[k + 3] === d) break;
    }
    return place;
  }

  private grow(): void {
    const { keys, values } = this;
    this.keys = new Uint32Array(keys.length * 2);
    this.values = new Uint32Array(values.length * 2);
    this.size = 0;
    for (let i = 0; i < values.length; i += 1) if (values[i] !== 0) this.put(keys, i * 4, values[i]!);
  }
}

const NOTHING: NamesOfCompany = { names: [], inScope: false };

/** The names of every company that has any. A million companies share a few thousand lists of them: each list is kept once. */
export class CompanyNamesTable {
  private readonly names: string[] = [];
  /** The first is that of companies without any. */
  private readonly lists: NamesOfCompany[] = [NOTHING];
  private readonly known = new Map<string, number>();
  private readonly unions = new Map<string, NamesOfCompany>();
  private readonly table = new IdTable();

  /** Names that `add` means by their places. */
  addNames(names: readonly string[]): void {
    this.names.push(...names);
  }

  /** `places` ascending. */
  add(companyId: string, places: readonly number[], inScope: boolean): void {
    const key = `${inScope ? '+' : '-'}${places.join()}`;
    let list = this.known.get(key);
    if (list === undefined) {
      list = this.lists.length;
      this.known.set(key, list);
      this.lists.push({ names: places.map((place) => this.names[place]!), inScope });
    }
    this.table.set(companyId, list);
  }

  /** All of these companies' together: the same object for the same lists. */
  of(companyIds: readonly string[]): NamesOfCompany {
    if (companyIds.length === 1) return this.lists[this.table.get(companyIds[0]!)]!;
    const lists = [...new Set(companyIds.map((id) => this.table.get(id)))].filter((list) => list > 0).sort((a, b) => a - b);
    if (lists.length < 2) return this.lists[lists[0] ?? 0]!;
    const key = lists.join();
    let union = this.unions.get(key);
    if (!union) {
      const all = lists.map((list) => this.lists[list]!);
      union = { names: [...new Set(all.flatMap((one) => one.names))].sort((a, b) => (a < b ? -1 : 1)), inScope: all.some((one) => one.inScope) };
      this.unions.set(key, union);
    }
    return union;
  }
}
