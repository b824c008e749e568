import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { changeSettings, countsOf } from './control/control.ts';
import type { LedgerReport } from './control/ledger.ts';
import { seedFile, seedObject, seedRecords, type SeedResult } from './control/seed.ts';
import type { FaultInput } from './faults/fault-types.ts';
import { requestHandler } from './http/handler.ts';
import type { SalesforceSandboxOptions, SandboxCredentials, SandboxSettings } from './options.ts';
import { Org } from './org.ts';
import { isDeleted, type Values } from './store/row.ts';
import { makeCertificate } from './tls.ts';

export interface SalesforceSandbox {
  url: string;
  port: number;
  /** PEM of the certificate clients must trust; undefined without TLS. */
  tls?: { cert: string };
  credentials: SandboxCredentials;
  organizationId: string;
  close(): Promise<void>;
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
  reset(): void;
}

/** Node's own limit is 16 KB for URL and headers together; the sandbox answers 414 itself. */
const HEADER_BYTES = 64 * 1024;

/** Starts a Salesforce org that speaks the real protocol on 127.0.0.1 (or `host`). */
export async function startSalesforceSandbox(options: SalesforceSandboxOptions = {}): Promise<SalesforceSandbox> {
  const host = options.host ?? '127.0.0.1';
  const org = new Org(options);
  const certificate = options.tls ? await makeCertificate(host) : undefined;
  const scheme = certificate ? 'https' : 'http';
  const closing = new AbortController();
  const handler = requestHandler({ org, scheme, log: options.log ?? (() => undefined), signal: closing.signal });
  const settings = { maxHeaderSize: HEADER_BYTES, keepAliveTimeout: 60_000 };
  const server = certificate ? createTlsServer({ ...settings, ...certificate }, handler) : createServer(settings, handler);
  if (options.seedFile) await seedFile(org, options.seedObject ?? 'Account', options.seedFile);
  const port = await listen(server, options.port ?? 0, host);
  org.url = `${scheme}://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`;
  return { url: org.url, port, tls: certificate && { cert: certificate.cert }, organizationId: org.id, credentials: org.credentials, ...handleOf(org), close: () => close(server, closing) };
}

function handleOf(org: Org): Pick<SalesforceSandbox, 'seed' | 'seedCsvFile' | 'counts' | 'records' | 'faults' | 'requests' | 'resetRequests' | 'settings' | 'endSessions' | 'reset'> {
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
    reset: () => org.reset(),
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Ends hanging requests too: a sandbox has nothing to finish. */
function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
