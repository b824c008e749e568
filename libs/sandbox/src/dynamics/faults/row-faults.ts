import { DvError } from '../errors.ts';
import type { Environment } from '../environment.ts';
import type { EntityDef } from '../schema/schema-types.ts';
import type { Row, Value } from '../store/table.ts';

/** Refuses a row that a fault is waiting for. What is written together with it goes with it, as in the vendor's transactions. */
export function guardRow(env: Environment, def: EntityDef, values: Readonly<Record<string, Value>>, _existing: Row | undefined): void {
  for (const held of env.faults.standing(['lock-row', 'poison-record'])) {
    const { fault } = held;
    if (fault.kind !== 'lock-row' && fault.kind !== 'poison-record') continue;
    if (fault.object && fault.object !== def.name) continue;
    const text = String(values[fault.field ?? def.primaryName] ?? '');
    if ((fault.matching !== undefined && !new RegExp(fault.matching, 'iu').test(text)) || !env.faults.fires(held)) continue;
    if (fault.kind === 'lock-row') throw new DvError(500, '0x80044150', ' Sql error: Generic SQL error. CRM ErrorCode: -2147204784 Sql ErrorCode: -2146232060 Sql Number: 1205');
    throw new DvError(400, fault.code ?? '0x80040265', fault.message ?? 'This record is refused by a plug-in: its name is not allowed.');
  }
}
