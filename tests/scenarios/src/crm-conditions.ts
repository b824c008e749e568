import { waitFor } from '@signalbox/testing';
import type { StartTopology } from './topology/topology.ts';
import { Person } from './world/person.ts';
import { createWorld, type World } from './world/world.ts';

interface SegmentView {
  id: string;
  size: number;
  notices: string[];
}

/** Segments that go by what the CRM's records say, end to end; the same on every shape of the product. */
export function describeCrmConditions(shape: string, start: StartTopology): void {
  describe(`Segments by what the CRM says on ${shape}`, () => {
    let world: World;
    let person: Person;
    let connectionId: string;
    let prospects: SegmentView;
    let deal: string;
    const OPPORTUNITY = 'Opportunity';
    const crm = (kind: string, reference?: string) => ({ crm: { kind, connectionId, ...(reference ? { reference } : {}) } });
    const save = (name: string, rule: unknown) => world.api.post<SegmentView>('/segments', { name, kind: 'dynamic', rule });
    const members = async (id: string) => (await world.api.get<{ items: { name: string }[] }>(`/segments/${id}/members`)).items.map((c) => c.name).sort();
    const become = (id: string, ...wanted: string[]) => waitFor(async () => (await members(id)).join() === wanted.join(), { timeoutMs: 60_000, what: `the members to be ${wanted.join(', ') || 'nobody'}` });

    beforeAll(async () => {
      world = await createWorld(start);
      const accounts = [['Acme Rockets', 'acme-rockets.com'], ['Globex', 'globex.com']].map(([Name, Website]) => ({ Name, Website, BillingCountry: 'USA' }));
      const [, globex] = world.crm.seed('Account', accounts).ids;
      [deal] = world.crm.seed(OPPORTUNITY, [{ AccountId: globex, Name: 'Rockets for Globex', StageName: 'Prospecting', CloseDate: '2026-12-31' }]).ids as [string];
      await world.importCompanies([
        { id: '1', name: 'Acme Rockets', website: 'acme-rockets.com', country: 'USA' }, { id: '2', name: 'Globex', website: 'globex.com', country: 'USA' }, { id: '3', name: 'Initech', website: 'initech.com', country: 'USA' },
      ]);
      connectionId = await world.connect();
      person = await Person.signIn(world.crm);
    }, 240_000);
    afterAll(() => world?.stop(), 60_000);

    it('a rule that goes by the CRM asks for what it needs, and says so until it is there', async () => {
      prospects = await save('Prospects', { group: { operator: 'all', children: [crm('account'), { group: { operator: 'none', children: [crm('opportunity', 'won')] } }] } });
      await become(prospects.id, 'Acme Rockets', 'Globex');
      await waitFor(async () => (await world.api.get<SegmentView>(`/segments/${prospects.id}`)).notices.length === 0, { timeoutMs: 60_000, what: 'everything being followed' });
      const talks = await save('In talks', crm('opportunity', 'open'));
      expect(await members(talks.id)).toEqual(['Globex']);
    }, 120_000);

    it('a company whose opportunity is won leaves the prospects after the next pull, and is back when that was a mistake', async () => {
      await person.change(deal, { StageName: 'Closed Won' }, OPPORTUNITY);
      await world.pull(connectionId, OPPORTUNITY);
      await become(prospects.id, 'Acme Rockets');
      await person.remove(deal, OPPORTUNITY);
      await world.pull(connectionId, OPPORTUNITY);
      await become(prospects.id, 'Acme Rockets', 'Globex');
    }, 120_000);

    it('CNA-2 refuses to create accounts for a segment that is built, through a nested one, from what the CRM says, and names the path', async () => {
      const outer = await save('Outer', { segment: { segmentId: prospects.id } });
      const body = { name: 'Refused', kind: 'create_accounts', segmentId: outer.id, connectionId, mappingProfileId: await world.profile(connectionId), schedule: { mode: 'manual' } };
      await expect(world.api.post('/orchestrations', body)).rejects.toThrow(/Outer.*Prospects.*account in the CRM/s);
    }, 60_000);

    it('a rule that does not say how far, or of which connection, is refused', async () => {
      await expect(save('Nothing', crm('opportunity', 'closed'))).rejects.toThrow(/Choose open, won or lost/);
      await expect(save('Nothing', { crm: { kind: 'account', connectionId: ' ' } })).rejects.toThrow(/names no CRM connection/);
    });
  });
}
