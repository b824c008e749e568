import { orchestrations } from '@signalbox/contracts';
import { keptOf, type CrmStage } from './crm-stage.ts';
import { dynamicsStage } from './dynamics-stage.ts';
import { LeadsWorld } from './leads-world.ts';
import { salesforceStage } from './salesforce-stage.ts';

const { RecordState, RunState } = orchestrations;
const { SUCCEEDED, SKIPPED, FAILED, UNKNOWN_THEN_SETTLED } = RecordState;
const ROCKETS = { name: 'Acme Rockets GmbH', website: 'https://acme-rockets.de' };
const PUMPS = { name: 'Globex Pumps AG', website: 'https://globex-pumps.de' };

let world: LeadsWorld;
beforeAll(async () => {
  world = await LeadsWorld.start();
}, 180_000);
afterAll(() => world?.stop(), 60_000);

async function opened(make: () => Promise<CrmStage>, name: string) {
  const stage = await make();
  const [rockets, pumps] = [ROCKETS, PUMPS].map((one) => stage.account(one.name, one.website)) as [string, string];
  let series = 0;
  const lead = (lastName: string, email = '') => {
    series += 1;
    return stage.lead({ company: 'Acme Rockets', email: email || `person${series}@acme-rockets.de`, lastName, earlierAccountId: `earlier-${series}` });
  };
  const connectionId = await world.connect(stage.connection);
  const segmentId = await world.segment([ROCKETS]);
  const begin = async () => (await world.save(name, segmentId, connectionId, { convertedStatus: stage.status, approvedInAdvance: true })).id;
  return { stage, rockets, pumps, lead, begin };
}

/** All that can be said of a run's records beside the CRM's own leads. */
async function recordsOf(run: orchestrations.Run) {
  const records = new Map((await world.records(run.planId)).map((r) => [r.crmId, r]));
  const { planned = 0, succeeded = 0, skipped = 0, failed = 0, unknownThenSettled = 0, remaining = 0 } = run.counts ?? {};
  expect({ state: run.state, problem: run.problem, sum: succeeded + skipped + failed + unknownThenSettled, remaining }).toEqual({ state: RunState.FINISHED, problem: '', sum: planned, remaining: 0 });
  return records;
}

describe.each([['Salesforce', () => salesforceStage()], ['Dynamics 365', dynamicsStage]] as const)('what becomes of each lead in %s', (crm, make) => {
  let s: Awaited<ReturnType<typeof opened>>;
  beforeEach(async () => {
    s = await opened(make, `${crm} outcomes`);
  }, 60_000);
  afterEach(() => s?.stage.close());

  it('CLC-8 a lead that is converted, deleted, locked or refused ends with its reason in plain words, and the rest of its batch goes on', async () => {
    const { stage, lead, rockets, pumps } = s;
    stage.contact(pumps, 'double@acme-rockets.de');
    const ids = {
      fine: lead('Fine'), before: lead('Before'), same: lead('Same'), other: lead('Other'), gone: lead('Gone'), moment: lead('Moment'), locked: lead('Locked'), refused: lead('Refused'),
      double: lead('Double', 'double@acme-rockets.de'), last: lead('Last'),
    };
    await stage.convertElsewhere(ids.before, rockets);
    const finish = await world.heldUp(stage, await s.begin());
    await stage.convertElsewhere(ids.same, rockets);
    await stage.convertElsewhere(ids.other, pumps);
    await stage.remove(ids.gone);
    const before = { leads: stage.leads(), counts: stage.counts(), contacts: stage.contacts() };
    stage.trouble({ kind: 'locked', lastName: 'Moment', times: 2 }, { kind: 'locked', lastName: 'Locked' }, { kind: 'refused', lastName: 'Refused' }, { kind: 'duplicate-rule' });
    const records = await recordsOf(await finish());

    const of = (id: string) => ({ state: records.get(id)?.state, code: records.get(id)?.outcomeCode, message: records.get(id)?.outcomeMessage });
    for (const id of [ids.fine, ids.moment, ids.last]) expect(of(id)).toMatchObject({ state: SUCCEEDED });
    expect(records.get(ids.before)).toMatchObject({ state: SKIPPED, reason: 'already_converted', reasonText: 'The lead is converted already.' });
    expect(of(ids.same)).toMatchObject({ state: SKIPPED, code: 'already_converted', message: expect.stringMatching(/already, into /) });
    expect(of(ids.other)).toMatchObject({ state: SKIPPED, code: 'already_converted', message: expect.stringContaining(pumps) });
    expect(of(ids.gone)).toMatchObject({ state: SKIPPED, code: 'deleted_in_crm', message: expect.stringContaining('no longer in') });
    expect(of(ids.locked)).toMatchObject({ state: FAILED, code: 'row_locked', message: expect.stringMatching(/.{20}/) });
    expect(of(ids.refused)).toMatchObject({ state: FAILED, code: 'field_validation', message: expect.stringContaining('This record is refused') });
    expect(of(ids.double)).toMatchObject({ state: SKIPPED, code: 'crm_duplicate_rule', message: expect.stringContaining('duplicate') });

    const after = stage.leads();
    expect(stage.counts()).toEqual(before.counts);
    for (const id of [ids.fine, ids.moment, ids.last]) expect(stage.convertedInto(after.get(id))).toEqual({ accountId: rockets, contactId: records.get(id)?.contactId });
    for (const id of [ids.before, ids.same, ids.other, ids.locked, ids.refused, ids.double]) expect(after.get(id)).toEqual(before.leads.get(id));
    for (const [id, one] of after) expect({ id, ...keptOf(stage, one) }).toEqual({ id, ...keptOf(stage, before.leads.get(id)) });
    expect(stage.contacts().size).toBe(before.contacts.size + 3);
  }, 120_000);

  it('CLC-8 leads whose answer was lost are found by asking whether they are converted, and into what; none becomes two contacts', async () => {
    const { stage, lead, rockets } = s;
    const ids = Array.from({ length: 30 }, (_, i) => lead(i === 7 ? 'Refused' : 'Fine'));
    const id = await s.begin();
    await world.preview(id);
    stage.trouble({ kind: 'answer-lost', times: 1 }, { kind: 'refused', lastName: 'Refused' });
    const records = await recordsOf(await world.run(id));
    const after = stage.leads();
    for (const [i, one] of ids.entries()) {
      const { state, contactId, outcomeMessage } = records.get(one)!;
      if (i === 7) expect({ state, into: stage.convertedInto(after.get(one)) }).toEqual({ state: FAILED, into: undefined });
      else expect({ state, outcomeMessage, into: stage.convertedInto(after.get(one)) }).toEqual({ state: UNKNOWN_THEN_SETTLED, outcomeMessage: expect.stringContaining('was lost'), into: { accountId: rockets, contactId } });
    }
    expect(stage.contacts().size).toBe(29);
  }, 120_000);

  it('CLC-8 a session that has expired in the middle costs no lead: it signs in again and goes on', async () => {
    const { stage, lead } = s;
    const ids = Array.from({ length: 120 }, () => lead('Fine'));
    const id = await s.begin();
    await world.preview(id);
    stage.trouble({ kind: 'session-expired', times: 1 });
    const records = await recordsOf(await world.run(id));
    expect(ids.map((one) => records.get(one)?.state)).toEqual(ids.map(() => SUCCEEDED));
    expect(stage.contacts().size).toBe(120);
  }, 120_000);
});
