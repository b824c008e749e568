import type { FieldDescription, WorkOptions } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { READ_ONLY_FIELDS } from '../objects.ts';
import { name } from './soql.ts';

interface DescribedField {
  name: string;
  label: string;
  type: string;
  length: number;
  createable: boolean;
  updateable: boolean;
  nillable: boolean;
  defaultedOnCreate: boolean;
  externalId?: boolean;
  unique?: boolean;
  filterable?: boolean;
  custom?: boolean;
  picklistValues?: { value: string; active: boolean }[] | null;
  restrictedPicklist?: boolean;
  extraTypeInfo?: string | null;
}

function toDescription(field: DescribedField): FieldDescription {
  return {
    name: field.name,
    label: field.label,
    // A text with mark-up: what is written comes back changed.
    type: field.extraTypeInfo === 'richtextarea' ? 'richtextarea' : field.type,
    length: field.length ?? 0,
    createable: field.createable,
    updateable: field.updateable,
    required: field.createable && !field.nillable && !field.defaultedOnCreate,
    externalId: field.externalId ?? false,
    unique: field.unique ?? false,
    picklistValues: (field.picklistValues ?? []).filter((v) => v.active).map((v) => v.value),
    restrictedPicklist: field.restrictedPicklist ?? false,
    multiple: field.type === 'multipicklist',
    filterable: field.filterable ?? true,
  };
}

export async function describeObject(client: SalesforceClient, object: string, work: WorkOptions): Promise<FieldDescription[]> {
  const { body } = await client.read<{ fields?: DescribedField[] }>({ operation: 'describe', method: 'GET', path: `/sobjects/${name(object)}/describe` }, work);
  return (body.fields ?? []).map(toDescription);
}

/** Fields that a preview, a before-image or a rule may ask for although we may not write them. */
const READ_ONLY_KEPT = new Set([
  'OwnerId', 'ParentId', 'CreatedDate', 'CreatedById', 'RecordTypeId', 'LastActivityDate', 'Name', 'IsClosed', 'IsWon',
  'IsConverted', 'ConvertedDate', 'ConvertedAccountId', 'ConvertedContactId', 'ConvertedOpportunityId',
]);
const NOT_TEXT = new Set(['address', 'location', 'base64', 'complexvalue', 'encryptedstring']);
/** Two or more long texts bring a page of a query down from 2,000 records to 200. */
const LONGEST_TEXT = 4_000;
const MOST_FIELDS = 250;

/** What the mirror keeps: every field that can be written, and the few others that are asked for; of an object that is only read, those that are listed. */
export function mirrorFieldsOf(object: string, fields: readonly FieldDescription[]): string[] {
  const listed = READ_ONLY_FIELDS[object];
  if (listed) return fields.map((f) => f.name).filter((one) => listed.includes(one));
  const kept = fields.filter((f) => !NOT_TEXT.has(f.type) && f.length <= LONGEST_TEXT && (f.updateable || f.createable || READ_ONLY_KEPT.has(f.name)));
  // Those that are asked for by name are kept of however many fields, and need not stand first.
  const first = (f: FieldDescription): number => (READ_ONLY_KEPT.has(f.name) ? 0 : 1);
  return kept.sort((a, b) => first(a) - first(b)).map((f) => f.name).slice(0, MOST_FIELDS);
}
