/** A field as the CRM describes it. */
export interface FieldDescription {
  name: string;
  label: string;
  /** As the CRM names it. */
  type: string;
  /** Most characters; 0 when it has no such limit. */
  length: number;
  createable: boolean;
  updateable: boolean;
  /** Must be given on creation. */
  required: boolean;
  externalId: boolean;
  unique: boolean;
  /** Active values. */
  picklistValues: string[];
  /** Other values than the listed ones are refused. */
  restrictedPicklist: boolean;
  /** Takes several values, written and read with ";" between them. */
  multiple: boolean;
  /** May stand in a condition of a query. */
  filterable: boolean;
}

/** A record as the CRM gave it. */
export interface RemoteRecord {
  id: string;
  deleted: boolean;
  name: string;
  website: string;
  country: string;
  /** Fields that have a value, as text; one without a value is left out. */
  fields: Record<string, string>;
  modifiedAt: Date;
}

export interface PulledPage {
  records: RemoteRecord[];
  /** Opaque; where to go on once this page is stored. */
  position: string;
  /**
   * First page only: the CRM could not go on from the position that was given, so everything is read again. What is not in these
   * pages by the end of the pull is no longer in the CRM, and its deletion was never told.
   */
  restarted?: boolean;
}

/** A status that means "converted", as a person chooses one (CLC-3). */
export interface ConvertedStatus {
  /** As `Conversion.status` takes it. */
  name: string;
  /** As the CRM shows it. */
  label: string;
  /** The one that the CRM takes when nothing is said; at most one. */
  isDefault: boolean;
}
