import type { FaultInput } from './faults/fault-types.ts';

/** What the sandbox accepts at sign-in. Printed by the command; nothing secret about them. */
export interface HubspotCredentials {
  /** Of a private app, or a service key: a bearer token that does not end. */
  accessToken: string;
  clientId: string;
  clientSecret: string;
  refreshToken: string;
}

export const DEFAULT_HUBSPOT_CREDENTIALS: HubspotCredentials = {
  accessToken: 'pat-eu1-signalbox-sandbox-token',
  clientId: 'signalbox-sandbox-client',
  clientSecret: 'signalbox-sandbox-secret',
  refreshToken: 'signalbox-sandbox-refresh',
};

export interface HubspotSandboxOptions {
  /** 0 (default) takes any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** HTTPS with a fresh self-signed certificate (localhost, 127.0.0.1, *.hubapi.com, and the host). */
  tls?: boolean;
  /** JSON file that extends or overrides the shipped properties. */
  schemaFile?: string;
  /** CSV file; its header holds property names. */
  seedFile?: string;
  /** Object the seed goes to. Default companies. */
  seedObject?: string;
  /** Wait before each answer, in milliseconds. */
  latencyMs?: number;
  /** Requests that ten rolling seconds allow. Default 190 (private apps, Professional and Enterprise); OAuth apps have 110. */
  burstLimit?: number;
  /** Requests that a day allows. Default 650 000. */
  dailyLimit?: number;
  /** Searches that a second allows. Default 5. */
  searchesPerSecond?: number;
  /** How long a search does not see a write. Default 0: at once. */
  searchLagMs?: number;
  /** Batches whose inputs all have trace ids fail input by input (default); false: an account where every batch fails as a whole. */
  multiStatus?: boolean;
  credentials?: Partial<HubspotCredentials>;
  /** Scopes of the app. Default: all. */
  scopes?: readonly string[];
  /** How long an OAuth access token lasts, in milliseconds. Default 30 minutes. */
  tokenMs?: number;
  faults?: FaultInput[];
  /** Milliseconds since the epoch. Default Date.now. */
  now?: () => number;
  /** In [0, 1), for faults that strike by chance. Default Math.random. */
  random?: () => number;
  /** One line per request, and unexpected errors. Default silent. */
  log?: (line: string) => void;
}

export interface HubspotSettings {
  burstLimit: number;
  dailyLimit: number;
  dailyUsage: number;
  searchesPerSecond: number;
  searchLagMs: number;
  multiStatus: boolean;
  latencyMs: number;
}
