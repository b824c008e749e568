import { startStandaloneTopology } from '@signalbox/tests-scenarios/topology';
import { createWorld, type World } from '@signalbox/tests-scenarios/world';
import { killDuring } from './kill-during.ts';
import { seeded } from './seeded.ts';

/** Kills in one go; 50 for the full proof, fewer where time is short. */
const KILLS = Number(process.env['SIGNALBOX_KILLS'] ?? 3);
const COMPANIES = 20;
const LEADS = 2_000;
const CONVERTED = 'Closed - Converted';

type Values = Record<string, unknown>;

describe('kill -9 of everything, lead-conversion too, while leads are planned and converted', () => {
  let world: World;
  let connectionId: string;
  const random = seeded(Number(process.env['SIGNALBOX_SEED'] ?? 20261123));

  beforeAll(async () => {
    world = await createWorld(startStandaloneTopology);
    world.crm.settings({ latencyMs: 120 });
    connectionId = await world.connect();
  }, 180_000);
  afterAll(() => world?.stop(), 60_000);

  /** Leads of companies that have accounts; gives the account of each lead. */
  async function scene(round: number): Promise<{ orchestrationId: string; accountOf: Map<string, string> }> {
    const companies = Array.from({ length: COMPANIES }, (_, i) => ({ id: `leads${round}-${i}`, name: `Round ${round} Works ${i}`, website: `round${round}-works-${i}.com`, country: 'Norway' }));
    const accounts = world.crm.seed('Account', companies.map(({ name, website, country }) => ({ Name: name, Website: website, BillingCountry: country }))).ids;
    const leads = Array.from({ length: LEADS }, (_, i) => ({ LastName: `Person ${i}`, Company: companies[i % COMPANIES]!.name, Email: `person${i}@round${round}-works-${i % COMPANIES}.com`, Country: 'Norway' }));
    const { ids } = world.crm.seed('Lead', leads);
    await world.importCompanies(companies);
    const segment = await world.segmentOf(`leads${round}-`);
    const { id } = await world.api.post<{ id: string }>('/orchestrations', {
      name: `Leads ${round}`, kind: 'convert_leads', segmentId: segment.id, connectionId, schedule: { mode: 'manual' }, settings: { mode: 'convert', convertedStatus: CONVERTED, approvedInAdvance: true },
    });
    return { orchestrationId: id, accountOf: new Map(ids.map((lead, i) => [lead, accounts[i % COMPANIES]!])) };
  }

  const byId = (object: string) => new Map(world.crm.records(object).map((one: Values) => [String(one['Id']), one]));

  it(`CLC-4 ORC-9 after ${KILLS} kills each lead is one contact of its account, and the counts add up`, async () => {
    let kills = 0;
    for (let round = 0; kills < KILLS; round += 1) {
      const { orchestrationId, accountOf } = await scene(round);
      const { id } = await world.startRun(orchestrationId);
      kills += await killDuring(world, id, KILLS - kills, random);
      const run = await world.ended(id, 180_000);
      expect({ state: run.state, problem: run.problem || '' }).toEqual({ state: 'finished', problem: '' });
      const { planned, succeeded, skipped, failed, unknownThenSettled, remaining } = run.counts;
      expect({ planned, written: succeeded + unknownThenSettled, skipped, failed, remaining }).toEqual({ planned: LEADS, written: LEADS, skipped: 0, failed: 0, remaining: 0 });
      const [leads, contacts] = [byId('Lead'), byId('Contact')];
      const into = [...accountOf].map(([lead, accountId]) => {
        const { IsConverted, ConvertedAccountId, ConvertedContactId } = leads.get(lead)!;
        expect([IsConverted, ConvertedAccountId, contacts.get(String(ConvertedContactId))?.['AccountId']]).toEqual([true, accountId, accountId]);
        return String(ConvertedContactId);
      });
      expect([new Set(into).size, contacts.size]).toEqual([LEADS, LEADS * (round + 1)]);
      expect([byId('Account').size, byId('Opportunity').size]).toEqual([COMPANIES * (round + 1), 0]);
    }
  }, 60_000 + KILLS * 60_000);
});
