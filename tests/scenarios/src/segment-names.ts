import { startSalesforceSandbox } from '@signalbox/sandbox';
import type { PlanView } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import type { StartTopology } from './topology/topology.ts';
import { Person } from './world/person.ts';
import { createWorldWith, type Sandbox, type World } from './world/world.ts';

const COUNT = 300;
const FIELD = 'Site';

interface Item {
  name: string;
  met: boolean;
}

/** Pushing segment names, end to end over the REST API; the same on every shape of the product. */
export function describeSegmentNames(shape: string, start: StartTopology): void {
  describe(`Push Segment Names on ${shape}`, () => {
    let world: World<Sandbox>;
    let person: Person;
    let connectionId: string;
    let orchestrationId: string;
    let segmentId: string;
    let fewId: string;
    const account = (n: number) => world.crm.records('Account').find((a) => a['Name'] === `Named ${n}`)!;
    const value = (n: number) => String(account(n)[FIELD] ?? '');
    const counted = () => world.crm.requests().rows;

    beforeAll(async () => {
      world = await createWorldWith(start, () => startSalesforceSandbox({ port: 0 }));
      const rows = Array.from({ length: COUNT }, (_, n) => ({ Name: `Named ${n}`, Website: `named-${n}.example.com`, BillingCountry: 'Germany', CreatedDate: new Date(Date.now() - (n % 30) * 86_400_000 - 3_600_000).toISOString() }));
      world.crm.seed('Account', [...rows, { Name: 'Theirs', Website: 'theirs.example.com', BillingCountry: 'Germany', [FIELD]: 'Named companies' }]);
      person = await Person.signIn(world.crm);
      connectionId = await world.connect();
      await world.importCompanies(Array.from({ length: COUNT }, (_, n) => ({ id: `named-${n}`, name: `Named ${n}`, website: `named-${n}.example.com`, country: 'Germany' })));
      segmentId = (await world.segmentOf('named-')).id;
      fewId = (await world.segmentOf('named-1')).id;
      await world.api.put(`/segments/${segmentId}/publication`, { name: 'Named companies', enabled: true });
      await world.api.put(`/segments/${fewId}/publication`, { name: 'Ones', enabled: true });
    }, 240_000);
    afterAll(() => world?.stop(), 60_000);

    it('PSN-4 tells what each scope would leave as it is, before anything is saved', async () => {
      const kinds = await world.api.get<{ items: { name: string; needsSegment: boolean; entitled: boolean }[] }>('/orchestration-kinds');
      expect(kinds.items.find((one) => one.name === 'push_segment_names')).toMatchObject({ needsSegment: false, entitled: true });
      const prerequisites = await world.api.post<{ items: Item[] }>('/orchestrations/prerequisites', { kind: 'push_segment_names', connectionId, settings: { field: FIELD } });
      expect(prerequisites.items.map((one) => [one.name, one.met])).toEqual([['entitlement', true], ['connection', true], ['settings', true]]);
      const url = `/connections/${connectionId}/segment-name-scopes`;
      expect(await world.api.get(url)).toMatchObject({ connectionId, segmentId: null, accounts: COUNT + 1, createdLastWeek: 71, createdLastDay: 11, inSegment: null, companiesWaiting: 0 });
      expect(await world.api.get(`${url}?segmentId=${fewId}`)).toMatchObject({ segmentId: fewId, pulledAt: expect.any(String) });
    }, 60_000);

    it('PSN-3 writes the names onto the accounts, and ORC-3 nothing before it is run', async () => {
      orchestrationId = (await world.api.post<{ id: string }>('/orchestrations', { name: 'Names', kind: 'push_segment_names', connectionId, schedule: { mode: 'manual' }, settings: { field: FIELD } })).id;
      const preview = await world.preview(orchestrationId) as PlanView & { lookedAt: number; preparing: unknown };
      expect(preview).toMatchObject({ state: 'ready', planned: COUNT, toWrite: COUNT, lookedAt: COUNT + 1, preparing: null });
      expect(value(0)).toBe('');
      const scopes = await waitFor(async () => {
        const now = await world.api.get<{ inSegment: number; companiesWaiting: number }>(`/connections/${connectionId}/segment-name-scopes?segmentId=${fewId}`);
        return now.companiesWaiting === 0 ? now : undefined;
      }, { timeoutMs: 30_000, what: 'the companies that wait' });
      expect(scopes.inSegment).toBe(111);
      const run = await world.run(orchestrationId);
      expect(run).toMatchObject({ state: 'finished', counts: { planned: COUNT, succeeded: COUNT, failed: 0 } });
      expect([value(0), value(1), value(25)]).toEqual(['Named companies', 'Named companies; Ones', 'Named companies']);
    }, 120_000);

    it('PSN-7 calls nothing that writes when nothing has changed', async () => {
      const before = counted();
      expect(await world.run(orchestrationId)).toMatchObject({ state: 'finished', counts: { planned: 0 } });
      expect(counted()).toEqual(before);
    }, 60_000);

    it('PSN-8 writes the new name of a renamed segment, and PSN-5 keeps what a person has added', async () => {
      await person.change(String(account(0)['Id']), { [FIELD]: 'Named companies; Key customer' });
      await world.api.put(`/segments/${fewId}/publication`, { name: 'The ones', enabled: true });
      expect(await world.run(orchestrationId)).toMatchObject({ state: 'finished', counts: { planned: 111, succeeded: 111 } });
      expect([value(0), value(1)]).toEqual(['Named companies; Key customer', 'Named companies; The ones']);
    }, 60_000);

    it('ORC-11 takes the run back', async () => {
      const { latestRunId } = await world.api.get<{ latestRunId: string }>(`/orchestrations/${orchestrationId}`);
      const { id } = await world.api.post<{ id: string }>(`/runs/${latestRunId}/undo`, {});
      const undone = await world.ended((await world.api.post<{ id: string }>(`/orchestrations/${orchestrationId}/runs`, { previewId: id })).id);
      expect(undone).toMatchObject({ state: 'finished', counts: { succeeded: 111, failed: 0 } });
      expect(value(1)).toBe('Named companies; Ones');
    }, 60_000);

    it('PSN-4 clears what has left, and leaves alone what we did not write', async () => {
      await world.api.remove(`/segments/${segmentId}/publication`);
      await world.api.remove(`/segments/${fewId}/publication`);
      expect(await world.run(orchestrationId)).toMatchObject({ state: 'finished', counts: { planned: COUNT, succeeded: COUNT } });
      expect([value(0), value(1)]).toEqual(['Key customer', '']);
      expect(world.crm.records('Account').find((a) => a['Name'] === 'Theirs')![FIELD]).toBe('Named companies');
    }, 60_000);
  });
}
