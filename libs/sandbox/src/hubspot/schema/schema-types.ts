export type PropertyType = 'string' | 'number' | 'date' | 'datetime' | 'enumeration' | 'bool' | 'phone_number';

export interface OptionSource {
  label: string;
  value: string;
  hidden?: boolean;
}

/** A property as a schema file writes it. */
export interface PropertySource {
  name: string;
  label?: string;
  type?: PropertyType;
  /** text, textarea, number, select, checkbox, booleancheckbox, date, phonenumber, html … Default by type. */
  fieldType?: string;
  groupName?: string;
  description?: string;
  options?: (string | OptionSource)[];
  hasUniqueValue?: boolean;
  readOnly?: boolean;
  calculated?: boolean;
  /** Options are the account's owners. */
  ownerOptions?: boolean;
  /** Takes the property away. */
  remove?: boolean;
}

/** What `--schema FILE` holds. */
export interface SchemaSource {
  objects: Record<string, { properties: PropertySource[] }>;
}

/** A property as the API describes it. */
export interface PropertyDef {
  name: string;
  label: string;
  type: PropertyType;
  fieldType: string;
  groupName: string;
  description: string;
  options: OptionSource[];
  hasUniqueValue: boolean;
  readOnly: boolean;
  calculated: boolean;
  ownerOptions: boolean;
  hubspotDefined: boolean;
  createdAt: number;
  updatedAt: number;
  archivedAt?: number;
}

export interface GroupDef {
  name: string;
  label: string;
  displayOrder: number;
  archived: boolean;
}

/** An object type of the account. */
export interface ObjectType {
  /** In paths, e.g. "companies". */
  name: string;
  singular: string;
  /** As messages call it, e.g. "COMPANY". */
  legacyName: string;
  objectTypeId: string;
  /** The property that says when it last changed: contacts have another name for it than all others. */
  modifiedProperty: string;
  /** Given when a read names no properties. */
  defaultProperties: readonly string[];
  /** Unique without being declared so: the email of contacts. */
  naturalKey?: string;
  /** The property that shows the id of the primary company among those that a record is associated with. */
  primaryCompany?: string;
  readScope: string;
  writeScope: string;
}
