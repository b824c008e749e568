import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import type { Row, Value } from '../store/row.ts';
import type { Store } from '../store/store.ts';
import { fieldValue } from '../records/view.ts';
import { invalidField, queryError } from './parse.ts';

/** A field of the queried object, or of a record it points at (`Owner.Name`). */
export interface FieldPath {
  /** As the answer spells it, relationship names first. */
  names: string[];
  steps: { field: FieldDef; target: ObjectDef }[];
  field: FieldDef;
  read: (row: Row) => Value;
}

/** Up to five steps from child to parent, as SOQL allows. */
const MAX_STEPS = 5;

export interface PathContext {
  store: Store;
  def: ObjectDef;
  text: string;
  alias?: string;
}

export function resolvePath(ctx: PathContext, written: string): FieldPath {
  const parts = written.split('.');
  const first = (parts[0] ?? '').toLowerCase();
  if (parts.length > 1 && (first === ctx.alias?.toLowerCase() || (first === ctx.def.name.toLowerCase() && !ctx.def.byRelationship.has(first)))) parts.shift();
  if (parts.length - 1 > MAX_STEPS) throw queryError('MALFORMED_QUERY', ctx.text, written, 'Relationship depth exceeds 5.');
  let def = ctx.def;
  const steps: FieldPath['steps'] = [];
  for (const name of parts.slice(0, -1)) {
    const field = def.byRelationship.get(name.toLowerCase());
    const target = field && ctx.store.schema.find(field.referenceTo[0] ?? '');
    if (!field || !target) {
      throw queryError('INVALID_FIELD', ctx.text, written, `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`);
    }
    steps.push({ field, target });
    def = target;
  }
  const field = def.byName.get((parts.at(-1) ?? '').toLowerCase());
  if (!field) throw invalidField(ctx.text, written, def.name);
  return { names: [...steps.map((s) => s.field.relationshipName ?? ''), field.name], steps, field, read: reader(ctx.store, steps, field) };
}

function reader(store: Store, steps: FieldPath['steps'], field: FieldDef): (row: Row) => Value {
  const own = field.type === 'address' ? (row: Row) => fieldValue(field, row) as Value : (row: Row) => row.values[field.name] ?? null;
  if (steps.length === 0) return own;
  return (row) => {
    const end = follow(store, steps, row);
    return end ? own(end) : null;
  };
}

/** The record at the end of the steps; undefined when a reference on the way is empty. */
export function follow(store: Store, steps: FieldPath['steps'], row: Row): Row | undefined {
  let at: Row | undefined = row;
  for (const { field, target } of steps) {
    const id: Value | undefined = at.values[field.name];
    at = typeof id === 'string' ? store.table(target).get(id) : undefined;
    if (!at) return undefined;
  }
  return at;
}
