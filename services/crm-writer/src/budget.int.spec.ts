import { crmWriter } from '@signalbox/contracts';
import { createGrpcClient } from '@signalbox/platform-grpc';
import { readConfig } from '@signalbox/platform-config';
import { createLogger } from '@signalbox/platform-telemetry';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import { crmWriterSettings } from './crm-writer.config.ts';
import { startCrmWriter } from './start.ts';
import { OBJECT, Stage, type NewAccount } from './testing/index.ts';

const { ChangeOutcome, ConnectionStatus } = crmWriter;
let stage: Stage;
beforeAll(async () => { stage = await Stage.open(); });
afterAll(() => stage.close());
beforeEach(() => {
  stage.sandbox.faults.clear();
  stage.sandbox.reset();
});

let series = 0;
function companies(count: number): NewAccount[] {
  series += 1;
  return Array.from({ length: count }, (_, i) => ({ companyId: `b${series}-${i}`, name: `Budget ${series} ${i}`, website: `b${series}-${i}.example.com`, country: 'Germany' }));
}
const connection = (id: string) => stage.client.getConnection({ id }, stage.as);
const outcomes = (message: crmWriter.ChangeBatchCompleted) => [...new Set(message.results.map((r) => r.outcome))];
const metrics = async () => (await fetch(`http://127.0.0.1:${stage.service.httpPort}/metrics`)).text();

/** Most calls that the CRM got in any ten seconds. */
function busiest(sandbox: SalesforceSandbox, windowMs: number): number {
  const times = (sandbox.requests(true).recent ?? []).filter((r) => r.operation !== 'token').map((r) => new Date(r.at).getTime() - r.ms);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
}

describe('the API budget of a connection', () => {
  it('makes work wait when the day is spent, visibly, without holding up other connections, and lets it go on once people allow more', async () => {
    const { id } = await stage.connect();
    await stage.client.refreshMirror({ connectionId: id, object: OBJECT }, stage.as);
    const { budget } = await connection(id);
    const spent = budget!.used;
    expect(spent).toBeGreaterThan(2);
    const { version } = await connection(id);
    // What is left is too little for the look at the moment of writing, the description and the write.
    await stage.client.updateConnection({ id, version, dailyCalls: spent + 3 }, stage.as);
    const before = stage.sandbox.requests().apiCalls;
    const waiting = await stage.plan(companies(3), { connectionId: id });
    const shown = await waitFor(async () => {
      const c = await connection(id);
      return c.budget?.waitingUntil && c.statusMessage ? c : undefined;
    }, { what: 'the wait for the budget' });
    expect(shown).toMatchObject({ status: ConnectionStatus.HEALTHY, statusMessage: expect.stringMatching(/^Waiting for the API budget of Salesforce .*: \d+ of the \d+ calls of the day are made\. Goes on at 20.* UTC; raise the budget/), budget: { waitingFor: 'write' } });
    expect(shown.budget!.waitingUntil!.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    await waitFor(async () => /signalbox_crm_writer_held_messages\{[^}]*\} 1\n/.test(await metrics()), { what: 'the batch to be put aside' });

    const other = await stage.connect();
    expect(outcomes(await stage.results(await stage.plan(companies(2), { connectionId: other.id })))).toEqual([ChangeOutcome.SUCCEEDED]);
    expect(stage.completed.some((m) => m.batchId === waiting)).toBe(false);
    const text = await metrics();
    expect(text).toMatch(/signalbox_crm_writer_budget_waiting_connections(\{[^}]*\})? 1\n/);
    expect(text).toMatch(/signalbox_crm_writer_budget_spent_total\{provider="salesforce",purpose="write"[^}]*\} 1\n/);
    expect(stage.sandbox.requests().apiCalls - before).toBeLessThan(14);

    await stage.client.updateConnection({ id, dailyCalls: spent + 100 }, stage.as);
    expect(outcomes(await stage.results(waiting, 5_000))).toEqual([ChangeOutcome.SUCCEEDED]);
    const after = await connection(id);
    expect(after).toMatchObject({ statusMessage: '', dailyCalls: spent + 100 });
    expect(after.budget?.waitingUntil).toBeUndefined();
  });

  it('refuses a number of calls that is none, and a stranger\'s version', async () => {
    const { id, version } = await stage.connect();
    const failure = (call: Promise<unknown>) => call.then(() => { throw new Error('expected a refusal'); }, (error: unknown) => error);
    expect(await failure(stage.client.updateConnection({ id, dailyCalls: -1 }, stage.as))).toMatchObject({ kind: 'Invalid', field: 'dailyCalls' });
    expect(await failure(stage.client.updateConnection({ id, dailyCalls: 10, version: version + 1 }, stage.as))).toMatchObject({ kind: 'Conflict', field: 'version' });
    expect(await failure(stage.connect({ settings: { client_id: stage.sandbox.credentials.clientId, api_rate_limit: '5' } }))).toMatchObject({ kind: 'Invalid', field: 'settings.api_rate_limit' });
    expect(await failure(stage.connect({ provider: 'hubspot', authKind: 'access_token', settings: { time_zone: 'Mars/Olympus' }, secrets: { access_token: 'x' } }))).toMatchObject({ kind: 'Invalid', field: 'settings.time_zone' });
  });

  it('is one for all replicas: together they never call more often than allowed, and lose nothing', async () => {
    const environment = stage.environment();
    const second = await startCrmWriter(readConfig(crmWriterSettings, environment), { ownsProcess: false, logger: createLogger({ service: 'spec', level: environment['SIGNALBOX_LOG_LEVEL']! }) });
    const crm = await startSalesforceSandbox({ latencyMs: 20 });
    try {
      const { clientId, clientSecret } = crm.credentials;
      const { id } = await stage.connect({ baseUrl: crm.url, settings: { client_id: clientId, api_rate_limit: '40' }, secrets: { client_secret: clientSecret } });
      const batches = await Promise.all(Array.from({ length: 30 }, (_, lane) => stage.plan(companies(2), { connectionId: id, lane })));
      for (const batchId of batches) expect(outcomes(await stage.results(batchId, 60_000))).toEqual([ChangeOutcome.SUCCEEDED]);
      expect(crm.counts()[OBJECT]).toBe(60);
      // Beyond what one window lets through, so that the limit has held work back.
      expect(crm.requests().apiCalls).toBeGreaterThan(44);
      expect(busiest(crm, 10_000)).toBeLessThanOrEqual(40);
      const client = createGrpcClient(crmWriter.CrmWriterServiceDefinition, { address: `127.0.0.1:${second.grpcPort}`, tokens: stage.tokens });
      const counted = await waitFor(async () => {
        const { budget } = await client.getConnection({ id }, stage.as);
        return budget!.used === crm.requests().apiCalls ? budget : undefined;
      }, { what: 'what was not used to be given back' });
      expect(counted).toMatchObject({ waitingUntil: undefined });
      client.close();
    } finally {
      await second.stop();
      await crm.close();
    }
  }, 90_000);

  it('lets fewer calls go at once when the CRM refuses some, and all are written in the end', async () => {
    const { id } = await stage.connect();
    stage.sandbox.faults.set({ kind: 'rate-limited', operation: 'write', times: 5, retryAfterSeconds: 0 });
    const batches = await Promise.all(Array.from({ length: 12 }, (_, lane) => stage.plan(companies(2), { connectionId: id, lane })));
    for (const batchId of batches) expect(outcomes(await stage.results(batchId))).toEqual([ChangeOutcome.SUCCEEDED]);
    expect(stage.sandbox.counts()[OBJECT]).toBe(24);
  });
});
