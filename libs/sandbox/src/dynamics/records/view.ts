import type { Environment } from '../environment.ts';
import type { Expansion } from '../odata/query.ts';
import { isLookup, lookupProperty, navigationNames, type AttributeDef, type EntityDef } from '../schema/schema-types.ts';
import type { Row, Value } from '../store/table.ts';
import { etagOf } from './write.ts';

export interface ViewOptions {
  select: readonly string[] | undefined;
  expand: readonly Expansion[];
  /** What `odata.include-annotations` asked for, e.g. "*". */
  annotations: string;
}

const FORMATTED = 'OData.Community.Display.V1.FormattedValue';
const LOOKUP_NAME = 'Microsoft.Dynamics.CRM.lookuplogicalname';
const NAVIGATION = 'Microsoft.Dynamics.CRM.associatednavigationproperty';

function wants(annotations: string, name: string): boolean {
  return annotations.split(',').some((pattern) => pattern === '*' || pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))));
}

/** A row as the API shows it: `@odata.etag`, the selected properties (all without a selection), the id, and annotations. */
export function viewRow(env: Environment, def: EntityDef, row: Row, options: ViewOptions): Record<string, unknown> {
  const out: Record<string, unknown> = { '@odata.etag': etagOf(row) };
  const names = options.select ?? def.attributes.keys();
  for (const name of names) {
    const attribute = def.attributes.get(name);
    if (attribute) put(env, out, attribute, row.values[name] ?? null, options.annotations);
  }
  out[def.primaryId] = row.id;
  for (const { navigation, attribute, target, select } of options.expand) {
    const ref = row.values[attribute];
    const targetDef = env.schema.find(target);
    const found = targetDef && ref && typeof ref === 'object' && ref.entity === target ? env.store.table(targetDef).get(ref.id) : undefined;
    out[navigation] = found && targetDef ? viewRow(env, targetDef, found, { ...options, select, expand: [] }) : null;
  }
  return out;
}

function put(env: Environment, out: Record<string, unknown>, attribute: AttributeDef, value: Value, annotations: string): void {
  if (isLookup(attribute)) {
    const property = lookupProperty(attribute);
    const ref = value && typeof value === 'object' ? value : null;
    out[property] = ref?.id ?? null;
    if (!ref || annotations === '') return;
    if (wants(annotations, FORMATTED)) out[`${property}@${FORMATTED}`] = nameOf(env, ref.entity, ref.id);
    if (wants(annotations, LOOKUP_NAME)) out[`${property}@${LOOKUP_NAME}`] = ref.entity;
    if (wants(annotations, NAVIGATION)) out[`${property}@${NAVIGATION}`] = navigationNames(attribute)[Math.max(0, attribute.targets.indexOf(ref.entity))];
    return;
  }
  out[attribute.name] = value;
  if (value === null || annotations === '' || !wants(annotations, FORMATTED)) return;
  const formatted = formattedValue(attribute, value);
  if (formatted !== undefined) out[`${attribute.name}@${FORMATTED}`] = formatted;
}

function nameOf(env: Environment, entity: string, id: string): string {
  const def = env.schema.find(entity);
  return String((def && env.store.table(def).get(id)?.values[def.primaryName]) ?? '');
}

function formattedValue(attribute: AttributeDef, value: Value): string | undefined {
  const label = (text: string) => attribute.options.find((o) => String(o.value) === text)?.label ?? text;
  switch (attribute.type) {
    case 'Picklist': case 'State': case 'Status': return label(String(value));
    case 'MultiSelectPicklist': return String(value).split(',').map(label).join('; ');
    case 'Boolean': return label(value ? '1' : '0');
    case 'Integer': case 'BigInt': return Number(value).toLocaleString('en-US');
    case 'Money': return `$${Number(value).toLocaleString('en-US', { minimumFractionDigits: 2 })}`;
    case 'Decimal': case 'Double': return Number(value).toLocaleString('en-US', { minimumFractionDigits: 2 });
    case 'DateTime': return attribute.dateOnly ? new Date(`${String(value)}T00:00:00Z`).toLocaleDateString('en-US', { timeZone: 'UTC' }) : new Date(String(value)).toLocaleString('en-US', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'short' });
    default: return undefined;
  }
}
