import { orchestrations } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { OrchestrationsWorld, refusedWith } from './orchestrations-world.ts';

const { PlanState, RunState } = orchestrations;
let world: OrchestrationsWorld;

beforeAll(async () => {
  world = await OrchestrationsWorld.start();
}, 120_000);
afterAll(() => world?.stop(), 60_000);

/** A profile and an orchestration that uses it, with the preview that a person looks at. */
async function previewed(more: Partial<orchestrations.Orchestration> = {}) {
  await world.scene(12);
  const profile = await world.profile();
  const saved = await world.saved({ ...more, mappingProfileId: profile.id });
  return { profile, saved, preview: await world.preview(saved.id) };
}

const withType = (profile: orchestrations.MappingProfile): orchestrations.MappingProfile =>
  ({ ...profile, mappings: [...profile.mappings, { companyField: '', crmField: 'Description', constant: 'Made by Signalbox' }] });

describe('a preview', () => {
  it('ORC-3 is made anew when its mapping profile changes, and the old one says that it is out of date', async () => {
    const { profile, saved, preview } = await previewed();
    expect(preview).toMatchObject({ state: PlanState.READY, mappingProfileVersion: 1, outdated: '' });
    await world.client.updateMappingProfile({ profile: withType(profile) }, world.as);
    const renewed = await waitFor(async () => {
      const newest = await world.preview(saved.id);
      return newest.id === preview.id ? undefined : newest;
    }, { what: 'a new preview' });
    expect(renewed).toMatchObject({ state: PlanState.READY, mappingProfileVersion: 2, outdated: '', orchestrationVersion: 1 });
    expect((await world.records(renewed.id))[0]!.changes.map((c) => c.field)).toContain('Description');
    expect(await world.client.getPlan({ id: preview.id }, world.as)).toMatchObject({ outdated: 'The mapping profile was changed after this was planned.' });
    expect(await world.client.listRuns({ orchestrationId: saved.id }, world.as)).toMatchObject({ runs: [] });
  });

  it('ORC-5 is not run from when the mapping profile was changed after it was made; nothing is started, and the new one can be run', async () => {
    const { profile, saved, preview } = await previewed();
    await world.client.updateMappingProfile({ profile: withType(profile) }, world.as);
    const refused = await refusedWith(world.client.runNow({ orchestrationId: saved.id, previewId: preview.id }, world.as));
    expect(refused).toMatchObject({ kind: 'Conflict', code: 'orchestrations.preview.outdated', field: 'preview_id', publicMessage: 'The mapping profile was changed after this was planned. Nothing was started. Look at the new preview, then run it.' });
    expect(await world.client.listRuns({ orchestrationId: saved.id }, world.as)).toMatchObject({ runs: [] });
    const { latestPreviewId } = await world.client.getOrchestration({ id: saved.id }, world.as);
    const run = await world.run((await world.client.runNow({ orchestrationId: saved.id, previewId: latestPreviewId }, world.as)).id);
    expect(run).toMatchObject({ state: RunState.FINISHED, counts: { succeeded: 12 }, plan: { mappingProfileVersion: 2 } });
    const ids = new Set(world.accounts().values());
    expect(world.sandbox.records('Account').filter((r) => ids.has(String(r['Id']))).map((r) => r['Description'])).toEqual(Array.from({ length: 12 }, () => 'Made by Signalbox'));
  });

  it('ORC-5 of the orchestration as it was before somebody edited it is not run from either', async () => {
    const { saved, preview } = await previewed();
    await world.client.updateOrchestration({ orchestration: { ...saved, name: 'Edited' } }, world.as);
    expect(await refusedWith(world.client.runNow({ orchestrationId: saved.id, previewId: preview.id }, world.as))).toMatchObject({ code: 'orchestrations.preview.outdated' });
  });
});

describe('a halted run', () => {
  it('ORC-10 is not let go on with what was planned before its mapping profile changed; a new run plans anew', async () => {
    const { profile, saved } = await previewed({ guardrails: { maxRecords: 5, maxSharePercent: 0, maxClears: 0 } });
    const halted = await world.run((await world.start(saved.id)).id, RunState.HALTED);
    expect(halted.plan).toMatchObject({ outdated: '' });
    await world.client.updateMappingProfile({ profile: withType(profile) }, world.as);
    expect(await world.client.getRun({ id: halted.id }, world.as)).toMatchObject({ plan: { outdated: 'The mapping profile was changed after this was planned.' } });
    const refused = await refusedWith(world.client.overrideRun({ id: halted.id }, world.as));
    expect(refused).toMatchObject({ kind: 'Conflict', code: 'orchestrations.run.outdated', publicMessage: expect.stringContaining('Press "Run now": it plans anew.') });
    expect(world.accounts().size).toBe(0);
    const anew = await world.run((await world.start(saved.id)).id, RunState.HALTED);
    expect(anew.id).not.toBe(halted.id);
    await world.client.overrideRun({ id: anew.id }, world.as);
    expect(await world.run(anew.id)).toMatchObject({ state: RunState.FINISHED, overridden: true, counts: { succeeded: 12 } });
  });
});
