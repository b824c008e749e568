import { crmWriter } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { byCompany, KEY_FIELD, OBJECT, Stage, type NewAccount } from './testing/index.ts';

const { ChangeOperation, ChangeOutcome, ConnectionStatus } = crmWriter;
let stage: Stage;
let connectionId: string;
beforeAll(async () => { stage = await Stage.open(); });
afterAll(() => stage.close());
beforeEach(async () => {
  stage.sandbox.faults.clear();
  stage.sandbox.reset();
  connectionId = (await stage.connect()).id;
  await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
  stage.sandbox.resetRequests();
});

let series = 0;
/** Companies that no other test has written. */
function companies(count: number): NewAccount[] {
  series += 1;
  return Array.from({ length: count }, (_, i) => ({ companyId: `${series}-${i}`, name: `Company ${series} ${i}`, website: `c${series}-${i}.example.com`, country: 'Germany' }));
}
const outcomes = (message: crmWriter.ChangeBatchCompleted) => {
  const counts: Record<string, number> = {};
  for (const { outcome } of message.results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};
const live = () => stage.sandbox.counts()[OBJECT];

describe('writing a change batch', () => {
  it('does nothing twice when a batch comes twice, and reports it again as it was', async () => {
    const accounts = companies(50);
    const first = await stage.results(await stage.plan(accounts, { connectionId, batchId: 'twice' }));
    const calls = stage.sandbox.requests().apiCalls;
    stage.completed.length = 0;
    await stage.plan(accounts, { connectionId, batchId: 'twice' });
    const second = await stage.results('twice');
    expect(second.results).toEqual(first.results);
    expect(stage.sandbox.requests().apiCalls).toBe(calls);
    expect(live()).toBe(50);
  });

  it.each([['with an external id', KEY_FIELD], ['without one', '']])('CNA-8 a retry after a lost answer never creates a second record, %s', async (_how, externalIdField) => {
    stage.sandbox.faults.set({ kind: 'timeout-after-commit', operation: ['composite', 'collections.create', 'collections.upsert'], times: 1, hangMs: 30 });
    const done = await stage.results(await stage.plan(companies(450), { connectionId, externalIdField }));
    expect(outcomes(done)).toEqual({ [ChangeOutcome.UNKNOWN_THEN_SETTLED]: 450 });
    expect(new Set(done.results.map((r) => r.crmId))).toEqual(new Set(stage.sandbox.records(OBJECT).map((r) => r['Id'])));
    expect(live()).toBe(450);
  });

  it.each([['with an external id', KEY_FIELD], ['without one', '']])('writes again what a lost request never wrote, %s', async (_how, externalIdField) => {
    stage.sandbox.faults.set({ kind: 'timeout-before-commit', operation: ['composite', 'collections.create', 'collections.upsert'], times: 1, hangMs: 30 });
    const done = await stage.results(await stage.plan(companies(300), { connectionId, externalIdField }));
    expect(outcomes(done)).toEqual({ [ChangeOutcome.SUCCEEDED]: 300 });
    expect(live()).toBe(300);
  });

  it('waits when the CRM asks for it, loses nothing and asks about nothing that was not sent', async () => {
    stage.sandbox.faults.set({ kind: 'rate-limited', operation: 'composite', times: 3, retryAfterSeconds: 0 });
    const done = await stage.results(await stage.plan(companies(400), { connectionId }));
    expect(outcomes(done)).toEqual({ [ChangeOutcome.SUCCEEDED]: 400 });
    expect(live()).toBe(400);
    expect(done.apiCalls.find((c) => c.name === 'composite')?.count).toBe(4);
    expect(done.apiCalls.find((c) => c.name === 'composite.query')).toBeUndefined();
    const metrics = await (await fetch(`http://127.0.0.1:${stage.service.httpPort}/metrics`)).text();
    expect(metrics).toMatch(/signalbox_crm_writer_batches_total\{outcome="retried"[^}]*\} [1-9]/);
    expect(metrics).toMatch(/signalbox_crm_writer_writes_total\{provider="salesforce",outcome="succeeded"/);
    expect(metrics).toContain('signalbox_crm_writer_lag_messages');
  });

  it('shows a batch that waits among the metrics, and writes it at once when the connection was tested and works', async () => {
    const held = async () => /signalbox_crm_writer_held_messages\{consumer="crm-writer"[^}]*\} 1\n/.test(await (await fetch(`http://127.0.0.1:${stage.service.httpPort}/metrics`)).text());
    stage.sandbox.faults.set({ kind: 'unavailable', operation: 'write', retryAfterSeconds: 600 });
    const batchId = await stage.plan(companies(3), { connectionId });
    await waitFor(held);
    stage.sandbox.faults.clear();
    expect(await stage.client.testConnection({ id: connectionId }, stage.as)).toBeDefined();
    expect(outcomes(await stage.results(batchId, 5_000))).toEqual({ [ChangeOutcome.SUCCEEDED]: 3 });
    expect(await held()).toBe(false);
  });

  it('CNA-8 looks at the CRM once or twice for the ten batches of a run that are written together', async () => {
    // So slow that all ten have asked before the second look begins.
    stage.sandbox.settings({ latencyMs: 1_500 });
    try {
      const batches = await Promise.all(Array.from({ length: 10 }, (_, lane) => stage.plan(companies(20), { connectionId, runId: 'together', lane })));
      const done = await Promise.all(batches.map((id) => stage.results(id, 60_000)));
      expect(done.map(outcomes)).toEqual(batches.map(() => ({ [ChangeOutcome.SUCCEEDED]: 20 })));
      expect(stage.sandbox.requests().operations['query']).toBeLessThanOrEqual(2);
      expect(stage.sandbox.requests().operations['collections.upsert']).toBe(10);
    } finally {
      stage.sandbox.settings({ latencyMs: 0 });
    }
  });

  it('CNA-8 looks once for the batches of a long run that begin within two seconds, and anew for the next run', async () => {
    stage.sandbox.settings({ latencyMs: 300 });
    try {
      const batches = await Promise.all(Array.from({ length: 60 }, (_, i) => stage.plan(companies(5), { connectionId, runId: 'long', lane: i % 10 })));
      const done = await Promise.all(batches.map((id) => stage.results(id, 60_000)));
      expect(done.map(outcomes)).toEqual(batches.map(() => ({ [ChangeOutcome.SUCCEEDED]: 5 })));
      expect(stage.sandbox.requests().operations['query']).toBeLessThanOrEqual(batches.length / 10);
      const before = stage.sandbox.requests().operations['query']!;
      expect(outcomes(await stage.results(await stage.plan(companies(5), { connectionId, runId: 'next' })))).toEqual({ [ChangeOutcome.SUCCEEDED]: 5 });
      expect(stage.sandbox.requests().operations['query']).toBe(before + 1);
    } finally {
      stage.sandbox.settings({ latencyMs: 0 });
    }
  });

  it('CNA-9 the CRM\'s own duplicate rule firing is a skip with the CRM\'s record id, never bypassed', async () => {
    const accounts = companies(30);
    const { ids } = stage.sandbox.seed(OBJECT, [{ Name: accounts[3]!.name, Website: accounts[3]!.website }]);
    stage.sandbox.faults.set({ kind: 'duplicate-rule' });
    const plannedAtSequence = Number.MAX_SAFE_INTEGER; // as when matching held the two for different companies
    const done = await stage.results(await stage.plan(accounts, { connectionId, plannedAtSequence }));
    expect(byCompany(done).get(accounts[3]!.companyId)).toMatchObject({ outcome: ChangeOutcome.SKIPPED, code: 'crm_duplicate_rule', crmId: ids[0] });
    expect(outcomes(done)).toEqual({ [ChangeOutcome.SUCCEEDED]: 29, [ChangeOutcome.SKIPPED]: 1 });
    expect(live()).toBe(30);
  });

  it('ORC-9 one poisoned record fails alone, with its reason, and the counts add up', async () => {
    stage.sandbox.faults.set({ kind: 'poison-record', matching: ' 17$', message: 'No account may be called 17.' });
    const accounts = companies(40);
    const done = await stage.results(await stage.plan(accounts, { connectionId }));
    expect(outcomes(done)).toEqual({ [ChangeOutcome.SUCCEEDED]: 39, [ChangeOutcome.FAILED]: 1 });
    expect(byCompany(done).get(accounts[17]!.companyId)).toMatchObject({ code: 'field_validation', message: expect.stringContaining('No account may be called 17.') });
    const { writes } = await stage.client.listWrites({ connectionId, page: { limit: 1000 } }, stage.as);
    expect(writes).toHaveLength(40);
    expect(writes.filter((w) => w.state === 'failed')).toMatchObject([{ changeId: `change-${accounts[17]!.companyId}`, settledAt: expect.any(Date) }]);
  });

  it('does not create a company\'s account again that an earlier run created', async () => {
    const accounts = companies(5);
    const first = byCompany(await stage.results(await stage.plan(accounts, { connectionId })));
    const again = accounts.map((a) => ({ ...a, changeId: `later-${a.companyId}` }));
    const done = await stage.results(await stage.plan(again, { connectionId }));
    expect(done.results.map((r) => [r.outcome, r.code, r.crmId])).toEqual(accounts.map((a) => [ChangeOutcome.SKIPPED, 'created_before', first.get(a.companyId)!.crmId]));
    expect(live()).toBe(5);
  });

  it('updates records by id, clears what is to be cleared, and keeps what was there before', async () => {
    const { ids } = stage.sandbox.seed(OBJECT, [{ Name: 'Old', Website: 'old.example.com', Site: 'North' }, { Name: 'Gone tomorrow' }]);
    await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
    const changes = [
      { changeId: 'up-1', companyId: 'u1', crmId: ids[0], fields: [{ field: 'Site', before: 'stale', clear: true }, { field: 'Phone', before: '', after: '+49 30 1' }] },
      { changeId: 'up-2', companyId: 'u2', crmId: '001000000000000AAA', fields: [{ field: 'Phone', after: '1' }] },
    ];
    const done = await stage.results(await stage.request({ operation: ChangeOperation.UPDATE, changes }, { connectionId }));
    const results = byCompany(done);
    expect(results.get('u1')).toMatchObject({ outcome: ChangeOutcome.SUCCEEDED, code: 'updated', crmId: ids[0] });
    expect(results.get('u1')!.beforeImage).toEqual([{ field: 'Site', before: 'North', after: '', clear: true }, { field: 'Phone', before: '', after: '+49 30 1', clear: false }]);
    expect(results.get('u2')!.outcome).toBe(ChangeOutcome.SKIPPED);
    expect(stage.sandbox.records(OBJECT)[0]).toMatchObject({ Phone: '+49 30 1', Site: null });
    const { records } = await stage.client.listCrmRecords({ connectionId, object: OBJECT, crmIds: [ids[0]!] }, stage.as);
    expect(records[0]!.fields).toMatchObject({ Phone: '+49 30 1', Name: 'Old' });
    expect(records[0]!.fields['Site']).toBeUndefined();
  });

  it('waits for a person when the connection no longer works, says so, and goes on once it is mended', async () => {
    stage.sandbox.endSessions();
    stage.sandbox.faults.set({ kind: 'sign-in-refused', error: 'invalid_client', description: 'invalid client credentials' });
    const batchId = await stage.plan(companies(3), { connectionId });
    const waiting = await waitFor(async () => {
      const connection = await stage.client.getConnection({ id: connectionId }, stage.as);
      return connection.status === ConnectionStatus.UNHEALTHY ? connection : undefined;
    });
    expect(waiting.statusMessage).toContain('External Client App Manager');
    expect(stage.completed.find((m) => m.batchId === batchId)).toBeUndefined();
    stage.sandbox.faults.clear();
    expect(outcomes(await stage.results(batchId))).toEqual({ [ChangeOutcome.SUCCEEDED]: 3 });
    await waitFor(async () => (await stage.client.getConnection({ id: connectionId }, stage.as)).status === ConnectionStatus.HEALTHY);
  });

  it('ORC-9 writes nothing more of a cancelled run: batches that were handed out are skipped, and what was written stays recorded', async () => {
    const accounts = companies(40);
    const before = await stage.results(await stage.plan(accounts.slice(0, 10), { connectionId, runId: 'r-cancelled' }));
    expect(outcomes(before)).toEqual({ [ChangeOutcome.SUCCEEDED]: 10 });
    // The next batch was handed out, and waits for a person, when the run is cancelled.
    stage.sandbox.endSessions();
    stage.sandbox.faults.set({ kind: 'sign-in-refused', error: 'invalid_client', description: 'invalid client credentials' });
    const waiting = await stage.plan(accounts.slice(10, 30), { connectionId, runId: 'r-cancelled' });
    await waitFor(async () => (await stage.client.getConnection({ id: connectionId }, stage.as)).status === ConnectionStatus.UNHEALTHY);
    await stage.cancel('r-cancelled');
    expect(outcomes(await stage.results(waiting))).toEqual({ [ChangeOutcome.SKIPPED]: 20 });
    stage.sandbox.faults.clear();
    const late = await stage.results(await stage.plan(accounts.slice(30), { connectionId, runId: 'r-cancelled' }));
    expect(late.results.map((r) => [r.outcome, r.code])).toEqual(Array(10).fill([ChangeOutcome.SKIPPED, 'cancelled']));
    expect(late.results[0]?.message).toBe('The run was cancelled before this record was written.');
    expect(live()).toBe(10);
    // The answer to a batch that comes again is what it was.
    const again = await stage.results(await stage.plan(accounts.slice(0, 10), { connectionId, runId: 'r-cancelled', batchId: 'written-before' }));
    expect(again.results).toEqual(before.results);
    expect(outcomes(await stage.results(await stage.plan(companies(2), { connectionId, runId: 'r-other' })))).toEqual({ [ChangeOutcome.SUCCEEDED]: 2 });
  });

  it('ends the batches that wait for a connection when that is deleted, and says so to the match index', async () => {
    stage.sandbox.endSessions();
    stage.sandbox.faults.set({ kind: 'sign-in-refused', error: 'invalid_client', description: 'invalid client credentials' });
    const batchId = await stage.plan(companies(3), { connectionId });
    await waitFor(async () => (await stage.client.getConnection({ id: connectionId }, stage.as)).status === ConnectionStatus.UNHEALTHY);
    await stage.client.deleteConnection({ id: connectionId }, stage.as);
    expect((await stage.results(batchId)).results.map((r) => [r.outcome, r.code])).toEqual(Array(3).fill([ChangeOutcome.FAILED, 'connection_missing']));
    const removals = () => stage.changed.filter((m) => m.connectionId === connectionId && m.connectionRemoved).length;
    await waitFor(() => removals() > 0, { what: 'the removal being announced' });
    // Deleting it again says nothing again.
    await stage.client.deleteConnection({ id: connectionId }, stage.as);
    expect(await stage.databases.service.database.query('select 1 from crm_writer.outbox')).toEqual([]);
    expect(removals()).toBe(1);
  });

  it('holds up nobody else while batches of many connections wait for a person, on whatever partition they are', async () => {
    const broken = await Promise.all(Array.from({ length: 4 }, () => stage.connect()));
    const fine = await Promise.all(Array.from({ length: 4 }, () => stage.connect()));
    const { sandbox } = stage;
    const { clientId } = sandbox.credentials;
    for (const { id } of broken) await stage.client.updateConnection({ id, settings: { client_id: clientId }, secrets: { client_secret: 'no longer right' } }, stage.as);
    for (const { id } of broken) for (const lane of [0, 1, 2, 3]) await stage.plan(companies(1), { connectionId: id, lane });
    const asked = await Promise.all(fine.flatMap(({ id }) => [0, 1, 2, 3].map((lane) => stage.plan(companies(1), { connectionId: id, lane, batchId: `fine-${id}-${lane}` }))));
    for (const batchId of asked) expect(outcomes(await stage.results(batchId))).toEqual({ [ChangeOutcome.SUCCEEDED]: 1 });
    const ids = new Set(broken.map((c) => c.id));
    expect(stage.completed.filter((m) => ids.has(m.connectionId))).toEqual([]);
    for (const { id } of broken) await stage.client.updateConnection({ id, settings: { client_id: clientId }, secrets: { client_secret: sandbox.credentials.clientSecret } }, stage.as);
    await waitFor(() => stage.completed.filter((m) => ids.has(m.connectionId)).length === 16, { timeoutMs: 30_000, what: 'the batches of the mended connections' });
  });

  it('fails the changes of a connection that is gone, instead of holding up the lane', async () => {
    const done = await stage.results(await stage.plan(companies(2), { connectionId: 'deleted-long-ago' }));
    expect(done.results).toMatchObject([{ outcome: ChangeOutcome.FAILED, code: 'connection_missing' }, { outcome: ChangeOutcome.FAILED, code: 'connection_missing' }]);
  });

  it('finishes the batch in flight when it is stopped, and goes on after the start', async () => {
    stage.sandbox.faults.set({ kind: 'latency', ms: 400, operation: 'composite' });
    const first = await stage.plan(companies(400), { connectionId });
    await waitFor(() => stage.sandbox.requests().operations['query']);
    await stage.stopService();
    const second = await stage.plan(companies(400), { connectionId });
    await stage.start();
    expect(outcomes(await stage.results(first))).toEqual({ [ChangeOutcome.SUCCEEDED]: 400 });
    expect(outcomes(await stage.results(second))).toEqual({ [ChangeOutcome.SUCCEEDED]: 400 });
    expect(live()).toBe(800);
  });

  it('writes only the batches of its own provider', async () => {
    await stage.stopService();
    await stage.start({ SIGNALBOX_CRM_PROVIDER: 'salesforce' });
    const mine = companies(1);
    const foreign = companies(1);
    const change = (a: NewAccount) => ({ changeId: `change-${a.companyId}`, companyId: a.companyId, fields: [{ field: 'Name', after: a.name }] });
    await stage.request({ operation: ChangeOperation.CREATE, changes: foreign.map(change), provider: 'hubspot' }, { connectionId, batchId: 'foreign' });
    await stage.request({ operation: ChangeOperation.CREATE, changes: mine.map(change) }, { connectionId, batchId: 'mine' });
    await stage.results('mine');
    expect(stage.sandbox.records(OBJECT).map((r) => r['Name'])).toEqual([mine[0]!.name]);
    await stage.stopService();
    await stage.start();
  });
});
