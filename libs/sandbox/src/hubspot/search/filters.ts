import { validation } from '../errors.ts';
import { instant } from '../records/values.ts';
import type { Properties } from '../schema/schema.ts';
import type { PropertyDef } from '../schema/schema-types.ts';
import type { Values } from '../store/record.ts';

export interface Filter {
  propertyName?: string;
  operator?: string;
  value?: unknown;
  values?: unknown[];
  highValue?: unknown;
}

export interface FilterGroup {
  filters?: Filter[];
}

const MOST_GROUPS = 5;
const MOST_IN_GROUP = 6;
const MOST_FILTERS = 18;

type Test = (values: Values) => boolean;
type Comparable = string | number;

/** How values of a property compare: numbers and times by size, text in any case. */
function comparable(def: PropertyDef, text: string): Comparable | undefined {
  if (def.type === 'number') return Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (def.type === 'date' || def.type === 'datetime') return instant(text);
  return def.type === 'enumeration' ? text : text.toLowerCase();
}

const tokens = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** `CONTAINS_TOKEN`: whole words, with `*` for any characters at either end. */
function hasToken(text: string, wanted: string): boolean {
  const pattern = wanted.toLowerCase().replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const whole = new RegExp(`^${pattern}$`, 'u');
  return whole.test(text.toLowerCase()) || tokens(text).some((t) => whole.test(t));
}

function one(def: PropertyDef, filter: Filter, name: 'value' | 'highValue'): Comparable {
  const given = filter[name];
  const value = given === undefined || given === null ? undefined : comparable(def, String(given));
  if (value === undefined) throw validation(`Invalid ${name} for property ${def.name} and operator ${String(filter.operator)}: ${String(given)}`);
  return value;
}

/** Values of a list are not lowered as the stored ones are: for text they have to be given in lower case (guide: Search the CRM, IN). */
function many(def: PropertyDef, filter: Filter): Set<Comparable | undefined> {
  if (!Array.isArray(filter.values) || filter.values.length === 0) throw validation(`operator ${String(filter.operator)} requires values, for property ${def.name}`);
  const isText = def.type === 'string' || def.type === 'phone_number';
  return new Set(filter.values.map((v) => (isText ? String(v) : comparable(def, String(v)))));
}

function testOf(def: PropertyDef, filter: Filter): Test {
  const of = (values: Values): Comparable | undefined => (values[def.name] === undefined ? undefined : comparable(def, values[def.name]!));
  const compare = (holds: (found: Comparable) => boolean, whenEmpty = false): Test => (values) => {
    const found = of(values);
    return found === undefined ? whenEmpty : holds(found);
  };
  switch (filter.operator) {
    case 'EQ': { const v = one(def, filter, 'value'); return compare((found) => found === v); }
    case 'NEQ': { const v = one(def, filter, 'value'); return compare((found) => found !== v, true); }
    case 'LT': { const v = one(def, filter, 'value'); return compare((found) => found < v); }
    case 'LTE': { const v = one(def, filter, 'value'); return compare((found) => found <= v); }
    case 'GT': { const v = one(def, filter, 'value'); return compare((found) => found > v); }
    case 'GTE': { const v = one(def, filter, 'value'); return compare((found) => found >= v); }
    case 'BETWEEN': { const [low, high] = [one(def, filter, 'value'), one(def, filter, 'highValue')]; return compare((found) => found >= low && found <= high); }
    case 'IN': { const set = many(def, filter); return compare((found) => set.has(found)); }
    case 'NOT_IN': { const set = many(def, filter); return compare((found) => !set.has(found)); }
    case 'HAS_PROPERTY': return (values) => values[def.name] !== undefined;
    case 'NOT_HAS_PROPERTY': return (values) => values[def.name] === undefined;
    case 'CONTAINS_TOKEN': { const v = String(filter.value ?? ''); return (values) => hasToken(values[def.name] ?? '', v); }
    case 'NOT_CONTAINS_TOKEN': { const v = String(filter.value ?? ''); return (values) => !hasToken(values[def.name] ?? '', v); }
    default: throw validation(`Invalid input JSON on line 1, column 1: Cannot deserialize value of type \`FilterOperatorEnum\` from String "${String(filter.operator)}"`);
  }
}

/** Groups hold if one of them does, a group if all its filters do. @throws HsError 400 */
export function filterTest(properties: Properties, groups: readonly FilterGroup[]): Test {
  const counts = groups.map((g) => g.filters?.length ?? 0);
  if (groups.length > MOST_GROUPS) throw validation(`Search has too many filter groups: ${groups.length}, at most ${MOST_GROUPS} are allowed.`);
  if (counts.some((n) => n > MOST_IN_GROUP) || counts.reduce((a, b) => a + b, 0) > MOST_FILTERS) throw validation(`Search has too many filters: at most ${MOST_IN_GROUP} in a group and ${MOST_FILTERS} altogether are allowed.`);
  const tests = groups.map((group) => (group.filters ?? []).map((filter) => {
    const def = properties.find(String(filter.propertyName ?? ''));
    if (!def) throw validation(`There was a problem with the request: property ${String(filter.propertyName)} does not exist.`, { errors: [{ message: `Property "${String(filter.propertyName)}" does not exist`, code: 'PROPERTY_DOESNT_EXIST', context: { propertyName: [String(filter.propertyName)] } }] });
    return testOf(def, filter);
  }));
  return (values) => tests.length === 0 || tests.some((all) => all.every((test) => test(values)));
}

/** Order of a search: by one property, records without it last; of equals the older comes first. */
export function sorter(properties: Properties, sorts: unknown): (a: Values, b: Values) => number {
  const [given] = Array.isArray(sorts) ? (sorts as unknown[]) : [];
  if (Array.isArray(sorts) && sorts.length > 1) throw validation('Only one sort is allowed.');
  if (given === undefined) return () => 0;
  const text = typeof given === 'string' ? given : String((given as { propertyName?: unknown }).propertyName);
  const descending = typeof given === 'string' ? given.startsWith('-') : (given as { direction?: unknown }).direction === 'DESCENDING';
  const def = properties.find(text.replace(/^-/, ''));
  if (!def) throw validation(`There was a problem with the request: property ${text} does not exist.`);
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [x, y] = [a, b].map((v) => (v[def.name] === undefined ? undefined : comparable(def, v[def.name]!)));
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1;
    return x < y ? -sign : x > y ? sign : 0;
  };
}
