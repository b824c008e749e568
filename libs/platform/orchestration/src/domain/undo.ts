import { orchestrations, type crmWriter } from '@signalbox/contracts';
import type { PlannedRecord } from './kind.ts';

const { PlanAction } = orchestrations;

/** A record that a run has written. */
export interface WrittenRecord {
  position: number;
  action: 'create' | 'update' | 'delete' | 'convert';
  companyId: string;
  companyName: string;
  crmId: string;
  /** As planned. */
  changes: crmWriter.FieldChange[];
  /** Fields as they were, and as they were written; empty for a creation. */
  beforeImage: crmWriter.FieldChange[];
  /** The run that has taken it back already; empty when none has. */
  undoneBy: string;
}

/** A record as the CRM has it now. */
export interface PresentRecord {
  deleted: boolean;
  /** Fields that have a value, as text. */
  fields: Record<string, string>;
  /** By the CRM's own clock; left out where it does not say. */
  createdAt?: Date;
  modifiedAt?: Date;
  /** What belongs to it, in words: "Contact Ann Lee". */
  attached: string[];
}

export interface UndoFact extends WrittenRecord {
  present: PresentRecord | undefined;
}

/** What holds for every record of the run. */
export interface UndoState {
  /** Fields of which the present value is known. */
  known: ReadonlySet<string>;
  /** Fields that may be written. */
  writable: ReadonlySet<string>;
  /** Values that the CRM gives to new records by itself, by field. */
  usual: ReadonlyMap<string, ReadonlySet<string>>;
  /** When the run began. */
  since?: Date;
}

/** A CRM stamps a creation and what its own automation does right after it with times a little apart. */
const SAME_MOMENT_MS = 2_000;
/** From so many records on, a value that most of them have is the CRM's own. */
const ENOUGH_TO_TELL = 10;
const MOST_ATTACHED = 5;
/** How far the CRM's clock may be behind ours. */
const CLOCK_SKEW_MS = 15 * 60_000;

/** A text, or a number in another spelling: CRMs give "1.0" for a 1. */
export function sameValue(a: string, b: string): boolean {
  const [x, y] = [a.trim(), b.trim()];
  if (x === y) return true;
  return x !== '' && y !== '' && Number.isFinite(Number(x)) && Number(x) === Number(y);
}

/** Nobody has changed it since it was created. False where the CRM does not say. */
export const isUntouched = ({ createdAt, modifiedAt }: PresentRecord): boolean => createdAt !== undefined && modifiedAt !== undefined && modifiedAt.getTime() - createdAt.getTime() <= SAME_MOMENT_MS;

/**
 * Values that the CRM has given to new records by itself, as these records of one run show: what those have that nobody has changed
 * since, and what more than half of them have.
 */
