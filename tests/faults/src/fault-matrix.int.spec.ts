import { dynamicsHarness, ACCOUNTS } from '@signalbox/connectors-dynamics/testing';
import { hubspotHarness } from '@signalbox/connectors-hubspot/testing';
import { salesforceHarness } from '@signalbox/connectors-salesforce/testing';
import type { ConnectorHarness } from '@signalbox/connectors-sdk/testing';
import { crmWriter } from '@signalbox/contracts';
import { MatrixStage, ROWS } from './matrix-stage.ts';
import { hazardsOf, type Hazard } from './hazards.ts';

const { ChangeOutcome } = crmWriter;
const PROVIDERS: { name: string; open: () => Promise<ConnectorHarness>; unknown: string[] }[] = [
  { name: 'salesforce', open: salesforceHarness, unknown: [] },
  { name: 'dynamics', open: () => dynamicsHarness(ACCOUNTS), unknown: [] },
  // HubSpot has no locks that show, and no duplicate rules.
  { name: 'hubspot', open: hubspotHarness, unknown: ['locked-rows', 'duplicate-rule'] },
];

const WRITTEN: readonly crmWriter.ChangeOutcome[] = [ChangeOutcome.SUCCEEDED, ChangeOutcome.UNKNOWN_THEN_SETTLED];

function expectCounts(results: readonly crmWriter.ChangeResult[], count: number, hazard: Hazard, operation: 'create' | 'update'): void {
  expect(new Set(results.map((r) => r.changeId)).size).toBe(count);
  expect(results).toHaveLength(count);
  const others = results.filter((r) => !WRITTEN.includes(r.outcome)).length;
  expect(others).toBe(hazard.notWritten?.[operation] ?? 0);
  expect(results.filter((r) => WRITTEN.includes(r.outcome) && r.crmId === '')).toEqual([]);
}

describe.each(PROVIDERS)('every hazard with $name, through the writer', ({ name, open, unknown }) => {
  let stage: MatrixStage;
  beforeAll(async () => { stage = await MatrixStage.open(name, await open()); });
  afterAll(() => stage?.close());
  beforeEach(() => stage.begin());
  const hazards = hazardsOf().filter((one) => !unknown.includes(one.name));

  it.each(hazards.filter((one) => one.create))('create, $name: each record once or with its reason, and the counts add up', async (hazard) => {
    const before = stage.harness.records().length;
    const existing = (await hazard.prepare?.(stage, 'create')) ?? 0;
    const results = await stage.carriedOut(hazard, () => stage.create(hazard.values));
    expectCounts(results, ROWS, hazard, 'create');
    const written = results.filter((r) => WRITTEN.includes(r.outcome));
    const ours = stage.byKey();
    expect([...ours.values()].filter((ids) => ids.length > 1)).toEqual([]);
    expect(written.filter((r) => ours.get(r.companyId)?.[0] !== r.crmId)).toEqual([]);
    expect(results.filter((r) => !WRITTEN.includes(r.outcome) && ours.has(r.companyId))).toEqual([]);
    expect(stage.harness.records().length).toBe(before + existing + written.length - (hazard.alreadyThere ?? 0));
    hazard.check?.(stage, results);
  });

  it.each(hazards.filter((one) => one.update))('update, $name: each record has the new value or its old one and a reason', async (hazard) => {
    const targets = await stage.targets();
    await hazard.prepare?.(stage, 'update');
    const gone = new Set(targets.filter(({ crmId }) => !stage.harness.records().some(({ id }) => id === crmId)).map(({ crmId }) => crmId));
    const before = stage.harness.records().length;
    const results = await stage.carriedOut(hazard, () => stage.update(targets, hazard.values));
    expectCounts(results, ROWS, hazard, 'update');
    expect(stage.harness.records().length).toBe(before);
    for (const { crmId, outcome, changeId } of results) {
      const at = targets.findIndex((one) => one.changeId === changeId);
      if (gone.has(targets[at]!.crmId)) continue;
      const wanted = WRITTEN.includes(outcome) ? stage.updatedText(at, hazard.values) : stage.oldText(at);
      expect([crmId === '' ? targets[at]!.crmId : crmId, stage.textOf(targets[at]!.crmId)]).toEqual([targets[at]!.crmId, wanted]);
    }
  });

  it.each(hazards.filter((one) => one.list))('list, $name: the mirror is the CRM, whatever came between', async (hazard) => {
    if (hazard.name !== 'empty-page') stage.seedOthers(ROWS);
    await stage.refresh();
    await hazard.prepare?.(stage, 'list');
    await stage.refreshedThrough(hazard);
    const mirrored = await stage.mirrored();
    const held = stage.harness.records().map(({ id, values }) => [id, String(values[stage.identity.name])]).sort();
    expect(mirrored).toEqual(held);
  });
});
