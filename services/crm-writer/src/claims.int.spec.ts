import { crmWriter } from '@signalbox/contracts';
import { readConfig } from '@signalbox/platform-config';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger } from '@signalbox/platform-telemetry';
import { batchLock } from './adapters/events/change-batches.ts';
import { PgRecordClaims } from './adapters/postgres/record-claims.ts';
import { crmWriterSettings } from './crm-writer.config.ts';
import type { ChangeBatch } from './domain/changes.ts';
import { claimsOf } from './domain/claims.ts';
import { startCrmWriter } from './start.ts';
import { byCompany, OBJECT, Stage, type NewAccount } from './testing/index.ts';

const { ChangeOperation, ChangeOutcome } = crmWriter;
let stage: Stage;
let second: RunningService;
let connectionId: string;

beforeAll(async () => {
  stage = await Stage.open();
  const environment = stage.environment();
  second = await startCrmWriter(readConfig(crmWriterSettings, environment), { ownsProcess: false, logger: createLogger({ service: 'spec', level: environment['SIGNALBOX_LOG_LEVEL']! }) });
});
afterAll(async () => {
  await second.stop();
  await stage.close();
});
beforeEach(async () => {
  stage.sandbox.settings({ latencyMs: 0 });
  stage.sandbox.faults.clear();
  stage.sandbox.reset();
  connectionId = (await stage.connect()).id;
});

let series = 0;
function companies(count: number): NewAccount[] {
  series += 1;
  return Array.from({ length: count }, (_, i) => ({ companyId: `c${series}-${i}`, name: `Claimed ${series} ${i}`, website: `c${series}-${i}.example.com`, country: 'Germany' }));
}
const batchOf = (batchId: string, crmIds: readonly string[]): ChangeBatch => ({
  workspaceId: stage.workspaceId, batchId, runId: 'r', connectionId, object: OBJECT, operation: 'update', externalIdField: '', plannedAtSequence: 0, checkBefore: false,
  changes: crmIds.map((crmId) => ({ changeId: `${batchId}-${crmId}`, companyId: '', crmId, fields: [], identity: undefined })),
});
const left = async () => (await stage.databases.service.database.query<{ count: number }>('select count(*)::int as count from crm_writer.record_claims'))[0]!.count;

