import { badUrl } from '../errors.ts';
import type { EntityDef } from '../schema/schema-types.ts';
import { keyOf, type Row } from '../store/table.ts';
import { parseFilter, type Filter } from './filter.ts';
import { compareValues, predicateOf, type Place } from './predicate.ts';
import { attributeOf, navigationOf } from './property.ts';

export interface Expansion {
  navigation: string;
  attribute: string;
  target: string;
  select: string[] | undefined;
}

/** What a request for rows asks for, checked against the schema. */
export interface Query {
  select: string[] | undefined;
  filter: Filter | undefined;
  orderBy: { attribute: string; descending: boolean }[];
  top: number | undefined;
  count: boolean;
  expand: Expansion[];
}

const KNOWN = new Set(['$select', '$filter', '$orderby', '$top', '$count', '$expand', '$skiptoken', '$deltatoken']);

const list = (text: string | null): string[] | undefined => (text === null ? undefined : text.split(',').map((part) => part.trim()).filter((part) => part !== ''));

/** @throws DvError naming the option or property at fault */
export function readQuery(place: Place, def: EntityDef, parameters: URLSearchParams): Query {
  for (const name of parameters.keys()) {
    if (name.startsWith('$') && !KNOWN.has(name)) throw badUrl(name === '$skip' ? 'Skip Clause is not supported in CRM' : `The query parameter ${name} is not supported.`);
  }
  const top = parameters.get('$top');
  if (top !== null && !/^\d+$/.test(top)) throw badUrl(`Invalid value '${top}' for $top query option found. The $top query option requires a non-negative integer value.`);
  const filter = parameters.get('$filter');
  const parsed = filter === null ? undefined : parseFilter(filter);
  if (parsed) predicateOf(place, def, parsed);
  return {
    select: readSelect(def, parameters.get('$select')),
    filter: parsed,
    orderBy: (list(parameters.get('$orderby')) ?? []).map((part) => {
      const [property = '', direction = 'asc'] = part.split(/\s+/);
      if (direction !== 'asc' && direction !== 'desc') throw badUrl(`Syntax error at '${direction}' in '${part}'.`);
      return { attribute: attributeOf(def, property).name, descending: direction === 'desc' };
    }),
    top: top === null ? undefined : Number(top),
    count: parameters.get('$count') === 'true',
    expand: readExpand(place, def, parameters.get('$expand')),
  };
}

/** Names of attributes; undefined for all of them. */
export function readSelect(def: EntityDef, text: string | null): string[] | undefined {
  const names = list(text);
  if (!names || names.includes('*')) return undefined;
  return [...new Set(names.map((name) => attributeOf(def, name).name))];
}

/** `primarycontactid($select=fullname),ownerid`: single-valued lookups only. */
export function readExpand(place: Place, def: EntityDef, text: string | null): Expansion[] {
  if (!text) return [];
  return [...text.matchAll(/\s*([A-Za-z_]\w*)\s*(?:\(([^()]*)\))?\s*(?:,|$)/gy)].map((part) => {
    const [, navigation = '', options] = part;
    const { attribute, target } = navigationOf(def, navigation);
    const targetDef = place.schema.find(target);
    if (!targetDef) throw badUrl(`'${navigation}' cannot be expanded.`);
    const inner = new URLSearchParams((options ?? '').split(';').join('&'));
    return { navigation, attribute: attribute.name, target, select: readSelect(targetDef, inner.get('$select')) };
  });
}

/** Rows that may pass the filter, by an index where one serves; undefined when all have to be looked at. */
function candidates(place: Place, def: EntityDef, filter: Filter): Row[] | undefined {
  if (filter.kind === 'and') {
    for (const side of filter.sides) {
      const found = candidates(place, def, side);
      if (found) return found;
    }
    return undefined;
  }
  if (filter.kind === 'compare' && filter.path[0] === 'modifiedon' && (filter.operator === 'ge' || filter.operator === 'gt') && typeof filter.value === 'string') return bySeq(place.store.table(def).modifiedSince(new Date(filter.value).toISOString().replace(/\.\d{3}Z$/, 'Z')));
  if (filter.kind === 'in' ? filter.path.length !== 1 : filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value === null || filter.path.length !== 1) return undefined;
  const values = filter.kind === 'in' ? filter.values : filter.kind === 'compare' ? [filter.value] : [];
  const attribute = attributeOf(def, (filter as { path: string[] }).path[0]!);
  if (attribute.type === 'DateTime' || values.includes(null)) return undefined;
  const table = place.store.table(def);
  const keys = [...new Set(values.map((v) => keyOf(v)))];
  const rows = attribute.name === def.primaryId ? keys.flatMap((key) => table.get(key) ?? []) : keys.flatMap((key) => table.lookup(attribute.name, key));
  return bySeq(rows);
}

const bySeq = (rows: Row[] | undefined): Row[] | undefined => rows?.sort((a, b) => a.seq - b.seq);

/** Where a page begins: after this row in the order of the query. */
export interface Cookie {
  seq: number;
  values: (Row['values'][string])[];
}

/** Rows that a query finds, in its order, after the cookie; lazily where no order has to be made. */
export function findRows(place: Place, def: EntityDef, query: Pick<Query, 'filter' | 'orderBy'>, after: Cookie | undefined): Iterable<Row> {
  const table = place.store.table(def);
  const passes = query.filter ? predicateOf(place, def, query.filter) : () => true;
  const some = query.filter && candidates(place, def, query.filter);
  if (query.orderBy.length === 0) return some ? some.filter((row) => row.seq > (after?.seq ?? 0) && passes(row)) : filtered(table.rows(after?.seq ?? 0), passes);
  const compare = (a: Cookie, b: Cookie): number => {
    for (const [i, { descending }] of query.orderBy.entries()) {
      const order = compareValues(a.values[i] ?? null, b.values[i] ?? null);
      if (order !== 0) return descending ? -order : order;
    }
    return a.seq - b.seq;
  };
  const held = [...filtered(some ?? table.rows(), passes)].map((row) => ({ row, cookie: cookieOf(row, query) }));
  const rest = after ? held.filter(({ cookie }) => compare(cookie, after) > 0) : held;
  return rest.sort((a, b) => compare(a.cookie, b.cookie)).map(({ row }) => row);
}

export const cookieOf = (row: Row, query: Pick<Query, 'orderBy'>): Cookie => ({ seq: row.seq, values: query.orderBy.map(({ attribute }) => row.values[attribute] ?? null) });

function* filtered(rows: Iterable<Row>, passes: (row: Row) => boolean): Generator<Row> {
  for (const row of rows) if (passes(row)) yield row;
}
