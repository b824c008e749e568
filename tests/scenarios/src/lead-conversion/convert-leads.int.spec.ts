import { orchestrations } from '@signalbox/contracts';
import { contactsOf, keptOf, type CrmStage } from './crm-stage.ts';
import { dynamicsStage } from './dynamics-stage.ts';
import { hubspotConnection } from './hubspot-connection.ts';
import { LeadsWorld } from './leads-world.ts';
import { salesforceStage } from './salesforce-stage.ts';

const { PlanAction, PlanState, RecordState, RunState } = orchestrations;
let world: LeadsWorld;
beforeAll(async () => {
  world = await LeadsWorld.start();
}, 180_000);
afterAll(() => world?.stop(), 60_000);

const ROCKETS = { name: 'Acme Rockets GmbH', website: 'https://acme-rockets.de' };
const PUMPS = { name: 'Globex Pumps AG', website: 'https://globex-pumps.de' };
const ELSEWHERE = { name: 'Initech Foods SE', website: 'https://initech-foods.de' };

async function opened(make: () => Promise<CrmStage>) {
  const stage = await make();
  const [rockets, pumps, elsewhere] = [ROCKETS, PUMPS, ELSEWHERE].map((one) => stage.account(one.name, one.website)) as [string, string, string];
  const there = stage.contact(rockets, 'Wile@acme-rockets.de');
  const lead = {
    fresh: stage.lead({ company: 'Acme Rockets', email: 'ann@acme-rockets.de' }), known: stage.lead({ company: 'Acme Rockets GmbH', email: 'wile@acme-rockets.de' }),
    pumps: stage.lead({ company: 'Globex Pumps', email: 'hank@globex-pumps.de' }), elsewhere: stage.lead({ company: 'Initech Foods', email: 'bill@initech-foods.de' }),
    nobody: stage.lead({ company: 'Soylent Umbrella Works', email: 'sol@soylent-umbrella.de' }),
  };
  const connectionId = await world.connect(stage.connection);
  const segmentId = await world.segment([ROCKETS, PUMPS]);
  return { stage, rockets, pumps, elsewhere, there, lead, connectionId, segmentId };
}

describe.each([['Salesforce', () => salesforceStage()], ['Dynamics 365', dynamicsStage]] as const)('converting the leads of a segment in %s', (crm, make) => {
  let s: Awaited<ReturnType<typeof opened>>;
  beforeAll(async () => {
    s = await opened(make);
  }, 60_000);
  afterAll(() => s?.stage.close());

  it('CLC-3 cannot be saved without a status, or with one that does not mean "converted" in this CRM, and says which there are', async () => {
    await expect(world.save(`${crm} none`, s.segmentId, s.connectionId, {})).rejects.toMatchObject({ code: 'orchestrations.converted_status.missing', field: 'settings.convertedStatus' });
    await expect(world.save(`${crm} other`, s.segmentId, s.connectionId, { convertedStatus: 'No such' })).rejects.toMatchObject({ code: 'orchestrations.converted_status.vanished', publicMessage: expect.stringContaining('Choose one of them') });
  });

  it('CLC-2 CLC-4 CLC-5 CLC-7 makes contacts of the matched accounts, and nothing else: no account, no opportunity, no other field of any lead', async () => {
    const saved = await world.save(`${crm} leads`, s.segmentId, s.connectionId, { convertedStatus: s.stage.status });
    expect(saved.confirmationNeeded).toBe(true);
    const preview = await world.preview(saved.id);
    expect(preview).toMatchObject({ state: PlanState.READY, problem: '', toWrite: 3, planned: 3 });
    const records = new Map((await world.records(preview.id)).map((r) => [r.crmId, r]));
    expect(records.get(s.lead.fresh)).toMatchObject({ action: PlanAction.CONVERT, reason: 'becomes_contact', companyName: ROCKETS.name, evidence: { accountId: s.rockets, modelVersion: expect.stringMatching(/^leads-/) } });
    expect(records.get(s.lead.known)).toMatchObject({ reason: 'merges_into_contact', reasonText: expect.stringContaining(s.there) });
    expect(records.get(s.lead.pumps)).toMatchObject({ evidence: { accountId: s.pumps } });

    const before = { leads: s.stage.leads(), counts: s.stage.counts() };
    await expect(world.client.runNow({ orchestrationId: saved.id }, world.as)).rejects.toMatchObject({ kind: 'Conflict', code: 'orchestrations.run.confirmation_needed', field: 'confirmation' });
    await expect(world.client.runNow({ orchestrationId: saved.id, confirmation: 'yes' }, world.as)).rejects.toMatchObject({ code: 'orchestrations.run.confirmation_needed' });
    expect(s.stage.leads()).toEqual(before.leads);
    const run = await world.run(saved.id, `${crm} leads`);
    expect({ state: run.state, problem: run.problem, counts: run.counts }).toMatchObject({ state: RunState.FINISHED, problem: '', counts: { planned: 3, succeeded: 3, failed: 0, skipped: 0 } });

    expect(s.stage.counts()).toEqual(before.counts);
    for (const [id, lead] of s.stage.leads()) expect({ id, ...keptOf(s.stage, lead) }).toEqual({ id, ...keptOf(s.stage, before.leads.get(id)) });
    for (const id of [s.lead.elsewhere, s.lead.nobody]) expect(s.stage.leads().get(id)).toEqual(before.leads.get(id));
    const contacts = contactsOf(s.stage, s.rockets);
    expect(contacts).toHaveLength(2);
    expect(contacts).toContain(s.there);
    expect(contactsOf(s.stage, s.pumps)).toHaveLength(1);
    const written = await world.records(run.planId);
    expect(written.map((r) => [r.state, r.contactId !== ''])).toEqual(written.map(() => [RecordState.SUCCEEDED, true]));
    expect(written.find((r) => r.crmId === s.lead.known)?.contactId).toBe(s.there);

    // CLC-8: a second run has nothing to do, and needs no confirmation.
    expect((await world.client.getOrchestration({ id: saved.id }, world.as)).confirmationNeeded).toBe(false);
    const again = await world.run(saved.id);
    expect(again).toMatchObject({ state: RunState.FINISHED, counts: { planned: 3, skipped: 3, skippedByReason: [{ name: 'already_converted', count: 3 }] } });
  }, 120_000);

  it('writes the id of the account to a field instead, when that is what was chosen, and converts nothing', async () => {
    const open = s.stage.lead({ company: 'Globex Pumps', email: 'homer@globex-pumps.de' });
    const before = s.stage.leads();
    const saved = await world.save(`${crm} ids`, s.segmentId, s.connectionId, { mode: 'write_account_id', accountIdField: s.stage.accountIdField });
    expect(saved.confirmationNeeded).toBe(false);
    const run = await world.run(saved.id);
    expect(run).toMatchObject({ state: RunState.FINISHED, counts: { succeeded: 1, failed: 0 } });
    expect(s.stage.leads().get(open)?.[s.stage.accountIdField]).toBe(s.pumps);
    for (const [id, lead] of s.stage.leads()) if (id !== open) expect(lead).toEqual(before.get(id));
    expect(await world.run(saved.id)).toMatchObject({ counts: { succeeded: 0, skippedByReason: expect.arrayContaining([{ name: 'already_written', count: 1 }]) } });
  }, 120_000);
});

