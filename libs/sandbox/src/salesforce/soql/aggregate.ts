import type { FieldType, Query } from 'soql-parser-js';
import type { Row, Value } from '../store/row.ts';
import { conditionTree, type Node } from './conditions.ts';
import { malformed } from './parse.ts';
import { resolvePath, type PathContext } from './paths.ts';

type Expression = Extract<FieldType, { type: 'FieldFunctionExpression' }>;
type AggregateRecord = Record<string, unknown>;

const AGGREGATES = new Set(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX']);

export const isCountAll = (query: Query): boolean => {
  const first = query.fields?.[0];
  return query.fields?.length === 1 && first?.type === 'FieldFunctionExpression' && first.functionName.toUpperCase() === 'COUNT' && first.parameters.length === 0;
};

export const isAggregate = (query: Query): boolean =>
  query.groupBy !== undefined || (query.fields ?? []).some((f) => f.type === 'FieldFunctionExpression' && AGGREGATES.has(f.functionName.toUpperCase()));

interface Column {
  key: string;
  /** The expression without spaces and case, for HAVING and ORDER BY. */
  same: string;
  value: (rows: Row[]) => Value;
}

const bare = (s: string) => s.replace(/\s/g, '').toLowerCase();

/** Rows in groups, a record for each: `{attributes:{type:'AggregateResult'}, Industry:'Banking', expr0: 12}`. */
export function aggregate(ctx: PathContext, query: Query, rows: Row[]): AggregateRecord[] {
  const groupFields = groupNames(query).map((name) => resolvePath(ctx, name));
  const grouped = new Set(groupFields.map((p) => bare(p.names.join('.'))));
  let unnamed = 0;
  const columns = (query.fields ?? []).map((item): Column => {
    if (item.type === 'FieldFunctionExpression') {
      return { key: item.alias ?? `expr${unnamed++}`, same: bare(item.rawValue ?? ''), value: fold(ctx, item) };
    }
    const written = item.type === 'FieldRelationship' ? [...item.relationships, item.field].join('.') : item.type === 'Field' ? item.field : '';
    const path = resolvePath(ctx, written);
    if (!grouped.has(bare(path.names.join('.')))) throw malformed(ctx.text, `Field must be grouped or aggregated: ${written}`, written);
    return { key: ('alias' in item && item.alias) || path.field.name, same: bare(written), value: (group) => (group[0] ? path.read(group[0]) : null) };
  });
  const groups = groupRows(rows, groupFields.map((p) => p.read));
  const keep = query.having ? having(ctx, conditionTree(query.having, ctx.text), columns) : () => true;
  const kept = groups.filter((group) => keep(group));
  return order(query, columns, kept).map((group) => {
    const record: AggregateRecord = { attributes: { type: 'AggregateResult' } };
    for (const column of columns) record[column.key] = column.value(group);
    return record;
  });
}

function groupNames(query: Query): string[] {
  const clauses = query.groupBy === undefined ? [] : Array.isArray(query.groupBy) ? query.groupBy : [query.groupBy];
  return clauses.map((c) => {
    if ('field' in c) return c.field;
    throw malformed('', `GROUP BY ${c.fn.functionName ?? 'function'} is not supported by this sandbox.`);
  });
}

function groupRows(rows: Row[], keys: ((row: Row) => Value)[]): Row[][] {
  if (keys.length === 0) return [rows];
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(keys.map((read) => read(row)));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

function fold(ctx: PathContext, item: Expression): (rows: Row[]) => Value {
  const name = item.functionName.toUpperCase();
  if (!AGGREGATES.has(name)) throw malformed(ctx.text, `unexpected token: '${item.functionName}'`, item.functionName);
  const argument = item.parameters[0];
  if (argument === undefined) return (rows) => rows.length;
  const { read, field } = resolvePath(ctx, String(argument));
  if ((name === 'SUM' || name === 'AVG') && !['int', 'double', 'currency', 'percent'].includes(field.type)) {
    throw malformed(ctx.text, `field ${field.name} does not support aggregate operator ${name}`, String(argument));
  }
  const present = (rows: Row[]) => rows.map(read).filter((v): v is NonNullable<Value> => v !== null);
  const sum = (values: NonNullable<Value>[]) => values.reduce<number>((total, v) => total + Number(v), 0);
  const best = (rows: Row[], better: (a: NonNullable<Value>, b: NonNullable<Value>) => boolean): Value =>
    present(rows).reduce<NonNullable<Value> | null>((held, v) => (held === null || better(v, held) ? v : held), null);
  switch (name) {
    case 'COUNT': return (rows) => present(rows).length;
    case 'COUNT_DISTINCT': return (rows) => new Set(present(rows).map((v) => String(v).toLowerCase())).size;
    case 'SUM': return (rows) => (present(rows).length ? sum(present(rows)) : null);
    case 'AVG': return (rows) => (present(rows).length ? sum(present(rows)) / present(rows).length : null);
    case 'MIN': return (rows) => best(rows, (a, b) => a < b);
    default: return (rows) => best(rows, (a, b) => a > b);
  }
}

function having(ctx: PathContext, node: Node, columns: Column[]): (rows: Row[]) => boolean {
  if (node.kind === 'not') {
    const inner = having(ctx, node.part, columns);
    return (rows) => !inner(rows);
  }
  if (node.kind !== 'test') {
    const parts = node.parts.map((p) => having(ctx, p, columns));
    return node.kind === 'and' ? (rows) => parts.every((p) => p(rows)) : (rows) => parts.some((p) => p(rows));
  }
  const test = node.test as { field?: string; fn?: { rawValue?: string; functionName?: string; parameters?: unknown[] }; operator: string; value?: string };
  const same = bare(test.field ?? test.fn?.rawValue ?? '');
  const value = columns.find((c) => c.same === same)?.value ?? (test.fn ? fold(ctx, { type: 'FieldFunctionExpression', functionName: test.fn.functionName ?? '', parameters: (test.fn.parameters ?? []) as string[] }) : undefined);
  if (!value) throw malformed(ctx.text, `Field must be grouped or aggregated: ${test.field ?? ''}`);
  const literal = String(test.value ?? '');
  const right: Value = literal.startsWith("'") ? literal.slice(1, -1) : Number(literal);
  return (rows) => {
    const left = value(rows);
    if (left === null) return false;
    const by: Record<string, boolean> = { '=': left === right, '!=': left !== right, '<': left < right, '<=': left <= right, '>': left > right, '>=': left >= right };
    return by[test.operator] ?? false;
  };
}

function order(query: Query, columns: Column[], groups: Row[][]): Row[][] {
  const clauses = query.orderBy === undefined ? [] : Array.isArray(query.orderBy) ? query.orderBy : [query.orderBy];
  const keys = clauses.map((c) => {
    const same = bare('field' in c ? c.field : (c.fn.rawValue ?? ''));
    return { column: columns.find((col) => col.same === same || bare(col.key) === same), sign: c.order === 'DESC' ? -1 : 1 };
  });
  return groups.sort((a, b) => {
    for (const { column, sign } of keys) {
      const [x, y] = [column?.value(a) ?? '', column?.value(b) ?? ''];
      if (x !== y) return (x < y ? -1 : 1) * sign;
    }
    return 0;
  });
}
