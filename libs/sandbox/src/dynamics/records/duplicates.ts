import { DvError } from '../errors.ts';
import type { Environment } from '../environment.ts';
import type { EntityDef } from '../schema/schema-types.ts';
import { keyOf, type Row, type Value } from '../store/table.ts';

/** A published duplicate detection rule: two rows are duplicates when all these attributes are equal and filled. */
export interface DuplicateRule {
  entity: string;
  attributes: readonly string[];
}

type Values = Readonly<Record<string, Value>>;

const comparable = (value: Value | undefined): string => keyOf(value).replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** Rows that a published rule takes for the same, older than `before`. */
export function findDuplicates(env: Environment, def: EntityDef, values: Values, self: string | undefined, before: number): Row[] {
  const found = new Map<string, Row>();
  for (const rule of env.duplicateRules()) {
    const [first] = rule.attributes;
    if (rule.entity !== def.name || first === undefined || rule.attributes.some((name) => comparable(values[name]) === '')) continue;
    for (const row of env.store.table(def).lookup(first, keyOf(values[first]))) {
      if (row.id !== self && row.seq <= before && rule.attributes.every((name) => comparable(row.values[name]) === comparable(values[name]))) found.set(row.id, row);
    }
  }
  return [...found.values()];
}

/** @throws DvError that names no row: the vendor does not say which it found */
export function checkDuplicates(env: Environment, def: EntityDef, values: Values, self: Row | undefined, before: number): void {
  if (findDuplicates(env, def, values, self?.id, before).length === 0 || !env.duplicateStrikes()) return;
  throw new DvError(412, '0x80040333', 'A record was not created or updated because a duplicate of the current record already exists.');
}
