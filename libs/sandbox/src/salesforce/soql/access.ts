import type { FieldDef } from '../schema/schema-types.ts';
import { hashKey } from '../store/hash-index.ts';
import { isDeleted, type Row, type Value } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import type { Test } from './conditions.ts';
import { operandsOf, type PredicateContext } from './predicate.ts';
import { resolvePath } from './paths.ts';

/** Rows to look at, and the order they come in already. The predicate still decides on each of them. */
export interface Candidates {
  rows: readonly Row[];
  order: 'id' | 'stamp';
}

interface Bounds {
  from?: string;
  fromExclusive?: boolean;
  to?: string;
  toExclusive?: boolean;
}

/** The cheapest way to the rows: exact values first, then a span of SystemModstamp or Id, else all. */
export function candidates(ctx: PredicateContext, table: Table, tests: Test[], wantsStampOrder: boolean): Candidates {
  const own = tests.filter((t) => t.field !== undefined && !('valueQuery' in t)).map((test) => ({ test, path: resolvePath(ctx, test.field as string) }))
    .filter(({ path }) => path.steps.length === 0);
  const exact = own.filter(({ test, path }) => (test.operator === '=' || test.operator === 'IN') && table.canLookUp(path.field));
  let best: Row[] | undefined;
  for (const { test, path } of exact) {
    const values = operandsOf(ctx, path, test).map((o) => ('value' in o ? o.value : null));
    if (values.includes(null)) continue;
    const rows = lookUp(table, path.field, values);
    if (!best || rows.length < best.length) best = rows;
  }
  if (best) return { rows: best.sort(byId), order: 'id' };
  const stamp = spanOf(ctx, own, 'SystemModstamp');
  if (stamp || wantsStampOrder) return { rows: table.byStamp(stamp?.from, stamp?.fromExclusive, stamp?.to, stamp?.toExclusive), order: 'stamp' };
  const ids = spanOf(ctx, own, 'Id');
  const rows = table.rows();
  return { rows: ids?.from === undefined ? rows : rows.slice(firstAtLeast(rows, ids.from)), order: 'id' };
}

export const byId = (a: Row, b: Row): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function lookUp(table: Table, field: FieldDef, values: Value[]): Row[] {
  const distinct = new Map(values.map((v) => [hashKey(v), v]));
  const rows: Row[] = [];
  for (const value of distinct.values()) {
    if (field.type === 'id') {
      const row = table.get(String(value));
      if (row) rows.push(row);
    } else for (const row of table.lookup(field, value)) rows.push(row);
  }
  return rows;
}

function spanOf(ctx: PredicateContext, own: { test: Test; path: ReturnType<typeof resolvePath> }[], name: string): Bounds | undefined {
  const bounds: Bounds = {};
  for (const { test, path } of own) {
    if (path.field.name !== name || !['<', '<=', '>', '>=', '='].includes(test.operator)) continue;
    const first = operandsOf(ctx, path, test)[0];
    if (!first || !('value' in first) || typeof first.value !== 'string') continue;
    if (test.operator !== '<' && test.operator !== '<=' && (bounds.from === undefined || first.value > bounds.from)) {
      bounds.from = first.value;
      bounds.fromExclusive = test.operator === '>';
    }
    if (test.operator !== '>' && test.operator !== '>=' && (bounds.to === undefined || first.value < bounds.to)) {
      bounds.to = first.value;
      bounds.toExclusive = test.operator === '<';
    }
  }
  return bounds.from === undefined && bounds.to === undefined ? undefined : bounds;
}

function firstAtLeast(rows: readonly Row[], bound: string): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as Row).id < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const visible = (row: Row, withDeleted: boolean): boolean => !row.purged && (withDeleted || !isDeleted(row));
