import { orchestrations } from '@signalbox/contracts';
import { keptOf, type CrmStage } from './crm-stage.ts';
import { dynamicsStage } from './dynamics-stage.ts';
import { LeadsWorld } from './leads-world.ts';
import { salesforceStage } from './salesforce-stage.ts';

const { RunState } = orchestrations;
const COMPANIES = Array.from({ length: 20 }, (_, i) => ({ name: `Works ${i} GmbH`, website: `https://works-${i}.de` }));
const LEADS = 2_000;

let world: LeadsWorld;
beforeAll(async () => {
  world = await LeadsWorld.start();
}, 180_000);
afterAll(() => world?.stop(), 60_000);

async function opened(stage: CrmStage) {
  const accounts = COMPANIES.map((one) => stage.account(one.name, one.website));
  // The first two have an id already: their account's, and another's.
  const ids = Array.from({ length: LEADS }, (_, i) => {
    const at = i % COMPANIES.length;
    return stage.lead({ company: COMPANIES[at]!.name, email: `person${i}@works-${at}.de`, earlierAccountId: i === 0 ? accounts[0] : i === 1 ? accounts[5] : undefined });
  });
  const connectionId = await world.connect(stage.connection);
  return { stage, accounts, ids, connectionId, segmentId: await world.segment(COMPANIES) };
}

/** What the CRM itself counted, of a run from its request to its end. */
async function callsOfRun(stage: CrmStage, orchestrationId: string) {
  stage.resetRequests();
  const run = await world.run(orchestrationId);
  const { apiCalls, operations, subrequests } = stage.requests();
  expect({ state: run.state, problem: run.problem, planned: run.counts?.planned }).toEqual({ state: RunState.FINISHED, problem: '', planned: LEADS });
  // A sign-in is no call of the API; everything else is counted here and by the CRM alike.
  const { token: _token, ...calls } = operations;
  expect(Object.values(calls).reduce((a, b) => a + b, 0)).toBe(apiCalls);
  process.stdout.write(`${stage.provider}, ${LEADS} leads: ${apiCalls} API calls ${JSON.stringify(calls)} ${JSON.stringify(subrequests)}\n`);
  return { apiCalls, calls, subrequests, counts: run.counts };
}

/**
 * What is asked besides writing, in a run of any size: what has changed since in accounts, contacts and leads, and what these objects are. The mirror
 * takes the plan's description if it is young enough; a busy machine asks for it once more.
 */
const [PULLS, DESCRIPTIONS] = [3, 2 * 3];

/** Dynamics reads both in batches, which cannot be told apart here. */
function expectFewLooks(looks: number, calls: Record<string, number>, more = 0): void {
  const described = calls['describe'] ?? 0;
  expect(described).toBeLessThanOrEqual(DESCRIPTIONS);
  expect(looks - described).toBeLessThanOrEqual(PULLS + more + ('batch.read' in calls ? DESCRIPTIONS : 0));
}

describe.each([
  { crm: 'Salesforce', make: () => salesforceStage(), convert: 'convertLead', update: 'composite' }, { crm: 'Dynamics 365', make: dynamicsStage, convert: 'batch', update: 'updateMultiple' },
])('API calls of a run in $crm, as the CRM counts them', ({ crm, make, convert, update }) => {
  let s: Awaited<ReturnType<typeof opened>>;
  beforeAll(async () => {
    s = await opened(await make());
  }, 60_000);
  afterAll(() => s?.stage.close());

  it('writing account ids takes the calls that updates take at least, changes only that field, and a second run writes nothing', async () => {
    const before = s.stage.leads();
    const { id } = await world.save(`${crm} ids`, s.segmentId, s.connectionId, { mode: 'write_account_id', accountIdField: s.stage.accountIdField });
    const preview = await world.preview(id);
    expect({ planned: preview.planned, toWrite: preview.toWrite }).toEqual({ planned: LEADS, toWrite: LEADS - 2 });
    const { apiCalls, calls, counts } = await callsOfRun(s.stage, id);
    expect(calls[update]).toBe(LEADS / 1_000);
    expectFewLooks(apiCalls - calls[update]!, calls);
    expect(counts).toMatchObject({ succeeded: LEADS - 2, failed: 0, skippedByReason: expect.arrayContaining([{ name: 'already_written', count: 1 }, { name: 'other_account_written', count: 1 }]) });
    for (const [lead, now] of s.stage.leads()) {
      const [i, then] = [s.ids.indexOf(lead), before.get(lead)];
      const untouched = i < 2;
      expect(untouched ? now : keptOf(s.stage, now, s.stage.setByWriting)).toEqual(untouched ? then : { ...keptOf(s.stage, then, s.stage.setByWriting), [s.stage.accountIdField]: s.accounts[i % COMPANIES.length] });
    }
    const again = await callsOfRun(s.stage, id);
    expect([again.calls[update], again.counts?.succeeded]).toEqual([undefined, 0]);
    expectFewLooks(again.apiCalls, again.calls);
  }, 120_000);

  it('conversions are ten calls per thousand leads, whose look-ups do not grow with them', async () => {
    const { id } = await world.save(`${crm} calls`, s.segmentId, s.connectionId, { convertedStatus: s.stage.status, approvedInAdvance: true });
    await world.preview(id);
    const { apiCalls, calls, subrequests, counts } = await callsOfRun(s.stage, id);
    expect(counts).toMatchObject({ succeeded: LEADS, failed: 0, skipped: 0 });
    expect(calls[convert]).toBe(LEADS / 100);
    // A thousand leads at a time are looked at before they are converted. In Dynamics, what is set and what is qualified are two operations of one change set.
    expectFewLooks(apiCalls - calls[convert]!, calls, LEADS / 1_000);
    expect((subrequests['qualifyLead'] ?? 0) / LEADS).toBeLessThanOrEqual(1);
    expect(Object.entries(subrequests).reduce((sum, [name, n]) => (name === 'entityDefinitions' ? sum : sum + n), 0) / LEADS).toBeLessThanOrEqual(2.05);
  }, 120_000);
});