export function usualValues(sample: readonly UndoFact[]): Map<string, Set<string>> {
  const usual = new Map<string, Set<string>>();
  const add = (field: string, value: string) => usual.set(field, (usual.get(field) ?? new Set()).add(value));
  const counts = new Map<string, number>();
  const present = sample.map((fact) => fact.present).filter((p) => p !== undefined && !p.deleted) as PresentRecord[];
  for (const record of present) {
    const untouched = isUntouched(record);
    for (const [field, value] of Object.entries(record.fields)) {
      if (untouched) add(field, value);
      const key = JSON.stringify([field, value]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  if (present.length < ENOUGH_TO_TELL) return usual;
  for (const [key, count] of counts) if (count * 2 > present.length) add(...(JSON.parse(key) as [string, string]));
  return usual;
}

export const listed = (names: readonly string[]): string => (names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? ''));
const were = (names: readonly string[]): string => `${listed(names)} ${names.length > 1 ? 'were' : 'was'}`;

const base = (fact: UndoFact) => ({ companyId: fact.companyId, companyName: fact.companyName, crmId: fact.crmId });
const skip = (fact: UndoFact, reason: string, note = ''): PlannedRecord => ({ ...base(fact), action: PlanAction.SKIP, reason, changes: [], note });

/** Fields of a created record that somebody else has filled or changed. */
function changedFields(fact: UndoFact, present: PresentRecord, state: UndoState): string[] {
  const written = new Map(fact.changes.map((c) => [c.field, c.clear ? '' : c.after]));
  const changed = [...written].filter(([field, value]) => state.known.has(field) && !sameValue(present.fields[field] ?? '', value)).map(([field]) => field);
  if (isUntouched(present)) return changed;
  const filled = Object.entries(present.fields).filter(([field, value]) =>
    !written.has(field) && state.writable.has(field) && value !== '' && value !== 'false' && !state.usual.get(field)?.has(value));
  return [...changed, ...filled.map(([field]) => field)];
}

function undoCreation(fact: UndoFact, present: PresentRecord, state: UndoState): PlannedRecord {
  // An earlier write under the same key may have been found in its place.
  if (present.createdAt && state.since && present.createdAt.getTime() < state.since.getTime() - CLOCK_SKEW_MS) return skip(fact, 'older_than_the_run');
  const changed = changedFields(fact, present, state);
  const attached = present.attached.slice(0, MOST_ATTACHED);
  const more = present.attached.length > MOST_ATTACHED ? ' and more' : '';
  const notes = [
    ...(changed.length > 0 ? [`${were(changed)} changed by someone else`] : []),
    ...(attached.length > 0 ? [`${listed(attached)}${more} ${present.attached.length > 1 ? 'belong' : 'belongs'} to it`] : []),
  ];
  if (notes.length > 0) return skip(fact, 'changed_since', notes.join('; '));
  const changes = fact.changes.filter((c) => state.known.has(c.field)).map((c) => ({ field: c.field, before: present.fields[c.field] ?? '', after: '', clear: false, values: undefined }));
  return { ...base(fact), action: PlanAction.DELETE, reason: 'undo_creation', changes };
}

/** What had come goes, and the other way round. */
function takenBack({ changes }: UndoFact, field: string): crmWriter.ValuesChange | undefined {
  const values = changes.find((change) => change.field === field)?.values;
  return values && { added: values.removed, removed: values.added };
}

function undoUpdate(fact: UndoFact, present: PresentRecord, state: UndoState): PlannedRecord {
  const changes: crmWriter.FieldChange[] = [];
  const left: string[] = [];
  for (const image of fact.beforeImage) {
    const now = present.fields[image.field] ?? '';
    if (!state.known.has(image.field) || !state.writable.has(image.field)) left.push(image.field);
    else if (sameValue(now, image.before)) continue;
    else if (!sameValue(now, image.clear ? '' : image.after)) left.push(image.field);
    else changes.push({ field: image.field, before: now, after: image.before, clear: image.before === '', values: takenBack(fact, image.field) });
  }
  if (changes.length > 0) return { ...base(fact), action: PlanAction.UPDATE, reason: left.length > 0 ? 'undo_update_in_part' : 'undo_update', changes, note: listed(left) };
  return left.length > 0 ? skip(fact, 'changed_since', `${were(left)} changed by someone else`) : skip(fact, 'as_before');
}

/** Why nothing that a run has written can be taken back, as a stable name and in words; undefined when something can. */
export function whyNothingToUndo(written: Partial<Record<WrittenRecord['action'], number>>): { code: string; message: string } | undefined {
  if ((written.create ?? 0) + (written.update ?? 0) > 0) return undefined;
  if (written.convert) return { code: 'conversions', message: 'The run has converted leads. A lead conversion cannot be undone: no CRM turns the contact back into its lead.' };
  if (written.delete) return { code: 'deletions', message: 'The run has deleted records. A deletion cannot be undone from here: restore the records in the CRM, from its recycle bin.' };
  return { code: 'nothing_written', message: 'The run has written nothing, so there is nothing to undo.' };
}

/** How one written record is taken back (ORC-11). */
function undo(fact: UndoFact, state: UndoState): PlannedRecord {
  if (fact.action === 'convert' || fact.action === 'delete') return skip(fact, 'cannot_be_undone', fact.action);
  if (fact.undoneBy) return skip(fact, 'undone_already', fact.undoneBy);
  const { present } = fact;
  if (!present || present.deleted) return skip(fact, 'deleted_since');
  return fact.action === 'create' ? undoCreation(fact, present, state) : undoUpdate(fact, present, state);
}

export const planUndo = (facts: readonly UndoFact[], state: UndoState): PlannedRecord[] => facts.map((fact) => undo(fact, state));

const CANNOT: Record<string, string> = {
  convert: 'A lead conversion cannot be undone: no CRM turns the contact back into its lead.',
  delete: 'A deletion cannot be undone from here. Restore the record in the CRM, from its recycle bin.',
};

/** A planned record's reason, for a person. */
export function describeUndo(record: PlannedRecord): string {
  switch (record.reason) {
    case 'undo_creation':
      return 'The run created it, and nobody else has changed it since: it is deleted.';
    case 'undo_update':
      return 'What the run changed is set back to what it was.';
    case 'undo_update_in_part':
      return `What the run changed is set back to what it was, except for what someone else has changed since: ${record.note}.`;
    case 'changed_since':
      return `It is left as it is: ${record.note}.`;
    case 'older_than_the_run':
      return 'It was in the CRM before the run began, so the run has not created it. It is left as it is.';
    case 'deleted_since':
      return 'The record is no longer in the CRM.';
    case 'as_before':
      return 'It is what it was before the run already.';
    case 'undone_already':
      return `The run ${record.note} has undone this already.`;
    case 'cannot_be_undone':
      return CANNOT[record.note ?? ''] ?? 'This cannot be undone.';
    default:
      return record.reason;
  }
}
