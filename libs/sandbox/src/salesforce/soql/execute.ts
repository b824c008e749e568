import type { OrderByClause, Query, Subquery } from 'soql-parser-js';
import { SfError } from '../errors.ts';
import { isDeleted, type Row, type Value } from '../store/row.ts';
import type { Store } from '../store/store.ts';
import { byId, candidates, visible } from './access.ts';
import { aggregate, isAggregate, isCountAll } from './aggregate.ts';
import { conditionTree, conjuncts, type Test } from './conditions.ts';
import { malformed, parseSoql, queryError } from './parse.ts';
import { resolvePath, type PathContext } from './paths.ts';
import { predicate, type PredicateContext } from './predicate.ts';
import { projection, type Projection } from './select.ts';

/** A query's answer: rows still to be shown (pages read them later), ready records, or only a count. */
export type QueryResult =
  | { kind: 'rows'; rows: Row[]; project: Projection }
  | { kind: 'records'; records: Record<string, unknown>[] }
  | { kind: 'count'; count: number };

const MAX_OFFSET = 2000;

export function executeSoql(store: Store, text: string, withDeleted: boolean): QueryResult {
  return run(store, parseSoql(text), text, withDeleted);
}

function run(store: Store, query: Query, text: string, withDeleted: boolean): QueryResult {
  const def = store.schema.find(query.sObject ?? '');
  if (!def) {
    throw queryError('INVALID_TYPE', text, query.sObject, `sObject type '${query.sObject ?? ''}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`);
  }
  const ctx: PredicateContext = { store, def, text, alias: query.sObjectAlias, now: store.nowMs(), subquery: (test) => semiJoin(store, test, text) };
  if ((query.offset ?? 0) > MAX_OFFSET) throw new SfError(400, 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
  if (isCountAll(query)) return { kind: 'count', count: matching(ctx, query, withDeleted).length };
  if (isAggregate(query)) {
    const rows = matching(ctx, { ...query, orderBy: undefined, limit: undefined, offset: undefined }, withDeleted);
    return { kind: 'records', records: aggregate(ctx, query, rows).slice(query.offset ?? 0, (query.offset ?? 0) + (query.limit ?? Infinity)) };
  }
  const project = projection(ctx, query, (sub) => childQuery(ctx, sub, withDeleted));
  return { kind: 'rows', rows: matching(ctx, query, withDeleted), project };
}

/** The rows of a query in its order, offset and limit applied. */
function matching(ctx: PredicateContext, query: Query, withDeleted: boolean): Row[] {
  const tree = query.where ? conditionTree(query.where, ctx.text) : undefined;
  const passes = tree ? predicate(ctx, tree) : undefined;
  const orderBy = query.orderBy === undefined ? [] : Array.isArray(query.orderBy) ? query.orderBy : [query.orderBy];
  const comparators = orderBy.map((clause) => comparator(ctx, clause));
  const found = candidates(ctx, ctx.store.table(ctx.def), conjuncts(tree), isStampOrder(orderBy));
  const sorted = comparators.length === 0 ? found.order === 'id' : alreadySorted(orderBy, found.order);
  const offset = query.offset ?? 0;
  const enough = query.limit === undefined ? Infinity : offset + query.limit;
  const rows: Row[] = [];
  for (const row of found.rows) {
    if (!visible(row, withDeleted) || (passes && !passes(row))) continue;
    rows.push(row);
    if (sorted && rows.length >= enough) break;
  }
  if (!sorted) rows.sort(comparators.length ? combined(comparators) : byId);
  return offset > 0 || enough < rows.length ? rows.slice(offset, enough) : rows;
}

const orderName = (clause: OrderByClause | undefined) => (clause && 'field' in clause && clause.order !== 'DESC' ? clause.field.toLowerCase() : '');
/** Rows of one second come by Id, which is what ORDER BY SystemModstamp, Id asks and ORDER BY SystemModstamp leaves open. */
const isStampOrder = (orderBy: OrderByClause[]) =>
  orderName(orderBy[0]) === 'systemmodstamp' && orderBy.length <= 2 && (orderBy.length === 1 || orderName(orderBy[1]) === 'id');
const alreadySorted = (orderBy: OrderByClause[], order: 'id' | 'stamp') =>
  order === 'stamp' ? isStampOrder(orderBy) : orderBy.length === 1 && orderName(orderBy[0]) === 'id';

type Comparator = (a: Row, b: Row) => number;

function combined(comparators: Comparator[]): Comparator {
  return (a, b) => {
    for (const compare of comparators) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return byId(a, b);
  };
}

function comparator(ctx: PathContext, clause: OrderByClause): Comparator {
  if (!('field' in clause)) throw malformed(ctx.text, 'Functions are not supported in ORDER BY by this sandbox.');
  const path = resolvePath(ctx, clause.field);
  if (!path.field.sortable) throw malformed(ctx.text, `field '${path.field.name}' can not be sorted in a query call`, clause.field);
  const sign = clause.order === 'DESC' ? -1 : 1;
  const nulls = clause.nulls === 'LAST' ? 1 : -1;
  const exact = path.field.type === 'id' || path.field.type === 'reference';
  const key = (row: Row): Value => {
    const value = path.read(row);
    return typeof value === 'string' && !exact ? value.toLowerCase() : value;
  };
  return (a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === y) return 0;
    if (x === null) return nulls;
    if (y === null) return -nulls;
    return (x < y ? -1 : 1) * sign;
  };
}

/** `Id IN (SELECT AccountId FROM Contact …)` */
function semiJoin(store: Store, test: Test, text: string): Set<string> {
  const inner = (test as unknown as { valueQuery: Query }).valueQuery;
  const def = store.schema.find(inner.sObject ?? '');
  const column = inner.fields?.[0];
  if (!def || column?.type !== 'Field') throw malformed(text, 'semi join sub-selects must query one field of a supported object');
  const result = run(store, inner, text, false);
  const { read } = resolvePath({ store, def, text }, column.field);
  const rows = result.kind === 'rows' ? result.rows : [];
  return new Set(rows.map(read).filter((v) => v !== null).map(String));
}

/** `(SELECT Id FROM Contacts)`: found through the index on the child's reference. */
function childQuery(ctx: PredicateContext, sub: Subquery, withDeleted: boolean): (row: Row, version: string) => unknown {
  const { store, def, text } = ctx;
  const relation = store.schema.children(def.name).find(({ field }) => field.childRelationshipName?.toLowerCase() === sub.relationshipName.toLowerCase());
  if (!relation) {
    throw queryError('INVALID_TYPE', text, sub.relationshipName, `Didn't understand relationship '${sub.relationshipName}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`);
  }
  const inner: PredicateContext = { ...ctx, def: relation.child, alias: undefined };
  const project = projection(inner, sub, (deeper) => childQuery(inner, deeper, withDeleted));
  const tree = sub.where ? conditionTree(sub.where, text) : undefined;
  const passes = tree ? predicate(inner, tree) : () => true;
  const orderBy = sub.orderBy === undefined ? [] : Array.isArray(sub.orderBy) ? sub.orderBy : [sub.orderBy];
  const compare = combined(orderBy.map((c) => comparator(inner, c)));
  return (row, version) => {
    const children = store.table(relation.child).lookup(relation.field, row.id)
      .filter((r) => r.values[relation.field.name] === row.id && (withDeleted || !isDeleted(r)) && passes(r)).sort(compare).slice(0, sub.limit);
    return children.length === 0 ? null : { totalSize: children.length, done: true, records: children.map((r) => project(r, version)) };
  };
}
