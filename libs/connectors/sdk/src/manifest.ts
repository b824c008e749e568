import type { CallLimits } from './call-limits.ts';

/** What a connector says about itself, as data: the console draws its form from it, the services ask it what is possible. */
export interface ConnectorManifest {
  /** Stable name, e.g. "salesforce". */
  name: string;
  label: string;
  address: AddressManifest;
  authKinds: AuthKindManifest[];
  objects: ObjectManifest[];
  limits: BatchLimits;
  budget: CallLimits;
}

/** Where the system is reached. */
export interface AddressManifest {
  /** What such an address looks like, and where a person finds it. */
  example: string;
  description: string;
  /** The same for everybody, unless they say otherwise. */
  usual?: string;
}

export interface AuthKindManifest {
  /** Stable name, e.g. "client_credentials". */
  name: string;
  label: string;
  settings: SettingManifest[];
}

export interface SettingManifest {
  name: string;
  label: string;
  /** Kept encrypted, never shown again. */
  secret: boolean;
  required: boolean;
  /** Where a person finds the value. */
  description: string;
}

/**
 * What can be done to a record.
 * - delete: as the CRM's own users do it, into its recycle bin where it has one.
 * - convert: a lead becomes a contact of an account that is there already (CLC-4).
 */
export type WriteOperation = 'create' | 'update' | 'delete' | 'convert';

export interface ObjectManifest {
  /** The CRM's API name, e.g. "Account". */
  name: string;
  label: string;
  /** None: the object can only be read. */
  operations: WriteOperation[];
  /** The CRM's fields that say which company a record is. */
  identity: IdentityFields;
  /** The CRM's fields that tell records of one company apart; left out where it has none. */
  standing?: StandingFields;
  /** Field with the id of the account that a record belongs to, such as AccountId; left out where it belongs to none. */
  account?: string;
  /** Field with a person's mail address; left out where the records are no people. */
  email?: string;
  /** How a lead that was converted is told: all have to hold. For leads only. */
  converted?: FieldIs[];
  /** The CRM keeps lists of these records, which `session.lists` fills. */
  lists?: true;
  /** How open deals, won ones and lost ones are told apart; for opportunities only. */
  progress?: ProgressFields;
}

/** A record is what the first condition says that holds for it: won, lost, else open. */
export interface ProgressFields {
  won: FieldIs[];
  lost: FieldIs[];
}

/** All have to hold: the field has that text in the mirror. */
export interface FieldIs {
  field: string;
  value: string;
}

export interface IdentityFields {
  name: string;
  website: string;
  country: string;
}

/** Fields that `mirrorFields` keeps. Times are ISO 8601 texts, dates count from their first moment in UTC. */
export interface StandingFields {
  createdAt?: string;
  lastActivityAt?: string;
  /** Id of the record's owner. */
  owner?: string;
}

export interface BatchLimits {
  /** Most rows that one API call can write. */
  rowsPerCall: number;
  /** Most records that one page of a pull holds. */
  recordsPerPage: number;
}

export function objectOf(manifest: ConnectorManifest, object: string): ObjectManifest | undefined {
  return manifest.objects.find((o) => o.name === object);
}
