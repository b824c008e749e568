import type { FaultInput } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import { FaultyWorld } from './faulty-world.ts';

const COUNT = 35;
let faulty: FaultyWorld;
let series = 0;
const nextPrefix = () => `bad${series += 1}`;

beforeAll(async () => {
  faulty = await FaultyWorld.open();
}, 120_000);
afterAll(() => faulty?.stop(), 60_000);
afterEach(() => faulty.crm.faults.clear());

/** Switches the fault on, runs, and gives the run's id. */
async function runInto(prefix: string, ...faults: FaultInput[]): Promise<string> {
  const orchestrationId = await faulty.orchestration(prefix, COUNT);
  faulty.crm.faults.set(...faults);
  return (await faulty.world.startRun(orchestrationId)).id;
}

describe('trouble that passes: the run ends by itself, no account twice, none missing', () => {
  const passing: [string, FaultInput][] = [
    ['401, the session ends in the middle of the run', { kind: 'session-expired', operation: 'write', skip: 1, times: 1 }],
    ['503 with Retry-After', { kind: 'unavailable', operation: 'write', times: 2, retryAfterSeconds: 1 }],
    ['500', { kind: 'server-error', operation: 'write', times: 2 }],
    ['a web page instead of JSON', { kind: 'html', operation: 'write', skip: 1, times: 2 }],
    ['nothing: it hangs, and the line is cut before the work was done', { kind: 'timeout-before-commit', operation: 'write', times: 2, hangMs: 300 }],
    ['nothing, after the work was done', { kind: 'timeout-after-commit', operation: 'write', times: 2, hangMs: 300 }],
    ['half an answer, after the work was done', { kind: 'truncated-answer', operation: 'write', skip: 1, times: 1 }],
    ['a line that is reset', { kind: 'connection-reset', operation: 'write', times: 2 }],
    ['locked rows', { kind: 'lock-row', matching: '[37]$', times: 9 }],
  ];

  it.each(passing)('ORC-9 CNA-8 %s, while it writes', async (_what, fault) => {
    const prefix = nextPrefix();
    const run = await faulty.expectAll(prefix, await runInto(prefix, fault), COUNT);
    const [struck] = faulty.crm.faults.list();
    expect(struck).toMatchObject({ hits: fault.times });
    const lost = fault.kind === 'timeout-after-commit' || fault.kind === 'truncated-answer';
    // Only what the CRM had taken before the answer was lost is settled by asking; the rest was written by a later call.
    expect(run.counts.unknownThenSettled > 0).toBe(lost);
    await waitFor(async () => (await faulty.connection()).status === 'healthy');
  });

  it('ORC-9 429, 503 and 500 while it plans: the run waits and ends', async () => {
    const prefix = nextPrefix();
    // More often than one call is tried again by itself.
    const id = await runInto(prefix, { kind: 'unavailable', operation: 'read', times: 6, retryAfterSeconds: 0 }, { kind: 'rate-limited', operation: 'read', times: 2, retryAfterSeconds: 1 }, { kind: 'server-error', operation: 'read', times: 1 });
    await faulty.expectAll(prefix, id, COUNT);
    expect(faulty.crm.faults.list().map((f) => f.remaining)).toEqual([0, 0, 0]);
  });

  it('ORC-9 429 with Retry-After: the pause that the CRM asks for is kept', async () => {
    const prefix = nextPrefix();
    // All writes are refused, so that none of them tells when the pause was over.
    await faulty.expectAll(prefix, await runInto(prefix, { kind: 'rate-limited', operation: 'write', times: 2, retryAfterSeconds: 2 }), COUNT);
    const writes = (faulty.crm.requests(true).recent ?? []).filter((r) => r.operation.startsWith('co') && r.method !== 'GET');
    const refused = writes.filter((r) => r.status === 429).map((r) => Date.parse(r.at));
    const lanes = writes.filter((r) => r.status === 200).map((r) => Date.parse(r.at));
    expect(refused).toHaveLength(2);
    expect(Math.min(...lanes.filter((at) => at > Math.max(...refused))) - Math.min(...refused)).toBeGreaterThanOrEqual(1_900);
  });
});

