import type { ConnectInput, Connector } from '../connector.ts';

/** Troubles that every CRM can give. A harness makes its sandbox give them. */
export type Trouble =
  /** Asked to call less often, from the write call after `skip` on. */
  | { kind: '429-mid-batch'; skip: number }
  /** No calls left for today. */
  | { kind: 'limit-for-today' }
  /** The next write arrives, and its answer does not. */
  | { kind: 'timeout-after-commit' }
  /** The session ends before the next write; `forever`: every session at once. */
  | { kind: 'expired-session'; forever: boolean }
  /** Rows whose name matches are refused by a rule of the CRM. */
  | { kind: 'partial-failure'; matching: string }
  /** Rows whose name matches are locked the next `times` times. */
  | { kind: 'locked-rows'; matching: string; times: number }
  /** The CRM's own duplicate rule refuses the name and site of a record that is there. */
  | { kind: 'duplicate-rule' }
  /** The field is gone; asking for it refuses the request or its row, as the CRM does it. */
  | { kind: 'schema-changed'; field: string }
  /** From now on the CRM's clock is this far ahead of ours; behind it when negative. Ends with the next reset only. */
  | { kind: 'clock-skew'; aheadMs: number };

/** Troubles that some CRMs do not know at all: no lock on a row shows, no rule of theirs looks for duplicates. */
export type OptionalTrouble = 'locked-rows' | 'duplicate-rule';

/** What some CRMs cannot do with the harness's object: its manifest does not list it, and the suite tries that it is refused. */
export type OptionalOperation = 'delete' | 'convert';

export interface StoredRecord {
  id: string;
  values: Record<string, unknown>;
}

/** What the suite needs around a harness whose object is the lead. */
export interface ConversionStage {
  /** Leads of one call, as the connector makes it. */
  leadsPerCall: number;
  /** A lead with as many fields filled as the CRM has, earlier lead-to-account ids among them; its identity's name is `Lead <n>`. */
  leadValues(n: number): Record<string, string>;
  /** Fields of a lead that a conversion itself sets, stamps and versions included. Every other must stay as it was (CLC-5). */
  setByConversion: readonly string[];
  /** A status that means "converted", and one that is there and does not. */
  statuses: { converted: string; other: string };
  /** Makes an account, and gives its id. */
  seedAccount(): string;
  /** Makes a contact of an account, and gives its id. */
  seedContact(accountId: string): string;
  /** Id of an account that there is not, well formed. */
  missingAccount: string;
  /** Converts a lead as another client would. */
  convert(leadId: string, accountId: string): Promise<void>;
  /** Live contacts with the account that each belongs to; empty when it belongs to none. */
  contacts(): { id: string; accountId: string }[];
  /** How many live accounts and opportunities there are. */
  counts(): { accounts: number; opportunities: number };
}

/** A connector together with a sandbox that it can be tried against. */
export interface ConnectorHarness {
  connector: Connector;
  object: string;
  /** External id field of the sandbox's object. */
  keyField: string;
  /** Fields without which the CRM creates nothing; empty when there are none. */
  requiredFields: readonly string[];
  /** Values that one call of a look-up by the key can carry, as the connector makes it. */
  lookupValuesPerCall: number;
  /** API calls that deleting a full call of records takes: more than one where the CRM does not say which of them were gone. */
  callsPerDeletion: number;
  /** For an object whose deletion takes others with it in this CRM; gives a record one, and counts all of them. */
  dependants?: { add(id: string): void; count(): number };
  /** For an object that can be converted; the others leave it out. */
  conversion?: ConversionStage;
  /** Records that one call puts into a list, for an object that there are lists of. */
  membersPerCall?: number;
  /** A text field beside the identity that can be written and cleared. */
  textField: string;
  /** A value by which the CRM refuses the whole request that it is part of; where it has none, one that its row is refused for. */
  poison: { field: string; value: string };
  input(): Omit<ConnectInput, 'parts'>;
  /** Empties the CRM and ends all trouble. */
  reset(): void;
  /** Values by the CRM's own field names; gives the ids, of the first 2,000 at least. */
  seed(records: Record<string, string>[]): string[];
  remove(id: string): Promise<void>;
  /** Live records. */
  records(): StoredRecord[];
  /** In place of the trouble before; for calls that write unless it says that it is for those that read. */
  trouble(trouble: Trouble, on?: 'read' | 'write'): void;
  /** Ends the trouble; what the CRM holds stays. */
  calm(): void;
  /** API calls as the CRM counts them, since the last reset. */
  apiCalls(): number;
  close(): Promise<void>;
}
