import type { ListenOptions } from '../serving/server.ts';
import type { DynamicsFault } from './faults/fault-types.ts';

/** What the sandbox accepts at sign-in. Printed by the command; nothing secret about them. */
export interface DynamicsCredentials {
  tenantId: string;
  clientId: string;
  clientSecret: string;
}

export const DYNAMICS_CREDENTIALS: DynamicsCredentials = {
  tenantId: '7c1e2f30-0000-4000-8000-5a11b0c0ffee',
  clientId: '2d3f0c66-0000-4000-8000-5a11b0c0ffee',
  clientSecret: 'signalbox-sandbox-secret',
};

export interface DynamicsSandboxOptions extends ListenOptions {
  /** JSON file that adds or changes entities and attributes. */
  schemaFile?: string;
  /** CSV file; its header holds logical names. */
  seedFile?: string;
  /** Entity the seed goes to. Default account. */
  seedObject?: string;
  /** Wait before each answer, in milliseconds. */
  latencyMs?: number;
  /** Requests that the service protection allows a user in five minutes. Default 6000. */
  requestLimit?: number;
  /** Days after which a delta token is too old. Default 7. */
  changeTrackingDays?: number;
  credentials?: Partial<DynamicsCredentials>;
  faults?: DynamicsFault[];
  /** Milliseconds since the epoch. Default Date.now. */
  now?: () => number;
  /** In [0, 1), for faults that strike by chance. Default Math.random. */
  random?: () => number;
  /** One line per request, and unexpected errors. Default silent. */
  log?: (line: string) => void;
}

export interface DynamicsSettings {
  latencyMs: number;
  requestLimit: number;
  changeTrackingDays: number;
  /** Whether QualifyLead puts the contact that it makes to the lead's account; false as in environments whose lead mapping was changed. */
  qualifyTiesContacts: boolean;
}
