export type AttributeType =
  | 'String' | 'Memo' | 'Integer' | 'BigInt' | 'Decimal' | 'Double' | 'Money' | 'Boolean' | 'DateTime' | 'Picklist' | 'MultiSelectPicklist' | 'State' | 'Status'
  | 'Lookup' | 'Customer' | 'Owner' | 'Uniqueidentifier';

export interface OptionSource {
  value: number;
  label: string;
  /** State that a status belongs to. */
  state?: number;
  /** Name of a state in every language. Default its label. */
  invariant?: string;
}

export type RequiredLevel = 'None' | 'Recommended' | 'ApplicationRequired' | 'SystemRequired';

/** An attribute as the shipped schema and schema files give it. */
export interface AttributeSource {
  /** Logical name: small letters. */
  name: string;
  label?: string;
  type?: AttributeType;
  maxLength?: number;
  min?: number;
  max?: number;
  required?: RequiredLevel;
  readOnly?: boolean;
  options?: OptionSource[];
  /** Entities a lookup may point to. */
  targets?: string[];
  dateOnly?: boolean;
  default?: string | number | boolean;
  /** Schema files: takes the attribute away. */
  remove?: boolean;
}

export interface KeySource {
  name: string;
  label: string;
  attributes: string[];
}

export interface EntitySource {
  name: string;
  schemaName?: string;
  set?: string;
  label?: string;
  typeCode?: number;
  primaryName?: string;
  changeTracking?: boolean;
  attributes?: AttributeSource[];
  keys?: KeySource[];
}

export interface SchemaSource {
  entities: Record<string, Omit<EntitySource, 'name'>>;
}

export interface AttributeDef {
  readonly name: string;
  readonly schemaName: string;
  readonly label: string;
  readonly type: AttributeType;
  readonly maxLength: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly required: RequiredLevel;
  readonly readOnly: boolean;
  readonly options: readonly OptionSource[];
  readonly targets: readonly string[];
  readonly dateOnly: boolean;
  readonly default: string | number | boolean | undefined;
  readonly custom: boolean;
}

export interface EntityDef {
  readonly name: string;
  readonly schemaName: string;
  readonly set: string;
  readonly label: string;
  readonly typeCode: number;
  readonly primaryId: string;
  readonly primaryName: string;
  readonly changeTracking: boolean;
  readonly attributes: ReadonlyMap<string, AttributeDef>;
  readonly keys: readonly KeySource[];
}

export const isLookup = (attribute: AttributeDef): boolean => attribute.type === 'Lookup' || attribute.type === 'Customer' || attribute.type === 'Owner';

/** Name under which a lookup's id is read. */
export const lookupProperty = (attribute: AttributeDef): string => `_${attribute.name}_value`;

/** Names under which a lookup is bound and expanded; one per target where it has several. */
export const navigationNames = (attribute: AttributeDef): string[] =>
  attribute.type === 'Customer' ? attribute.targets.map((target) => `${attribute.name}_${target}`) : [attribute.name];