describe('a CRM record', () => {
  it('is written by one writer at a time, whichever runs, lanes and replicas want to', async () => {
    const created = byCompany(await stage.results(await stage.plan(companies(20), { connectionId })));
    const crmIds = [...created.values()].map((r) => r.crmId);
    stage.sandbox.resetRequests();
    stage.sandbox.settings({ latencyMs: 60 });
    const batches = await Promise.all(Array.from({ length: 12 }, (_, n) => {
      // Each in an order of its own, as two runs would have them.
      const changes = [...crmIds].sort((a, b) => (n % 2 ? a.localeCompare(b) : b.localeCompare(a))).map((crmId) => ({ changeId: `u${n}-${crmId}`, crmId, fields: [{ field: 'Industry', after: `Value ${n}` }] }));
      return stage.request({ operation: ChangeOperation.UPDATE, changes }, { connectionId, runId: `run-${n % 2}`, lane: n });
    }));
    for (const batchId of batches) expect(new Set((await stage.results(batchId)).results.map((r) => r.outcome))).toEqual(new Set([ChangeOutcome.SUCCEEDED]));
    const writes = (stage.sandbox.requests(true).recent ?? []).filter((r) => r.method !== 'GET' && r.operation !== 'token')
      .map((r) => ({ from: new Date(r.at).getTime() - r.ms, to: new Date(r.at).getTime() })).sort((a, b) => a.from - b.from);
    expect(writes.length).toBeGreaterThanOrEqual(12);
    for (const [i, write] of writes.entries()) if (i > 0) expect(write.from).toBeGreaterThanOrEqual(writes[i - 1]!.to - 2);
    const values = new Set(stage.sandbox.records(OBJECT).map((r) => r['Industry']));
    expect(values.size).toBe(1);
    expect(await left()).toBe(0);
  });

  it('CNA-8 is created once for a company that two runs want at the same moment, also in a CRM that has no external id', async () => {
    stage.sandbox.settings({ latencyMs: 60 });
    const accounts = companies(30);
    const batches = await Promise.all([0, 1, 2, 3].map((n) => stage.plan(accounts.map((a) => ({ ...a, changeId: `twice${n}-${a.companyId}` })), { connectionId, runId: `twice-${n}`, lane: n, externalIdField: '' })));
    const results = await Promise.all(batches.map((batchId) => stage.results(batchId)));
    expect(stage.sandbox.counts()[OBJECT]).toBe(30);
    const codes = results.flatMap((r) => r.results.map((one) => one.code));
    expect(codes.filter((code) => code === 'created')).toHaveLength(30);
    expect(codes.filter((code) => code === 'created_before')).toHaveLength(90);
    expect(await left()).toBe(0);
  });

  it('is free again when the writer that had claimed it is dead, and no sooner', async () => {
    const { database } = stage.databases.service;
    const claims = new PgRecordClaims(await openOwn(), batchLock);
    const [dead, alive, next] = [batchOf('dead', ['1', '2']), batchOf('alive', ['3', '4']), batchOf('next', ['2', '3'])];
    expect(await claims.claim(dead, claimsOf(dead))).toBe(true);
    await database.tryAdvisoryLock(batchLock(alive), async () => {
      expect(await claims.claim(alive, claimsOf(alive))).toBe(true);
      expect(await claims.claim(next, claimsOf(next))).toBe(false);
      // None of them, so that whoever waits holds up nobody.
      const others = batchOf('others', ['2']);
      expect(await claims.claim(others, claimsOf(others))).toBe(true);
      await claims.release(others, claimsOf(others));
    });
    expect(await claims.claim(next, claimsOf(next))).toBe(true);
    await claims.release(next, claimsOf(next));
    await database.execute('delete from crm_writer.record_claims');
  });

  it('costs a batch of 1,000 records little', async () => {
    const claims = new PgRecordClaims(await openOwn(), batchLock);
    const large = (n: number) => batchOf(`cost-${n}`, Array.from({ length: 1000 }, (_, i) => `001${String(n * 1000 + i).padStart(12, '0')}AAA`));
    // As many at work as two replicas have.
    const atWork = Array.from({ length: 20 }, (_, n) => large(100 + n));
    for (const batch of atWork) expect(await claims.claim(batch, claimsOf(batch))).toBe(true);
    const times: number[] = [];
    for (let n = 0; n < 10; n += 1) {
      const batch = large(n);
      const begun = performance.now();
      expect(await claims.claim(batch, claimsOf(batch))).toBe(true);
      await claims.release(batch, claimsOf(batch));
      times.push(performance.now() - begun);
    }
    for (const batch of atWork) await claims.release(batch, claimsOf(batch));
    times.sort((a, b) => a - b);
    if (process.env['SPEC_LOG_LEVEL']) process.stdout.write(`claims of 1,000 records: ${times.map((t) => t.toFixed(1)).join(' ')} ms\n`);
    expect(times[5]).toBeLessThan(250);
  });

  async function openOwn() {
    const { Database } = await import('@signalbox/platform-postgres');
    own ??= await Database.open({ url: stage.databases.service.url, schema: 'crm_writer' });
    return own;
  }
  let own: import('@signalbox/platform-postgres').Database | undefined;
  afterAll(() => own?.close());
});

describe('what a batch claims', () => {
  it('is each record once; a creation claims its company, a conversion the contact that the lead is merged into', () => {
    const change = (companyId: string, crmId = '', contactId = '') => ({ changeId: companyId, companyId, crmId, fields: [], identity: undefined, conversion: { accountId: 'a', contactId, status: 's' } });
    const batch = (operation: ChangeBatch['operation'], ...changes: ChangeBatch['changes']): string[] => claimsOf({ ...batchOf('b', []), operation, changes });
    expect(batch('update', change('', '2'), change('x', '1'), change('', '2'))).toEqual(['Account 2', 'Account 1']);
    expect(batch('create', change('z'), change(''), change('k'), change('z'))).toEqual(['Account of z', 'Account of k']);
    // A run that is taken back, and one that creates the same company anew.
    expect(batch('delete', change('z', '1'))).toEqual(['Account 1', 'Account of z']);
    expect(batch('convert', change('z', '7', '8'), change('y', '9'))).toEqual(['Account 7', 'Contact 8', 'Account 9']);
  });
});
