import type { SeedResult } from '../serving/control.ts';
import type { LedgerReport } from '../serving/ledger.ts';
import { listen, type Listening } from '../serving/server.ts';
import { changeSettings, countsOf } from './control/control.ts';
import { seedFile, seedObject, seedRecords } from './control/seed.ts';
import type { FaultInput } from './faults/fault-types.ts';
import { salesforceProvider } from './http/provider.ts';
import type { SalesforceSandboxOptions, SandboxCredentials, SandboxSettings } from './options.ts';
import { Org } from './org.ts';
import { isDeleted, type Values } from './store/row.ts';

export interface SalesforceSandbox extends Listening {
  credentials: SandboxCredentials;
  organizationId: string;
  /** Inserts by the org's rules but without faults; CSV files by `seedCsvFile`. */
  seed(object: string, records: Record<string, unknown>[]): SeedResult;
  seedCsvFile(object: string, path: string): Promise<SeedResult>;
  /** Live records by object. */
  counts(): Record<string, number>;
  /** Copies of an object's records in order of Id. */
  records(object: string, options?: { deleted?: boolean }): Values[];
  faults: {
    list(): ReturnType<Org['faults']['list']>;
    set(...faults: FaultInput[]): void;
    add(fault: FaultInput): number;
    clear(): void;
  };
  requests(full?: boolean): LedgerReport;
  resetRequests(): void;
  settings(change: Partial<SandboxSettings> & { apiUsage?: number }): void;
  endSessions(): void;
  emptyRecycleBin(): void;
  reset(): void;
}

/** Names that some clients cannot be talked out of. */
const VENDOR_NAMES = ['*.salesforce.com', '*.my.salesforce.com', '*.sandbox.my.salesforce.com'];

/** Starts a Salesforce org that speaks the real protocol on 127.0.0.1 (or `host`). */
export async function startSalesforceSandbox(options: SalesforceSandboxOptions = {}): Promise<SalesforceSandbox> {
  const org = new Org(options);
  if (options.seedFile) await seedFile(org, options.seedObject ?? 'Account', options.seedFile);
  const listening = await listen(options, VENDOR_NAMES, (scheme) => salesforceProvider(org, scheme, options.log ?? (() => undefined)));
  org.url = listening.url;
  return { ...listening, organizationId: org.id, credentials: org.credentials, ...handleOf(org) };
}

function handleOf(org: Org): Pick<SalesforceSandbox, 'seed' | 'seedCsvFile' | 'counts' | 'records' | 'faults' | 'requests' | 'resetRequests' | 'settings' | 'endSessions' | 'emptyRecycleBin' | 'reset'> {
  return {
    seed: (object, records) => seedRecords(org, object, records),
    seedCsvFile: (object, path) => seedFile(org, object, path),
    counts: () => countsOf(org),
    records: (object, { deleted = false } = {}) =>
      org.store.table(seedObject(org, object)).rows().filter((r) => deleted || !isDeleted(r)).map((r) => ({ ...r.values })),
    faults: {
      list: () => org.faults.list(),
      set: (...faults) => org.faults.replace(faults),
      add: (fault) => org.faults.add(fault),
      clear: () => org.faults.clear(),
    },
    requests: (full) => org.ledger.report(full),
    resetRequests: () => org.ledger.reset(),
    settings: (change) => changeSettings(org, change),
    endSessions: () => org.sessions.endAll(),
    emptyRecycleBin: () => org.store.emptyRecycleBin(),
    reset: () => org.reset(),
  };
}
