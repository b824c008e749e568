import { orchestrations } from '@signalbox/contracts';
import type { CrmStage } from './crm-stage.ts';
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
  for (let i = 0; i < LEADS; i += 1) {
    const at = i % COMPANIES.length;
    stage.lead({ company: COMPANIES[at]!.name, email: `person${i}@works-${at}.de` });
  }
  const connectionId = await world.connect(stage.connection);
  return { stage, accounts, connectionId, segmentId: await world.segment(COMPANIES) };
}

/** What the CRM itself counted, of a run from its request to its end. */
async function callsOfRun(stage: CrmStage, orchestrationId: string): Promise<{ apiCalls: number; operations: Record<string, number>; run: orchestrations.Run }> {
  stage.resetRequests();
  const run = await world.run(orchestrationId);
  const { apiCalls, operations } = stage.requests();
  console.log(`${stage.provider}, ${LEADS} leads: ${apiCalls} API calls ${JSON.stringify(operations)}`);
  expect({ state: run.state, problem: run.problem, planned: run.counts?.planned }).toEqual({ state: RunState.FINISHED, problem: '', planned: LEADS });
  return { apiCalls, operations, run };
}

describe.each([['Salesforce', () => salesforceStage()], ['Dynamics 365', dynamicsStage]] as const)('calls of a run in %s', (crm, make) => {
  let s: Awaited<ReturnType<typeof opened>>;
  beforeAll(async () => {
    s = await opened(await make());
  }, 60_000);
  afterAll(() => s?.stage.close());

  it('converts', async () => {
    const { id } = await world.save(`${crm} calls`, s.segmentId, s.connectionId, { convertedStatus: s.stage.status, approvedInAdvance: true });
    await world.preview(id);
    const { apiCalls } = await callsOfRun(s.stage, id);
    expect(apiCalls).toBe(0);
  }, 120_000);
});
