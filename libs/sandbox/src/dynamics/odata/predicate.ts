import { badUrl } from '../errors.ts';
import type { AttributeDef, EntityDef } from '../schema/schema-types.ts';
import type { Schema } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';
import { keyOf, type Row, type Value } from '../store/table.ts';
import type { Filter, Literal, Operator } from './filter.ts';
import { attributeOf, navigationOf } from './property.ts';

export type Predicate = (row: Row) => boolean;
export interface Place {
  schema: Schema;
  store: Store;
}

/** Makes a test out of a filter; names are checked at once. */
export function predicateOf(place: Place, def: EntityDef, filter: Filter): Predicate {
  switch (filter.kind) {
    case 'and': {
      const sides = filter.sides.map((side) => predicateOf(place, def, side));
      return (row) => sides.every((side) => side(row));
    }
    case 'or': {
      const sides = filter.sides.map((side) => predicateOf(place, def, side));
      return (row) => sides.some((side) => side(row));
    }
    case 'not': {
      const side = predicateOf(place, def, filter.side);
      return (row) => !side(row);
    }
    case 'in': {
      const { read } = valueReader(place, def, filter.path);
      const wanted = new Set(filter.values.map((v) => keyOf(v)));
      return (row) => wanted.has(keyOf(read(row)));
    }
    case 'text': {
      const { read } = valueReader(place, def, filter.path);
      const part = filter.value.toLowerCase();
      return (row) => {
        const text = keyOf(read(row));
        return filter.test === 'contains' ? text.includes(part) : filter.test === 'startswith' ? text.startsWith(part) : text.endsWith(part.trimEnd());
      };
    }
    default: {
      const { read, attribute } = valueReader(place, def, filter.path);
      return comparison(attribute, filter.operator, filter.value, read);
    }
  }
}

function valueReader(place: Place, def: EntityDef, path: readonly string[]): { read: (row: Row) => Value | undefined; attribute: AttributeDef } {
  const [first = '', second] = path;
  if (second === undefined) {
    const attribute = attributeOf(def, first);
    return { attribute, read: (row) => row.values[attribute.name] };
  }
  const { attribute: lookup, target } = navigationOf(def, first);
  const targetDef = place.schema.find(target);
  if (path.length > 2 || !targetDef) throw badUrl(`The path '${path.join('/')}' leads further than one lookup.`);
  const attribute = attributeOf(targetDef, second);
  const table = place.store.table(targetDef);
  return {
    attribute,
    read: (row) => {
      const ref = row.values[lookup.name];
      return ref && typeof ref === 'object' && ref.entity === target ? table.get(ref.id)?.values[attribute.name] : undefined;
    },
  };
}

/** As SQL Server compares: text without regard to case and trailing spaces; null equals only null. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = keyOf(a);
  const right = keyOf(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/;

function comparison(attribute: AttributeDef, operator: Operator, value: Literal, read: (row: Row) => Value | undefined): Predicate {
  const wanted = literalFor(attribute, value);
  if (wanted === null) {
    if (operator === 'eq') return (row) => (read(row) ?? null) === null;
    if (operator === 'ne') return (row) => (read(row) ?? null) !== null;
    return () => false;
  }
  return (row) => {
    const held = read(row) ?? null;
    if (held === null) return operator === 'ne';
    const order = compareValues(held, wanted);
    switch (operator) {
      case 'eq': return order === 0;
      case 'ne': return order !== 0;
      case 'gt': return order > 0;
      case 'ge': return order >= 0;
      case 'lt': return order < 0;
      default: return order <= 0;
    }
  };
}

/** A literal in the form that its attribute is stored in. */
function literalFor(attribute: AttributeDef, value: Literal): Value {
  if (attribute.type !== 'DateTime' || value === null) return value;
  if (typeof value !== 'string' || !DATE_TIME.test(value)) throw badUrl(`The literal '${String(value)}' is not a date or time, which '${attribute.name}' is.`);
  if (attribute.dateOnly) return value.slice(0, 10);
  // Kept to the millisecond: what is stored has whole seconds and is compared as text.
  return new Date(value).toISOString().replace('.000Z', 'Z');
}
