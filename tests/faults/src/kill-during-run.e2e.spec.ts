import { startStandaloneTopology } from '@signalbox/tests-scenarios/topology';
import { createWorld, type World } from '@signalbox/tests-scenarios/world';
import { killDuring } from './kill-during.ts';
import { seeded } from './seeded.ts';

/** Kills in one go; 50 for the full proof, fewer where time is short. */
const KILLS = Number(process.env['SIGNALBOX_KILLS'] ?? 4);
const COMPANIES = 3_000;

describe('kill -9 in the middle of runs', () => {
  let world: World;
  let connectionId: string;
  const random = seeded(Number(process.env['SIGNALBOX_SEED'] ?? 20261122));

  beforeAll(async () => {
    world = await createWorld(startStandaloneTopology);
    // So slow that a run lasts long enough to be hit in every phase.
    world.crm.settings({ latencyMs: 120 });
    connectionId = await world.connect();
  }, 180_000);
  afterAll(() => world?.stop(), 60_000);

  it(`ORC-9 CNA-8 ends after ${KILLS} kills with no account twice, none missing, and counts that add up`, async () => {
    let kills = 0;
    for (let round = 0; kills < KILLS; round += 1) {
      const prefix = `kill${round}`;
      await world.importCompanies(Array.from({ length: COMPANIES }, (_, i) => ({ id: `${prefix}-${i}`, name: `Round ${round} Works ${i}`, website: `round${round}-works-${i}.com`, country: 'Norway' })));
      const segment = await world.segmentOf(`${prefix}-`);
      const orchestrationId = await world.orchestration(`Kill ${round}`, connectionId, segment.id);
      const { id } = await world.startRun(orchestrationId);
      kills += await killDuring(world, id, KILLS - kills, random);
      const run = await world.ended(id, 180_000);
      expect({ state: run.state, problem: run.problem || '' }).toEqual({ state: 'finished', problem: '' });
      const { planned, succeeded, skipped, failed, unknownThenSettled, remaining } = run.counts;
      expect({ planned, sum: succeeded + skipped + failed + unknownThenSettled, remaining, failed, skipped }).toEqual({ planned: COMPANIES, sum: COMPANIES, remaining: 0, failed: 0, skipped: 0 });
      const names = world.crm.records('Account').map((a) => String(a['Name'])).filter((name) => name.startsWith(`Round ${round} Works`));
      expect(names).toHaveLength(COMPANIES);
      expect(new Set(names).size).toBe(COMPANIES);
    }
  }, 60_000 + KILLS * 60_000);
});
