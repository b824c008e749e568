import type { SeedResult } from '../serving/control.ts';
import type { LedgerReport } from '../serving/ledger.ts';
import { listen, type Listening } from '../serving/server.ts';
import { changeMembers } from '../serving/control.ts';
import { countsOf, expireDeltaTokens, rowsOf } from './control.ts';
import { Environment, ORGANIZATION_ID } from './environment.ts';
import type { DynamicsFault } from './faults/fault-types.ts';
import { dynamicsProvider } from './http/provider.ts';
import type { DynamicsCredentials, DynamicsSandboxOptions, DynamicsSettings } from './options.ts';
import { seedFile, seedRecords } from './seed.ts';

export interface DynamicsSandbox extends Listening {
  credentials: DynamicsCredentials;
  organizationId: string;
  userId: string;
  /** Inserts by the environment's rules but without faults. */
  seed(entity: string, records: Record<string, unknown>[]): SeedResult;
  /** Rows by entity. */
  counts(): Record<string, number>;
  /** Copies of an entity's rows in order of creation, lookups as the ids they hold. */
  records(entity: string): Record<string, unknown>[];
  faults: {
    list(): (DynamicsFault & { id: number; hits: number })[];
    set(...faults: DynamicsFault[]): void;
    add(fault: DynamicsFault): number;
    clear(): void;
  };
  requests(full?: boolean): LedgerReport;
  resetRequests(): void;
  settings(change: Partial<DynamicsSettings>): void;
  endSessions(): void;
  /** Every delta token given out so far is too old from now on. */
  expireDeltaTokens(): void;
  reset(): void;
}

const VENDOR_NAMES = ['login.microsoftonline.com', '*.crm.dynamics.com', '*.crm4.dynamics.com', '*.api.crm.dynamics.com', '*.api.crm4.dynamics.com'];

/** Starts a Dataverse environment, with the Entra ID that it trusts beside it, on 127.0.0.1 (or `host`). */
export async function startDynamicsSandbox(options: DynamicsSandboxOptions = {}): Promise<DynamicsSandbox> {
  const env = new Environment(options);
  if (options.seedFile) await seedFile(env, options.seedObject ?? 'account', options.seedFile);
  const listening = await listen(options, VENDOR_NAMES, (scheme) => dynamicsProvider(env, scheme, options.log ?? (() => undefined)));
  env.url = listening.url;
  return {
    ...listening, credentials: env.credentials, organizationId: ORGANIZATION_ID, userId: env.store.userId,
    seed: (entity, records) => seedRecords(env, entity, records),
    counts: () => countsOf(env),
    records: (entity) => [...rowsOf(env, entity)],
    faults: {
      list: () => env.faults.list(),
      set: (...faults) => env.faults.replace(faults),
      add: (fault) => env.faults.add(fault),
      clear: () => env.faults.clear(),
    },
    requests: (full) => env.ledger.report(full),
    resetRequests: () => env.ledger.reset(),
    settings: (change) => changeMembers(env.settings, change),
    endSessions: () => env.tokens.endAll(),
    expireDeltaTokens: () => expireDeltaTokens(env),
    reset: () => env.reset(),
  };
}
