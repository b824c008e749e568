import type { DuplicateMatch, WriteGuard } from '../records/dml.ts';
import { rowError } from '../errors.ts';
import type { ObjectDef } from '../schema/schema-types.ts';
import { isDeleted, type Row, type Value, type Values } from '../store/row.ts';
import type { Store } from '../store/store.ts';
import type { FaultInput } from './fault-types.ts';
import type { Faults } from './faults.ts';

type DuplicateRule = FaultInput & { kind: 'duplicate-rule' };

/** What a website is compared by: its host without scheme and www. */
const host = (text: string) => text.toLowerCase().replace(/^[a-z]+:\/\//, '').replace(/^www\./, '').split(/[/?#]/)[0] ?? '';
const comparable = (type: string, value: Value | undefined): string =>
  value === null || value === undefined ? '' : type === 'url' ? host(String(value)) : String(value).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** The faults that strike single rows: locks, poisoned records, duplicate rules. */
export function rowGuard(faults: Faults, store: Store): WriteGuard {
  return {
    check({ def, values, existing, before, allowSave }) {
      for (const held of faults.standing(['lock-row', 'poison-record', 'duplicate-rule'])) {
        const { fault } = held;
        if (fault.object && fault.object.toLowerCase() !== def.name.toLowerCase()) continue;
        if (fault.kind === 'duplicate-rule') {
          const match = findDuplicates(store, def, values, existing, fault, before);
          const alertOnly = fault.action === 'alert';
          if (!match || (alertOnly && allowSave) || !faults.fires(held)) continue;
          return { error: rowError('DUPLICATES_DETECTED', 'Use one of these records?', []), duplicate: { ...match, allowSave: alertOnly } };
        }
        if (!matches(fault, values) || !faults.fires(held)) continue;
        if (fault.kind === 'lock-row') {
          return { error: rowError('UNABLE_TO_LOCK_ROW', existing ? `unable to obtain exclusive access to this record or 1 records: ${existing.id.slice(0, 15)}` : 'unable to obtain exclusive access to this record', []) };
        }
        if (fault.kind === 'poison-record') {
          return { error: rowError(fault.statusCode ?? 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fault.message ?? 'This record is refused by a validation rule.', []) };
        }
      }
      return undefined;
    },
  };
}

function matches(fault: FaultInput, values: Values): boolean {
  if (fault.kind !== 'lock-row' && fault.kind !== 'poison-record') return false;
  if (fault.matching === undefined) return true;
  return new RegExp(fault.matching, 'iu').test(String(values[fault.field ?? 'Name'] ?? ''));
}

/** Live records, older than this request, with the same values in all fields of the rule that the new record fills. */
function findDuplicates(store: Store, def: ObjectDef, values: Values, existing: Row | undefined, fault: DuplicateRule, before: number): Omit<DuplicateMatch, 'allowSave'> | undefined {
  if (!fault.object && def.name !== 'Account') return undefined;
  const fields = (fault.fields ?? ['Name', 'Website']).map((name) => def.byName.get(name.toLowerCase())).filter((f) => f !== undefined);
  const lead = fields[0];
  if (!lead || !values[lead.name]) return undefined;
  const wanted = fields.map((f) => comparable(f.type, values[f.name]));
  const rows = store.table(def).lookup(lead, values[lead.name] ?? null).filter((row) =>
    row !== existing && row.seq <= before && !isDeleted(row) && fields.every((f, i) => comparable(f.type, row.values[f.name]) === wanted[i]));
  return rows.length === 0 ? undefined : { object: def.name, rule: fault.rule ?? `Standard_${def.name}_Duplicate_Rule`, rows };
}