describe('what keeps a lead from being converted', () => {
  let s: Awaited<ReturnType<typeof opened>>;
  beforeAll(async () => {
    s = await opened(() => salesforceStage());
  }, 60_000);
  afterAll(() => s?.stage.close());

  it('CLC-4 CLC-6 an account that is not sure by the workspace\'s own rules: the candidates are listed', async () => {
    await world.engine.putMatchRules({ matchAt: 0.999_999, reviewAt: 0.01 }, world.as);
    try {
      const saved = await world.save('unsure', s.segmentId, s.connectionId, { convertedStatus: s.stage.status, approvedInAdvance: true });
      const preview = await world.preview(saved.id);
      expect(preview).toMatchObject({ state: PlanState.READY, toWrite: 0 });
      for (const record of await world.records(preview.id)) expect(record).toMatchObject({ action: PlanAction.SKIP, reason: 'account_unsettled', evidence: { otherCandidates: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]) } });
      expect(preview.planned).toBeGreaterThan(0);
    } finally {
      await world.engine.putMatchRules({}, world.as);
    }
  }, 60_000);

  it('CLC-3 a status that has vanished from the CRM since: the run ends before its first write', async () => {
    const left = s.stage.lead({ company: 'Acme Rockets', email: 'late@acme-rockets.de' });
    const saved = await world.save('vanished', s.segmentId, s.connectionId, { convertedStatus: s.stage.status, approvedInAdvance: true });
    await world.preview(saved.id);
    const before = s.stage.leads();
    const changed = await salesforceStage('Sold to');
    await world.reconnect(s.connectionId, changed.connection);
    expect(await world.run(saved.id)).toMatchObject({ state: RunState.FAILED, problemCode: 'orchestrations.converted_status.vanished', problem: expect.stringContaining('(any more)') });
    expect([s.stage.leads(), changed.leads().size]).toEqual([before, 0]);
    expect(before.get(left)).toMatchObject({ IsConverted: false });
    await changed.close();
  }, 60_000);
});

describe('a CRM whose leads are not converted', () => {
  it('CLC-1 is refused by name', async () => {
    const { connection, close } = await hubspotConnection();
    try {
      const connectionId = await world.connect(connection);
      const segmentId = await world.segment([ROCKETS]);
      await expect(world.save('HubSpot', segmentId, connectionId, { convertedStatus: 'x' })).rejects.toMatchObject({
        code: 'orchestrations.connection.cannot_convert', field: 'connection_id', publicMessage: expect.stringMatching(/Dynamics 365 and Salesforce only.*HubSpot/),
      });
    } finally {
      await close();
    }
  });
});
