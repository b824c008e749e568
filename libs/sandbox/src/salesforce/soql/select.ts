import type { FieldType, Query, Subquery } from 'soql-parser-js';
import { SfError } from '../errors.ts';
import { attributesOf, fieldValue } from '../records/view.ts';
import type { FieldDef } from '../schema/schema-types.ts';
import type { Row } from '../store/row.ts';
import { follow, resolvePath, type FieldPath, type PathContext } from './paths.ts';
import { malformed } from './parse.ts';

export type Projection = (row: Row, version: string) => Record<string, unknown>;
export type ChildRunner = (subquery: Subquery) => (row: Row, version: string) => unknown;

/** FIELDS(ALL) and FIELDS(CUSTOM) are for at most this many rows. */
const FIELDS_LIMIT = 200;

interface Output {
  own: FieldDef[];
  /** Sub-objects by their relationship name, in the order first named. */
  parents: Map<string, FieldPath[]>;
  labels: { key: string; path: FieldPath }[];
  children: { key: string; run: (row: Row, version: string) => unknown }[];
}

/** Makes the function that turns a row into the record the query asked for, or refuses a field that does not exist. */
export function projection(ctx: PathContext, query: Query | Subquery, children: ChildRunner): Projection {
  const out: Output = { own: [], parents: new Map(), labels: [], children: [] };
  const seen = new Set<string>();
  for (const item of query.fields ?? []) {
    for (const written of namesOf(ctx, item, query)) addField(ctx, out, seen, written);
    if (item.type === 'FieldFunctionExpression' && !isFields(item)) addFunction(ctx, out, item);
    if (item.type === 'FieldSubquery') out.children.push({ key: item.subquery.relationshipName, run: children(item.subquery) });
    if (item.type === 'FieldTypeof') throw malformed(ctx.text, 'TYPEOF is not supported by this sandbox.');
  }
  return compose(ctx, out);
}

const isFields = (item: FieldType): boolean => item.type === 'FieldFunctionExpression' && item.functionName.toUpperCase() === 'FIELDS';

function namesOf(ctx: PathContext, item: FieldType, query: Query | Subquery): string[] {
  if (item.type === 'Field') return ['rawValue' in item && item.rawValue ? String(item.rawValue).split(/\s/)[0] as string : item.field];
  if (item.type === 'FieldRelationship') return [item.rawValue ?? [...item.relationships, item.field].join('.')];
  if (item.type !== 'FieldFunctionExpression' || !isFields(item)) return [];
  const which = String(item.parameters[0]).toUpperCase();
  if (which !== 'STANDARD' && !(query.limit !== undefined && query.limit <= FIELDS_LIMIT)) {
    throw new SfError(400, 'MALFORMED_QUERY', 'The SOQL FIELDS function must have a LIMIT of at most 200');
  }
  return ctx.def.fields.filter((f) => which === 'ALL' || f.custom === (which === 'CUSTOM')).map((f) => f.name);
}

function addField(ctx: PathContext, out: Output, seen: Set<string>, written: string): void {
  const path = resolvePath(ctx, written);
  const key = path.names.join('.');
  if (seen.has(key)) throw malformed(ctx.text, `duplicate field selected: ${path.field.name}`);
  seen.add(key);
  const parent = path.names[0];
  if (path.steps.length === 0 || parent === undefined) out.own.push(path.field);
  else out.parents.set(parent, [...(out.parents.get(parent) ?? []), path]);
}

function addFunction(ctx: PathContext, out: Output, item: Extract<FieldType, { type: 'FieldFunctionExpression' }>): void {
  const name = item.functionName.toLowerCase();
  const argument = item.parameters[0];
  if ((name !== 'tolabel' && name !== 'format') || typeof argument !== 'string') throw malformed(ctx.text, `unexpected token: '${item.functionName}'`, item.functionName);
  const path = resolvePath(ctx, argument);
  out.labels.push({ key: item.alias ?? path.field.name, path });
}

function compose(ctx: PathContext, out: Output): Projection {
  const { def, store } = ctx;
  const plain = out.own.every((f) => f.type !== 'address');
  const parents = [...out.parents].map(([name, paths]) => [name, parentProjection(ctx, paths)] as const);
  return (row, version) => {
    const record: Record<string, unknown> = { attributes: attributesOf(def, row, version) };
    for (const field of out.own) record[field.name] = plain ? (row.values[field.name] ?? null) : fieldValue(field, row);
    for (const { key, path } of out.labels) record[key] = path.read(row);
    for (const [name, project] of parents) record[name] = project(row, version);
    for (const { key, run } of out.children) record[key] = run(row, version);
    return record;
  };
  function parentProjection(inner: PathContext, paths: FieldPath[]): (row: Row, version: string) => unknown {
    const step = paths[0]?.steps[0] as FieldPath['steps'][number];
    const own = paths.filter((p) => p.steps.length === 1);
    const deeper = new Map<string, FieldPath[]>();
    for (const p of paths.filter((q) => q.steps.length > 1)) {
      const name = p.names[1] ?? '';
      deeper.set(name, [...(deeper.get(name) ?? []), { ...p, names: p.names.slice(1), steps: p.steps.slice(1) }]);
    }
    const nested = [...deeper].map(([name, list]) => [name, parentProjection(inner, list)] as const);
    return (row, version) => {
      const target = follow(store, [step], row);
      if (!target) return null;
      const record: Record<string, unknown> = { attributes: attributesOf(step.target, target, version) };
      for (const p of own) record[p.field.name] = fieldValue(p.field, target);
      for (const [name, project] of nested) record[name] = project(target, version);
      return record;
    };
  }
}
