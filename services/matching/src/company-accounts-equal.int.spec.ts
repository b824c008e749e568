import { waitFor } from '@signalbox/testing';
import { MatchingStage } from './testing/matching-stage.ts';

let stage: MatchingStage;
beforeAll(async () => {
  stage = await MatchingStage.open();
});
afterAll(() => stage?.close());

/** mulberry32 (public domain): the same numbers on every machine. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const WORDS = ['Acme', 'Northwind', 'Robotics', 'Systems', 'Meridian', 'Harbor'];
const FORMS = ['', ' Inc.', ' GmbH', ' Ltd', ' Group'];
const COUNTRIES = ['US', 'US', 'DE', '', 'United States'];

interface Facts {
  name: string;
  website: string;
  country: string;
}

function facts(next: (below: number) => number): Facts {
  const of = (list: readonly string[]): string => list[next(list.length)] as string;
  const [a, b] = [of(WORDS), of(WORDS)];
  const site = `${a}${next(2) === 0 ? b : ''}`.toLowerCase();
  return { name: `${a} ${b}${of(FORMS)}`, website: next(3) === 0 ? '' : `${site}.com`, country: of(COUNTRIES) };
}

/** Also what can wait has been decided. */
async function settled(workspaceId: string): Promise<string[]> {
  await stage.kept(workspaceId);
  await waitFor(async () => (await stage.crm.database.query('select 1 from matching.pending_companies where workspace_id = $1', [workspaceId])).length === 0, { timeoutMs: 30_000, what: 'the rest being decided' });
  return stage.kept(workspaceId);
}

const record = (crmId: string, of: Facts, deleted = false) => ({ crmId, object: 'Account', deleted, fields: {}, ...of });

it.each([1, 2, 3, 4])('after any changes keeps what asking about every company anew would give (seed %d)', async (seed) => {
  const next = numbers(seed);
  const accounts = new Map<string, Facts>();
  const companies = new Map<string, Facts>();
  const workspaceId = `changing-${seed}`;
  for (let round = 0; round < 10; round += 1) {
    const told = Array.from({ length: 1 + next(3) }, () => [`c${next(25)}`, facts(next)] as const);
    for (const [id, of] of told) companies.set(id, of);
    await stage.changed(workspaceId, ...[...new Map(told)].map(([companyId, of]) => ({ companyId, ...of })));
    if (round === 2) await stage.kept(workspaceId);
    const records = Array.from({ length: 1 + next(8) }, () => {
      const id = `001${next(30)}`;
      const gone = accounts.has(id) && next(4) === 0;
      const of = facts(next);
      if (gone) accounts.delete(id);
      else accounts.set(id, of);
      return record(id, of, gone);
    });
    await stage.pulled(workspaceId, records);
  }
  const anew = `anew-${seed}`;
  await stage.pulled(anew, [...accounts].map(([id, of]) => record(id, of)));
  await stage.changed(anew, ...[...companies].map(([companyId, of]) => ({ companyId, ...of })));
  const expected = await settled(anew);
  expect(expected.length).toBeGreaterThan(3);
  expect(await settled(workspaceId)).toEqual(expected);
}, 60_000);

it('goes on where it was when its database breaks off and replicas come and go', async () => {
  const workspaceId = 'broken';
  const MANY = 3_000;
  const of = (i: number): Facts => ({ name: `Company number${i} of the${i * 7}`, website: `number${i}.com`, country: 'US' });
  await stage.pulled(workspaceId, Array.from({ length: 600 }, (_, i) => record(`001${i}`, of(i * 5))));
  for (let from = 0; from < MANY; from += 500) await stage.changed(workspaceId, ...Array.from({ length: 500 }, (_, i) => ({ companyId: `c${from + i}`, ...of(from + i) })));
  await waitFor(async () => ((await stage.crm.database.query<{ companies: number }>('select companies from matching.company_positions where workspace_id = $1', [workspaceId]))[0]?.companies ?? 0) === MANY, { timeoutMs: 30_000, what: 'the companies being known' });
  const position = () => stage.client.followCompanyAccounts({ connectionId: 'sf' }, { workspaceId });
  const replica = await stage.another();
  await position();
  await waitFor(async () => (await position()).waiting < MANY, { timeoutMs: 30_000, what: 'the first companies being decided' });
  // The lock of whoever is at work goes with its connection.
  await stage.crm.database.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'matching:own'");
  const halfway = await position();
  expect(halfway).toMatchObject({ mirrorSequence: 0, companiesVersion: 0 });
  await replica.stop();
  const kept = await settled(workspaceId);
  expect(kept).toEqual(Array.from({ length: 600 }, (_, i) => `c${i * 5} 001${i}`).sort());
  expect(await position()).toEqual({ mirrorSequence: 600, companiesVersion: 6, waiting: 0, companies: MANY });
}, 90_000);
