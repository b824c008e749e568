import { matching, orchestrations, type crmWriter } from '@signalbox/contracts';
import type { Definition, PlannedRecord } from '@signalbox/platform-orchestration';
import type { AccountNamesFact, NamesFacts } from './facts.ts';
import { DEFAULT_SEPARATOR, PICKLIST_SEPARATOR, namesIn, nextNames, sameNames, stillOwned, valueOf, writtenOtherwise } from './names.ts';
import type { NamesSettings } from './settings.ts';

const { PlanAction } = orchestrations;

/** How this plan fills the field; nothing of it changes from account to account. */
export interface NamesState {
  field: string;
  separator: string;
  /** Most characters that the field takes; 0: no limit is known. */
  length: number;
  exitSafe: boolean;
}

export function separatorOf(field: crmWriter.CrmField | undefined, settings: NamesSettings): string {
  return field?.multiple ? PICKLIST_SEPARATOR : (settings.separator ?? DEFAULT_SEPARATOR);
}

export function beginNames(definition: Definition, { crmFields = [] }: NamesFacts): NamesState {
  const settings = definition.settings as NamesSettings;
  const field = crmFields.find((one) => one.name === settings.field);
  return { field: settings.field, separator: separatorOf(field, settings), length: field?.length ?? 0, exitSafe: settings.exitSafe };
}

/** The record to write or to refuse; undefined for an account whose value stays as it is (PSN-7). */
function planAccount(fact: AccountNamesFact, state: NamesState): PlannedRecord | undefined {
  const present = namesIn(fact.present, state.separator, fact.ownSeparator);
  const next = nextNames({ present, wanted: new Set(fact.wanted), owned: new Set(stillOwned(fact.owned, present)), inScope: fact.inScope, exitSafe: state.exitSafe });
  const same = sameNames(present, next);
  const separate = fact.inScope && next.length > 1 && writtenOtherwise(fact.ownSeparator, state.separator);
  if (same && !separate) return undefined;
  const after = valueOf(next, state.separator);
  const record = { companyId: fact.companyId, companyName: fact.name, crmId: fact.crmId, evidence: evidenceOf(fact) };
  if (state.length > 0 && after.length > state.length) {
    return { ...record, action: PlanAction.SKIP, reason: 'value_too_long', changes: [], note: `${next.length} names with ${after.length} characters, and ${state.field} takes ${state.length}` };
  }
  const left = present.filter((name) => !next.includes(name)).sort();
  const joined = next.filter((name) => !present.includes(name)).sort();
  const changed = { action: PlanAction.UPDATE, changes: [{ field: state.field, before: fact.present, after, clear: after === '', values: { added: joined, removed: left } }] };
  if (same) return { ...record, ...changed, reason: 'separated', note: `"${state.separator.trim()}"` };
  const reason = left.length === 0 ? 'joined' : joined.length === 0 ? 'left' : 'joined_and_left';
  return { ...record, ...changed, reason, note: noteOf(joined, left) };
}

/** Which company it was taken for, and why (ORC-8). */
const evidenceOf = ({ crmId, companyId, match }: AccountNamesFact): matching.MatchDecision | undefined =>
  match && matching.MatchDecision.fromPartial({ candidateId: companyId, decision: matching.Decision.MATCH, accountId: crmId, ...match });

const noteOf = (joined: readonly string[], left: readonly string[]): string =>
  [...(joined.length > 0 ? [`now in ${joined.join(', ')}`] : []), ...(left.length > 0 ? [`no longer in ${left.join(', ')}`] : [])].join('; ');

/** Plans a batch of accounts, in their order; those that are as they should be are left out. */
export const planNames = (batch: readonly AccountNamesFact[], state: NamesState): PlannedRecord[] => batch.flatMap((fact) => planAccount(fact, state) ?? []);

/** A planned record's reason, for a person. */
export function describeNames(record: PlannedRecord): string {
  if (record.reason === 'value_too_long') return `The value would not fit: ${record.note}. Publish fewer or shorter names, or choose a longer field.`;
  if (record.reason === 'separated') return `Its names are the same, and ${record.note} comes to stand between them.`;
  return `The account is ${record.note}.`;
}
