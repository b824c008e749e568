import type { ListenOptions } from '../serving/server.ts';
import type { FaultInput } from './faults/fault-types.ts';

/** What the sandbox accepts at sign-in. Printed by the command; nothing secret about them. */
export interface SandboxCredentials {
  clientId: string;
  clientSecret: string;
  username: string;
  password: string;
  securityToken: string;
}

export const DEFAULT_CREDENTIALS: SandboxCredentials = {
  clientId: 'signalbox-sandbox-client',
  clientSecret: 'signalbox-sandbox-secret',
  username: 'integration@signalbox.example',
  password: 'sandbox-password',
  securityToken: 'sandboxtoken',
};

export interface SalesforceSandboxOptions extends ListenOptions {
  /** JSON file that extends or overrides the shipped objects and fields. */
  schemaFile?: string;
  /** CSV file; its header holds API field names. */
  seedFile?: string;
  /** Object the seed goes to. Default Account. */
  seedObject?: string;
  /** Wait before each answer, in milliseconds. */
  latencyMs?: number;
  /** Requests a rolling day allows. Default 100 000. */
  apiLimit?: number;
  /** Count every Composite subrequest as a request (one source says so); default false: one call, one request. */
  compositeCountsSubrequests?: boolean;
  /** Refuse a whole Collections request for an unknown field instead of its row alone. Default false. */
  unknownFieldFailsRequest?: boolean;
  /** Give out access tokens that are JWTs, as an app can be set to: SOAP before version 68 refuses them. Default false. */
  jwtAccessTokens?: boolean;
  /** How long a bulk job takes over each 10 000 of its rows, in milliseconds. Default 100. */
  bulkBatchMs?: number;
  /** PEM of the key that JWT assertions must be signed with. Without it, a well-formed assertion is enough. */
  jwtPublicKey?: string;
  credentials?: Partial<SandboxCredentials>;
  /** Inactivity after which a session ends, in milliseconds. Default two hours. */
  sessionMs?: number;
  faults?: FaultInput[];
  /** Milliseconds since the epoch. Default Date.now. */
  now?: () => number;
  /** One line per request, and unexpected errors. Default silent. */
  log?: (line: string) => void;
}

export interface SandboxSettings {
  apiLimit: number;
  latencyMs: number;
  compositeCountsSubrequests: boolean;
  unknownFieldFailsRequest: boolean;
  jwtAccessTokens: boolean;
  bulkBatchMs: number;
}
