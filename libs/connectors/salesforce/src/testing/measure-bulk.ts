/**
 * Composite and plain queries beside bulk jobs, in API calls as the sandbox counts them and in seconds. Prints two tables. From the repository's root:
 *   node --disable-warning=ExperimentalWarning --experimental-transform-types --conditions=signalbox:source libs/connectors/salesforce/src/testing/measure-bulk.ts [--latency 200] [--job 2000]
 * `latency`: ms for each answer; `job`: ms that a job takes over each 10,000 rows.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ConnectorParts, WriteRow } from '@signalbox/connectors-sdk';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { SalesforceClient } from '../client/client.ts';
import { bulkQueryPages } from '../read/bulk-query.ts';
import { describeObject } from '../read/describe.ts';
import { queryPages } from '../read/query.ts';
import { readSettings } from '../settings.ts';
import { BulkRun } from '../write/bulk-run.ts';
import { WriteRun } from '../write/write-run.ts';

const { values } = parseArgs({ options: { latency: { type: 'string', default: '200' }, job: { type: 'string', default: '2000' } } });
const READS = [5_000, 10_000, 20_000, 50_000, 100_000, 200_000];
const WRITES = [1_000, 5_000, 10_000, 20_000, 50_000];
const SOQL = 'SELECT Id, IsDeleted, SystemModstamp, Name, Website, BillingCountry, Industry, OwnerId, CreatedDate FROM Account ORDER BY SystemModstamp, Id';
const KEY = 'Signalbox_Id__c';

const parts: ConnectorParts = { clock: { now: () => new Date() }, random: Math.random, wait: async (ms) => { await pause(ms); }, logger: { info: () => undefined, warn: (fields, message) => { process.stderr.write(`${message} ${JSON.stringify(fields)}\n`); } } };

function clientOf(sandbox: SalesforceSandbox): SalesforceClient {
  const { clientId, clientSecret } = sandbox.credentials;
  const input = { baseUrl: sandbox.url, authKind: 'client_credentials', settings: { client_id: clientId }, secrets: { client_secret: clientSecret }, parts };
  return new SalesforceClient(input, readSettings(input));
}

async function measured(sandbox: SalesforceSandbox, work: () => Promise<unknown>): Promise<string> {
  const before = sandbox.requests().apiCalls;
  const started = performance.now();
  await work();
  return `${String(sandbox.requests().apiCalls - before).padStart(4)} calls ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s`;
}

async function drain(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _page of pages); // only its calls and its time are looked at
}

async function reads(sandbox: SalesforceSandbox, client: SalesforceClient): Promise<void> {
  for (const count of READS) {
    const missing = count - (sandbox.counts()['Account'] ?? 0);
    for (let i = 0; i < missing; i += 10_000) sandbox.seed('Account', Array.from({ length: Math.min(10_000, missing - i) }, (_, k) => ({ Name: `Company ${i + k}`, Website: `company${i + k}.example`, BillingCountry: 'Norway' })));
    const plain = await measured(sandbox, () => drain(queryPages(client, SOQL, 'queryAll', {})));
    // The first page, which says how many there are, is a call of the plain kind.
    const bulk = await measured(sandbox, async () => {
      for await (const _page of queryPages(client, SOQL, 'queryAll', {})) break;
      await drain(bulkQueryPages(client, 'Account', SOQL, {}));
    });
    process.stdout.write(`read  ${String(count).padStart(7)}   pages ${plain}   bulk query ${bulk}\n`);
  }
}

async function writes(sandbox: SalesforceSandbox, client: SalesforceClient): Promise<void> {
  const fields = new Map((await describeObject(client, 'Account', {})).map((f) => [f.name, f]));
  const form = { object: 'Account', operation: 'create' as const, keyField: KEY, fields };
  for (const count of WRITES) {
    const rows = (round: string): WriteRow[] => Array.from({ length: count }, (_, i) => ({ changeId: `c${i}`, crmId: '', externalKey: `${round}-${count}-${i}`, values: { Name: `Company ${i}`, Website: `company${i}.example`, BillingCountry: 'Norway' } }));
    const composite = await measured(sandbox, () => drain(new WriteRun(client, form, rows('c'), {}).outcomes()));
    const bulk = await measured(sandbox, () => new BulkRun(client, form, rows('b'), {}).outcomes());
    process.stdout.write(`write ${String(count).padStart(7)}   Composite ${composite}   bulk job ${bulk}\n`);
  }
}

const sandbox = await startSalesforceSandbox({ latencyMs: Number(values.latency), bulkBatchMs: Number(values.job) });
const client = clientOf(sandbox);
await client.facts();
await reads(sandbox, client);
sandbox.reset();
await writes(sandbox, client);
client.close();
await sandbox.close();
