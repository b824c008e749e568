import type { Properties } from '../schema/schema.ts';
import type { CrmRecord, Values } from './record.ts';

/** Ids of real accounts have eleven digits. */
const FIRST_ID = 15_000_000_001;

/** The records of one object type. Ids grow, so that the order of creation is the order of ids. */
export class ObjectStore {
  readonly properties: Properties;
  private readonly records: CrmRecord[] = [];
  private readonly byId = new Map<string, CrmRecord>();
  private readonly unique = new Map<string, Map<string, CrmRecord>>();
  /** Ids of records that were merged into others. */
  private readonly merged = new Map<string, CrmRecord>();
  private nextId = FIRST_ID;
  private live = 0;
  private readonly now: () => number;
  private readonly lagMs: () => number;

  constructor(properties: Properties, now: () => number, lagMs: () => number) {
    this.properties = properties;
    this.now = now;
    this.lagMs = lagMs;
  }

  get liveCount(): number {
    return this.live;
  }

  /** Every record in order of id, archived ones too. */
  all(): readonly CrmRecord[] {
    return this.records;
  }

  /** A record by its id, archived or not; a merged one leads to what it became part of. */
  get(id: string): CrmRecord | undefined {
    return this.byId.get(id) ?? this.merged.get(id);
  }

  /** A live record by the value of a unique property. */
  byUnique(property: string, value: string): CrmRecord | undefined {
    return this.index(property).get(keyOf(property, value));
  }

  insert(values: Values): CrmRecord {
    const at = this.now();
    const id = String(this.nextId++);
    const record: CrmRecord = { id, values: {}, createdAt: at, updatedAt: at, versions: [] };
    this.records.push(record);
    this.byId.set(id, record);
    this.live++;
    const stamp = new Date(at).toISOString();
    this.put(record, { ...values, hs_object_id: id, createdate: values['createdate'] ?? stamp });
    return record;
  }

  /** Changes values; an empty text clears one. */
  update(record: CrmRecord, change: Values): void {
    const values = { ...record.values, ...change };
    for (const [name, value] of Object.entries(change)) if (value === '') delete values[name];
    this.put(record, values);
  }

  archive(record: CrmRecord): void {
    if (record.archivedAt !== undefined) return;
    record.archivedAt = this.now();
    this.live--;
    this.reindex(record, record.values, {});
    this.remember(record);
  }

  /** Makes one record part of another; its id leads there from now on. */
  merge(primary: CrmRecord, other: CrmRecord): void {
    const filled = Object.entries(other.values).filter(([name]) => !(name in primary.values) && !this.properties.isUnique(name));
    const mergedIds = [...(primary.values['hs_merged_object_ids']?.split(';') ?? []), other.id].join(';');
    this.reindex(other, other.values, {});
    this.records.splice(this.positionAfter(other.id) - 1, 1);
    this.byId.delete(other.id);
    this.merged.set(other.id, primary);
    if (other.archivedAt === undefined) this.live--;
    this.update(primary, { ...Object.fromEntries(filled), hs_merged_object_ids: mergedIds });
  }

  /** Index of the first record whose id is greater. */
  positionAfter(id: string): number {
    let low = 0;
    let high = this.records.length;
    const wanted = Number(id);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Number(this.records[middle]!.id) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  clear(): void {
    this.records.length = 0;
    this.byId.clear();
    this.unique.clear();
    this.merged.clear();
    this.live = 0;
  }

  /** Values of a newly unique property are looked for once. */
  private index(property: string): Map<string, CrmRecord> {
    let index = this.unique.get(property);
    if (!index) {
      index = new Map();
      for (const record of this.records) if (record.archivedAt === undefined && record.values[property]) index.set(keyOf(property, record.values[property]), record);
      this.unique.set(property, index);
    }
    return index;
  }

  private put(record: CrmRecord, values: Values): void {
    record.updatedAt = this.now();
    const stamped = { ...values, [this.properties.type.modifiedProperty]: new Date(record.updatedAt).toISOString() };
    this.reindex(record, record.values, stamped);
    record.values = stamped;
    this.remember(record);
  }

  private reindex(record: CrmRecord, before: Values, after: Values): void {
    for (const name of this.properties.uniqueNames()) {
      if (before[name] === after[name]) continue;
      const index = this.index(name);
      if (before[name] && index.get(keyOf(name, before[name])) === record) index.delete(keyOf(name, before[name]));
      if (after[name]) index.set(keyOf(name, after[name]), record);
    }
  }

  private remember(record: CrmRecord): void {
    const shown = this.now() - this.lagMs();
    const newest = record.versions.findLastIndex((v) => v.at <= shown);
    if (newest > 0) record.versions.splice(0, newest);
    if (this.lagMs() === 0) record.versions.length = 0;
    record.versions.push({ at: this.now(), values: record.values, archived: record.archivedAt !== undefined });
  }
}

/** Emails are the same in any case; other unique values only as they are. */
const keyOf = (property: string, value: string): string => (property === 'email' ? value.trim().toLowerCase() : value);
