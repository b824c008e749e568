import type { Change, ChangeOutcome, Identity, WriteOperation } from './changes.ts';

/** Which mirror is meant. */
export interface MirrorKey {
  workspaceId: string;
  connectionId: string;
  object: string;
}

export type PullState = 'idle' | 'pulling' | 'failed';

export interface PullCounts {
  created: number;
  changed: number;
  removed: number;
}

export interface MirrorStatus extends PullCounts {
  sequence: number;
  records: number;
  pulledAt: Date | null;
  state: PullState;
  message: string;
  apiCalls: Record<string, number>;
  fields: string[];
}

/** How far a mirror has come, for who goes on with it. */
export interface MirrorPosition {
  sequence: number;
  /** Where the next pull begins; null before the first page of the first. */
  position: string | null;
  /** Where the next look at the moment of writing begins. */
  recheckPosition: string | null;
  /** The same for looks that leave nothing out. */
  checkPosition: string | null;
  fields: string[];
  /** Asked for by name, to be kept whatever else is. */
  askedFields: string[];
  pulledAt: Date | null;
  /** An older version of the product has told less of its records than this one does, or somebody has asked for all of them once more. */
  tellsLess: boolean;
}

/** What a write of ours did to a record. Undefined: not part of the write. */
export interface OwnWrite {
  crmId: string;
  name: string | undefined;
  website: string | undefined;
  country: string | undefined;
  values: Record<string, string>;
  cleared: string[];
  /** It is gone. */
  deleted?: boolean;
}

/** `identity` names the CRM's fields for name, website and country. */
export function ownWrite(change: Change, crmId: string, identity: Identity | undefined): OwnWrite {
  const after = new Map(change.fields.map((f) => [f.field, f.after]));
  const own = (field: string | undefined) => (field !== undefined && after.has(field) ? (after.get(field) ?? '') : undefined);
  const values: Record<string, string> = {};
  // An empty text is no value to a CRM; that is how the record comes back.
  for (const [field, value] of after) if (value !== null && value !== '') values[field] = value;
  return {
    crmId, values, cleared: change.fields.filter((f) => f.after === null || f.after === '').map((f) => f.field),
    name: own(identity?.name), website: own(identity?.website), country: own(identity?.country),
  };
}

/** What the written ones of these outcomes did to the mirror. What a conversion makes of a lead comes with the next pull. */
export function ownWrites(operation: WriteOperation, outcomes: readonly ChangeOutcome[], changes: ReadonlyMap<string, Change>, identity: Identity | undefined): OwnWrite[] {
  if (operation === 'convert') return [];
  const written = outcomes.filter((o) => o.state === 'succeeded' || o.state === 'unknown_then_settled');
  if (operation === 'delete') return written.map(({ crmId }) => ({ crmId, name: undefined, website: undefined, country: undefined, values: {}, cleared: [], deleted: true }));
  return written.map((o) => ownWrite(changes.get(o.changeId)!, o.crmId, identity));
}

/** A record as the mirror has it, and whose the last change to it was. */
export interface StandingRecord {
  deleted: boolean;
  fields: Record<string, string>;
  sequence: number;
  ours: boolean;
}

/** A record of the mirror that has just changed. */
export interface ChangedRecord {
  id: string;
  deleted: boolean;
  name: string;
  website: string;
  country: string;
  fields: Record<string, string>;
  modifiedAt: Date;
  sequence: number;
}

/** One field of a record. */
export interface RecordValue {
  crmId: string;
  name: string;
  /** Empty where the record has none. */
  value: string;
  createdAt: Date | undefined;
}

const MOST_RECORDS = 500;
/** Well under what a message may hold, since text grows when it is encoded. */
const MOST_CHARACTERS = 250_000;

/** The records in messages of at most 500, and not too large ones. */
export function inMessages(records: readonly ChangedRecord[]): ChangedRecord[][] {
  const messages: ChangedRecord[][] = [];
  let size = Infinity;
  for (const record of records) {
    let cost = 100 + record.name.length + record.website.length;
    for (const [field, value] of Object.entries(record.fields)) cost += field.length + value.length + 8;
    if (size + cost > MOST_CHARACTERS || messages.at(-1)!.length >= MOST_RECORDS) {
      messages.push([]);
      size = 0;
    }
    messages.at(-1)!.push(record);
    size += cost;
  }
  return messages;
}
