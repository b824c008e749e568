import type { FieldDescription, WorkOptions } from '@signalbox/connectors-sdk';
import type { DynamicsClient } from '../client/client.ts';
import type { Table } from '../objects.ts';
import { literal } from './odata.ts';

export interface Choice {
  value: number;
  label: string;
}

/** A column with what reading and writing it need beside the port's description. */
export interface DynamicsField extends FieldDescription {
  /** Name under which its value is read: a lookup's is `_name_value`. */
  property: string;
  /** Name under which a lookup is written. */
  navigation: string;
  /** Tables that a lookup leads to; empty for other columns. */
  targets: readonly string[];
  choices: readonly Choice[];
}

export interface Label {
  UserLocalizedLabel?: { Label?: string } | null;
}

interface Attribute {
  LogicalName: string;
  SchemaName?: string;
  AttributeType?: string;
  AttributeTypeName?: { Value?: string };
  AttributeOf?: string | null;
  DisplayName?: Label;
  RequiredLevel?: { Value?: string };
  IsValidForCreate?: boolean;
  IsValidForRead?: boolean;
  IsValidForUpdate?: boolean;
  IsCustomAttribute?: boolean;
  IsPrimaryId?: boolean;
  MaxLength?: number;
  Targets?: string[];
  DefaultFormValue?: number | null;
  OptionSet?: { Options?: { Value: number; Label?: Label; InvariantName?: string | null }[]; TrueOption?: { Label?: Label }; FalseOption?: { Label?: Label } };
}

const LOOKUPS = new Set(['Lookup', 'Customer', 'Owner']);
const CHOICES = ['Picklist', 'State', 'Status', 'MultiSelectPicklist'] as const;
/** Columns that hold nothing that could be shown or written as text. */
const LEFT_OUT = new Set(['Virtual', 'EntityName', 'ManagedProperty', 'PartyList', 'CalendarRules', 'Image', 'File']);
/** Given by Dataverse itself when they are left out, though it calls them required. */
const GIVEN = new Set(['State', 'Status', 'Owner', 'Uniqueidentifier']);

export const labelOf = (label: Label | undefined, otherwise: string): string => label?.UserLocalizedLabel?.Label || otherwise;
const typeOf = (attribute: Attribute): string => (attribute.AttributeTypeName?.Value === 'MultiSelectPicklistType' ? 'MultiSelectPicklist' : (attribute.AttributeType ?? 'Virtual'));

function toField(attribute: Attribute, keys: ReadonlySet<string>, choices: readonly Choice[], table: Table): DynamicsField {
  const type = typeOf(attribute);
  const lookup = LOOKUPS.has(type);
  const createable = attribute.IsValidForCreate ?? false;
  const key = keys.has(attribute.LogicalName);
  const required = ['ApplicationRequired', 'SystemRequired'].includes(attribute.RequiredLevel?.Value ?? '') && createable && !GIVEN.has(type) && attribute.LogicalName !== table.primaryId;
  return {
    name: attribute.LogicalName, label: labelOf(attribute.DisplayName, attribute.LogicalName), type, length: attribute.MaxLength ?? 0, createable, updateable: attribute.IsValidForUpdate ?? false, required,
    externalId: key, unique: key, picklistValues: choices.map((c) => c.label), restrictedPicklist: choices.length > 0, multiple: type === 'MultiSelectPicklist', filterable: type !== 'Memo',
    property: lookup ? `_${attribute.LogicalName}_value` : attribute.LogicalName,
    navigation: attribute.IsCustomAttribute && attribute.SchemaName ? attribute.SchemaName : attribute.LogicalName,
    targets: lookup ? (attribute.Targets ?? (type === 'Owner' ? ['systemuser', 'team'] : [])) : [], choices,
  };
}

/**
 * Columns of a table with their choices and alternate keys, in one call. States go by the name that is the same in every language ("Won"),
 * so that the manifest can say which of them means what.
 */
export async function describeTable(client: DynamicsClient, table: Table, work: WorkOptions): Promise<DynamicsField[]> {
  const entity = `EntityDefinitions(LogicalName=${literal(table.name)})`;
  const attributes = `${entity}/Attributes`;
  const cast = (type: string) => `${attributes}/Microsoft.Dynamics.CRM.${type}AttributeMetadata?$select=LogicalName&$expand=OptionSet`;
  const { body } = await client.readBatch('describe', [attributes, `${entity}/Keys`, ...CHOICES.map(cast)], {}, work);
  const [found, keys, ...choices] = body as { value?: Attribute[] }[];
  const single = (keys as { value?: { KeyAttributes: string[]; EntityKeyIndexStatus?: string }[] })?.value ?? [];
  const keyed = new Set(single.filter((k) => k.KeyAttributes.length === 1 && (k.EntityKeyIndexStatus ?? 'Active') === 'Active').map((k) => k.KeyAttributes[0]!));
  const options = new Map(choices.flatMap((answer) => answer.value ?? []).map((a) => [a.LogicalName, (a.OptionSet?.Options ?? []).map((o) => ({ value: o.Value, label: o.InvariantName || labelOf(o.Label, String(o.Value)) }))]));
  const shown = (found?.value ?? []).filter((a) => a.IsValidForRead !== false && !a.AttributeOf && !LEFT_OUT.has(typeOf(a)));
  return shown.map((a) => toField(a, keyed, options.get(a.LogicalName) ?? [], table));
}

const READ_ONLY_KEPT = new Set(['createdon', 'createdby', 'ownerid']);
const NOT_KEPT = new Set(['importsequencenumber', 'overriddencreatedon', 'timezoneruleversionnumber', 'utcconversiontimezonecode']);
const LONGEST_TEXT = 4_000;
const MOST_FIELDS = 250;

/** What the mirror keeps: every column that can be written, and the few others that are asked for. */
export function mirrorFieldsOf(fields: readonly FieldDescription[]): string[] {
  const kept = fields.filter((f) => !NOT_KEPT.has(f.name) && f.type !== 'Uniqueidentifier' && f.length <= LONGEST_TEXT && (f.updateable || f.createable || READ_ONLY_KEPT.has(f.name)));
  return kept.map((f) => f.name).slice(0, MOST_FIELDS);
}
