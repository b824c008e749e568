import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import type { Row, Value } from '../store/row.ts';

export interface Attributes {
  type: string;
  url: string;
}

export const attributesOf = (def: ObjectDef, row: Row, version: string): Attributes => ({
  type: def.name,
  url: `/services/data/v${version}/sobjects/${def.name}/${row.id}`,
});

type Address = Record<'city' | 'country' | 'geocodeAccuracy' | 'latitude' | 'longitude' | 'postalCode' | 'state' | 'street', Value>;

/** The compound address that Salesforce shows beside its parts; null when every part is empty. */
function address(field: FieldDef, row: Row): Address | null {
  const prefix = field.name.replace(/Address$/, '');
  const part = (name: string): Value => row.values[prefix + name] ?? null;
  const whole: Address = {
    city: part('City'), country: part('Country'), geocodeAccuracy: part('GeocodeAccuracy'), latitude: part('Latitude'),
    longitude: part('Longitude'), postalCode: part('PostalCode'), state: part('State'), street: part('Street'),
  };
  return Object.values(whole).some((v) => v !== null) ? whole : null;
}

export const fieldValue = (field: FieldDef, row: Row): Value | Address =>
  field.type === 'address' ? address(field, row) : (row.values[field.name] ?? null);

/** A record as a single GET shows it: all fields, or those asked for. */
export function viewRecord(def: ObjectDef, row: Row, version: string, fields: FieldDef[] = def.fields): Record<string, unknown> {
  const out: Record<string, unknown> = { attributes: attributesOf(def, row, version) };
  for (const field of fields) out[field.name] = fieldValue(field, row);
  return out;
}
