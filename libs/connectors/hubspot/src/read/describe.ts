import type { FieldDescription, WorkOptions } from '@signalbox/connectors-sdk';
import type { Property } from '@hubspot/api-client/lib/codegen/crm/properties/index.js';
import { propertiesApi } from '../client/apis.ts';
import type { HubspotClient } from '../client/client.ts';
import type { HubspotObject } from '../objects.ts';

/** HubSpot's limit of a text. */
const LONGEST_TEXT = 65_536;

function toDescription(object: HubspotObject, property: Property): FieldDescription {
  const writable = !(property.modificationMetadata?.readOnlyValue ?? false) && !(property.calculated ?? false);
  const options = property.type === 'bool' ? [] : (property.options ?? []);
  const unique = (property.hasUniqueValue ?? false) || property.name === object.naturalKey;
  return {
    name: property.name, label: property.label,
    // What is written to a text with mark-up comes back changed.
    type: property.type === 'string' && property.fieldType === 'html' ? 'html' : property.type, length: property.type === 'string' ? LONGEST_TEXT : 0, createable: writable, updateable: writable,
    // HubSpot says of no property that it has to be given.
    required: false,
    externalId: unique, unique,
    picklistValues: options.filter((o) => !o.hidden).map((o) => o.value),
    restrictedPicklist: property.type === 'enumeration' && !(property.externalOptions ?? false),
    multiple: property.type === 'enumeration' && property.fieldType === 'checkbox',
    filterable: true,
  };
}

export async function describeObject(client: HubspotClient, object: HubspotObject, work: WorkOptions): Promise<FieldDescription[]> {
  const { body } = await client.read({ operation: 'properties', run: (wire) => propertiesApi(wire).getAll(object.type) }, work);
  const shown = (body.results ?? []).filter((p) => !p.hidden || object.kept.includes(p.name));
  return shown.map((p) => toDescription(object, p));
}

const MOST_FIELDS = 250;
/** Lists name their properties in the address, which must not become too long. */
const MOST_CHARACTERS = 6_000;

/** What the mirror keeps: every property that can be written, and the few others that are asked for. */
export function mirrorFieldsOf(object: HubspotObject, fields: readonly FieldDescription[]): string[] {
  const wanted = fields.filter((f) => f.updateable || f.createable || object.kept.includes(f.name)).map((f) => f.name);
  const kept: string[] = [];
  let characters = 0;
  // Those that we write to come first when there are too many: a key of ours and what says which company it is.
  const first = new Set([...Object.values(object.identity), ...fields.filter((f) => f.unique).map((f) => f.name), ...object.kept]);
  for (const name of [...wanted.filter((n) => first.has(n)), ...wanted.filter((n) => !first.has(n))]) {
    characters += encodeURIComponent(name).length + 3;
    if (kept.length >= MOST_FIELDS || characters > MOST_CHARACTERS) break;
    kept.push(name);
  }
  return kept;
}