describe('trouble that a person must mend: the run waits, the connection names the place and the remedy, and nothing is lost', () => {
  const lasting: [string, FaultInput, RegExp][] = [
    ['401, again and again', { kind: 'session-expired' }, /Setup.*policies/],
    ['a sign-in that is refused', { kind: 'sign-in-refused', error: 'invalid_client', description: 'invalid client credentials' }, /External Client App Manager/],
    ['403', { kind: 'forbidden', operation: 'write' }, /permission set/],
    ['403 with the API switched off', { kind: 'api-disabled' }, /'API Enabled'/],
    ['a web page instead of JSON', { kind: 'html' }, /My Domain/],
  ];

  it.each(lasting)('ORC-9 %s', async (_what, fault, remedy) => {
    const prefix = nextPrefix();
    const orchestrationId = await faulty.orchestration(prefix, COUNT);
    // The first batches are held until the plan is made: then the fault strikes in the middle of the run.
    faulty.crm.faults.set({ kind: 'rate-limited', operation: 'write', retryAfterSeconds: 1 });
    const { id } = await faulty.world.startRun(orchestrationId);
    await waitFor(() => faulty.crm.requests().faults['rate-limited']);
    if (fault.kind === 'sign-in-refused') faulty.crm.endSessions();
    faulty.crm.faults.set(fault);
    const { statusMessage } = await faulty.unhealthy();
    expect(statusMessage).toContain(fault.kind === 'sign-in-refused' ? 'client id or secret' : new URL(faulty.crm.url).host);
    expect(statusMessage).toMatch(remedy);
    expect(faulty.names(prefix)).toEqual([]);
    expect(await faulty.world.api.get(`/runs/${id}`)).toMatchObject({ state: 'applying', counts: { planned: COUNT, remaining: COUNT } });
    faulty.crm.faults.clear();
    await faulty.expectAll(prefix, id, COUNT);
    await waitFor(async () => (await faulty.connection()).status === 'healthy');
  });
});

describe('what the CRM refuses record by record', () => {
  it('CNA-9 its duplicate rule is a skip with the id of its record, and is never bypassed', async () => {
    const prefix = nextPrefix();
    // The CRM's rule goes by the name alone: another company for the product, since it is in another country (CNA-5).
    const { ids } = faulty.crm.seed('Account', [{ Name: `${prefix} Works 3`, Website: `${prefix}-works.ca`, BillingCountry: 'Canada' }]);
    const id = await runInto(prefix, { kind: 'duplicate-rule', fields: ['Name'], rule: 'Names_Once' });
    const run = await faulty.world.ended(id);
    expect(run).toMatchObject({ state: 'finished', counts: { planned: COUNT, succeeded: COUNT - 1, skipped: 1, failed: 0, remaining: 0, skippedByReason: { crm_duplicate_rule: 1 } } });
    expect(await faulty.record(run.planId, `${prefix} Works 3`)).toMatchObject({ state: 'skipped', crmId: ids[0], outcomeCode: 'crm_duplicate_rule' });
    expect(faulty.names(prefix)).toHaveLength(COUNT);
  });

  it('ORC-9 a record that its rules refuse fails alone, with their words; the others are written', async () => {
    const prefix = nextPrefix();
    const id = await runInto(prefix, { kind: 'poison-record', matching: `^${prefix} Works 12$`, message: 'Works 12 is closed.' });
    const run = await faulty.world.ended(id);
    expect(run).toMatchObject({ state: 'finished', counts: { planned: COUNT, succeeded: COUNT - 1, failed: 1, remaining: 0 } });
    expect(JSON.stringify(await faulty.record(run.planId, `${prefix} Works 12`))).toContain('Works 12 is closed.');
    expect(faulty.names(prefix)).toHaveLength(COUNT - 1);
  });
});

describe('PostgreSQL', () => {
  it('ORC-9 CNA-8 its connections are cut again and again in the middle of a run: no account twice, none missing', async () => {
    const prefix = nextPrefix();
    const count = 120;
    const orchestrationId = await faulty.orchestration(prefix, count);
    faulty.crm.settings({ latencyMs: 100 });
    const { id } = await faulty.world.startRun(orchestrationId);
    for (const written of [1, 20, 50, 80]) {
      await waitFor(() => faulty.names(prefix).length >= written, { timeoutMs: 45_000 });
      // Right after a cut there may be no connection left to cut.
      await waitFor(() => faulty.cutDatabase());
    }
    faulty.crm.settings({ latencyMs: 0 });
    await faulty.expectAll(prefix, id, count);
  });
});

describe('the daily limit', () => {
  it('ORC-9 nothing is written, the connection says who to look for, and once a person has tested it the run goes on', async () => {
    const prefix = nextPrefix();
    const orchestrationId = await faulty.orchestration(prefix, COUNT);
    faulty.crm.faults.set({ kind: 'limit-exceeded', operation: 'write' });
    const { id } = await faulty.world.startRun(orchestrationId);
    const { statusMessage } = await waitFor(async () => {
      const connection = await faulty.connection();
      return connection.statusMessage ? connection : undefined;
    });
    expect(statusMessage).toMatch(/no API calls left.*System Overview/);
    expect(await faulty.world.api.get(`/runs/${id}`)).toMatchObject({ state: 'applying', counts: { remaining: COUNT } });
    expect(faulty.names(prefix)).toEqual([]);
    faulty.crm.faults.clear();
    // By itself it would ask again after five minutes.
    await faulty.world.api.post(`/connections/${faulty.connectionId}/test`);
    await faulty.expectAll(prefix, id, COUNT);
  });
});
