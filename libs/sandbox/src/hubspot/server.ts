import type { SeedResult } from '../serving/control.ts';
import type { LedgerReport } from '../serving/ledger.ts';
import { listen, type Listening } from '../serving/server.ts';
import { Account } from './account.ts';
import { countsOf, seedFile, seedRecords, seedType } from './control/control.ts';
import type { FaultInput } from './faults/fault-types.ts';
import { hubspotProvider } from './http/provider.ts';
import type { HubspotCredentials, HubspotSandboxOptions, HubspotSettings } from './options.ts';
import type { Values } from './store/record.ts';
import { changeMembers } from '../serving/control.ts';

export interface HubspotSandbox extends Listening {
  credentials: HubspotCredentials;
  portalId: number;
  /** Inserts by the account's rules but without faults; CSV files by `seedCsvFile`. */
  seed(object: string, records: Record<string, unknown>[]): SeedResult;
  seedCsvFile(object: string, path: string): Promise<SeedResult>;
  /** Live records by object. */
  counts(): Record<string, number>;
  /** Copies of an object's records in order of id, as their properties. */
  records(object: string, options?: { deleted?: boolean }): Values[];
  /** Archives as a person would in the user interface: no request, no limit. */
  archive(object: string, id: string): void;
  faults: {
    list(): ReturnType<Account['faults']['list']>;
    set(...faults: FaultInput[]): void;
    add(fault: FaultInput): number;
    clear(): void;
  };
  requests(full?: boolean): LedgerReport;
  resetRequests(): void;
  settings(change: Partial<HubspotSettings>): void;
  endSessions(): void;
  reset(): void;
}

/** Names that some clients cannot be talked out of. */
const VENDOR_NAMES = ['*.hubapi.com', '*.hubspot.com'];

/** Starts a HubSpot account that speaks the real protocol on 127.0.0.1 (or `host`). */
export async function startHubspotSandbox(options: HubspotSandboxOptions = {}): Promise<HubspotSandbox> {
  const account = new Account(options);
  if (options.seedFile) await seedFile(account, options.seedObject ?? 'companies', options.seedFile);
  const listening = await listen(options, VENDOR_NAMES, (scheme) => hubspotProvider(account, scheme, options.log ?? (() => undefined)));
  account.url = listening.url;
  return { ...listening, portalId: account.portalId, credentials: account.credentials, ...handleOf(account) };
}

function handleOf(account: Account): Omit<HubspotSandbox, keyof Listening | 'portalId' | 'credentials'> {
  return {
    seed: (object, records) => seedRecords(account, object, records),
    seedCsvFile: (object, path) => seedFile(account, object, path),
    counts: () => countsOf(account),
    records: (object, { deleted = false } = {}) => account.store(seedType(object)).all().filter((r) => deleted || r.archivedAt === undefined).map((r) => ({ ...r.values })),
    archive: (object, id) => {
      const store = account.store(seedType(object));
      const record = store.get(id);
      if (!record) throw new Error(`There is no record ${id} in ${object}.`);
      store.archive(record);
    },
    faults: {
      list: () => account.faults.list(),
      set: (...faults) => account.faults.replace(faults),
      add: (fault) => account.faults.add(fault),
      clear: () => account.faults.clear(),
    },
    requests: (full) => account.ledger.report(full),
    resetRequests: () => account.ledger.reset(),
    settings: (change) => changeMembers(account.settings, { ...change }),
    endSessions: () => account.sessions.endAll(),
    reset: () => account.reset(),
  };
}
