export type FieldType =
  | 'id' | 'string' | 'textarea' | 'picklist' | 'multipicklist' | 'combobox' | 'email' | 'phone' | 'url' | 'encryptedstring'
  | 'boolean' | 'int' | 'double' | 'currency' | 'percent' | 'date' | 'datetime' | 'reference' | 'address';

export interface PicklistValue {
  value: string;
  label: string;
  active: boolean;
  defaultValue: boolean;
}

/** A field as a schema file writes it: only what differs from the defaults of its type. */
export interface FieldSource {
  name: string;
  type?: FieldType;
  label?: string;
  length?: number;
  precision?: number;
  scale?: number;
  /** Must be given on create and cannot be emptied. */
  required?: boolean;
  /** Neither createable nor updateable. */
  readOnly?: boolean;
  createable?: boolean;
  updateable?: boolean;
  nillable?: boolean;
  defaultedOnCreate?: boolean;
  default?: string | number | boolean;
  externalId?: boolean;
  unique?: boolean;
  idLookup?: boolean;
  caseSensitive?: boolean;
  nameField?: boolean;
  values?: (string | Partial<PicklistValue>)[];
  restricted?: boolean;
  referenceTo?: string | string[];
  relationshipName?: string | null;
  /** Name under which the referred object lists these records, e.g. `Contacts`. */
  childRelationshipName?: string;
  filterable?: boolean;
  sortable?: boolean;
  /** Takes a shipped field away. */
  remove?: boolean;
}

export interface ObjectSource {
  name: string;
  label?: string;
  labelPlural?: string;
  keyPrefix?: string;
  /** Has an OwnerId. Default true for custom objects. */
  owner?: boolean;
  createable?: boolean;
  updateable?: boolean;
  deletable?: boolean;
  fields?: FieldSource[];
  /** Rows every org has, such as the lead statuses. */
  rows?: Record<string, string | number | boolean | null>[];
}

export interface SchemaSource {
  objects: ObjectSource[] | Record<string, Omit<ObjectSource, 'name'>>;
}

export interface FieldDef {
  name: string;
  label: string;
  type: FieldType;
  length: number;
  precision: number;
  scale: number;
  createable: boolean;
  updateable: boolean;
  nillable: boolean;
  defaultedOnCreate: boolean;
  defaultValue: string | number | boolean | null;
  externalId: boolean;
  unique: boolean;
  idLookup: boolean;
  caseSensitive: boolean;
  nameField: boolean;
  custom: boolean;
  picklistValues: PicklistValue[];
  /** Active values of a restricted picklist; undefined when anything goes. */
  allowed?: Set<string>;
  restrictedPicklist: boolean;
  referenceTo: string[];
  relationshipName: string | null;
  childRelationshipName?: string;
  filterable: boolean;
  sortable: boolean;
}

export interface ObjectDef {
  name: string;
  label: string;
  labelPlural: string;
  keyPrefix: string;
  custom: boolean;
  createable: boolean;
  updateable: boolean;
  deletable: boolean;
  fields: FieldDef[];
  /** By lower-case name. */
  byName: Map<string, FieldDef>;
  /** Reference fields by lower-case relationship name (`owner` → OwnerId). */
  byRelationship: Map<string, FieldDef>;
  /** Fields that `createable && !nillable && !defaultedOnCreate`. */
  required: FieldDef[];
  rows: Record<string, string | number | boolean | null>[];
}

/** A change that a fault makes to the schema while it is on. */
export interface SchemaChange {
  object: string;
  field: string;
  set?: Partial<FieldSource>;
  removed?: boolean;
}
