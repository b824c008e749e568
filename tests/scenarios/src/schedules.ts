import { Api, firstSignIn } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import type { StartTopology } from './topology/topology.ts';
import { nearTime, untilItHasCome } from './world/next-minute.ts';
import { World, ownSandbox } from './world/world.ts';

// Bodies are whatever the scenario expects of them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = any;
interface Answer {
  status: number;
  headers: Headers;
  body: Body;
}

/** Schedules, the nightly sync and its occurrences over REST, with the scheduler's own clock; the same on every shape of the product. */
export function describeSchedules(shape: string, start: StartTopology): void {
  describe(`Schedules on ${shape}`, () => {
    let world: World;
    let token: string;
    let connectionId: string;
    let segmentId: string;
    let nightly: string;

    const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
      const response = await fetch(`${world.topology.url}/api/v1${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body), headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers } });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
    };
    const get = async (path: string) => (await call('GET', path)).body;
    const problems = async (method: string, path: string, body?: unknown): Promise<Record<string, string>> => {
      const answer = await call(method, path, body);
      expect(answer).toMatchObject({ status: 400, body: { code: expect.any(String), field: expect.any(String), detail: expect.any(String) } });
      const all = answer.body.problems ?? [{ field: answer.body.field, message: answer.body.detail }];
      return Object.fromEntries(all.map((p: { field: string; message: string }) => [p.field, p.message]));
    };
    const scheduleOf = async (id: string) => (await get(`/schedules?subjectId=${id}`)).items[0];
    const occurrencesOf = async (id: string): Promise<Body[]> => (await get(`/occurrences?subjectId=${id}`)).items;
    const planned = (id: string, mode: string) => waitFor(async () => {
      const found = await scheduleOf(id);
      return found?.schedule.mode === mode && (mode === 'manual') === (found.nextDueAt === null) ? found : undefined;
    }, { what: `the ${mode} schedule` });
    const setSchedule = (id: string, schedule: Record<string, unknown>) => call('PATCH', `/orchestrations/${id}`, { schedule });

    beforeAll(async () => {
      const [crm, topology] = [await ownSandbox(), await start()];
      ({ token } = await firstSignIn(topology.url));
      world = new World(topology, crm, new Api(topology.url, token));
      connectionId = await world.connect();
      await world.importCompanies([{ id: 'n1', name: 'Borealis Timber', website: 'borealistimber.se', country: 'Sweden' }, { id: 'n2', name: 'Cobalt Rivers', website: 'cobaltrivers.se', country: 'Sweden' }]);
      segmentId = (await world.segmentOf('n')).id;
    }, 180_000);
    afterAll(() => world?.stop(), 60_000);

    it('ORC-2 has the nightly sync at 02:00 in the zone of the workspace, until another is chosen', async () => {
      const { timeZone } = await get('/workspace');
      expect(await get('/nightly-sync')).toEqual({ timeOfDay: '02:00', timeZone });
      expect(await call('PUT', '/nightly-sync', { timeOfDay: '03:30', timeZone: 'Europe/Berlin' })).toMatchObject({ status: 200, body: { timeOfDay: '03:30', timeZone: 'Europe/Berlin' } });
      expect(await get('/nightly-sync')).toEqual({ timeOfDay: '03:30', timeZone: 'Europe/Berlin' });
    });

    it('ORC-2 names each field that is wrong, and leaves everything as it was', async () => {
      expect(await problems('PUT', '/nightly-sync', { timeOfDay: '24:00', timeZone: 'Mars/Olympus' })).toEqual({ timeOfDay: expect.stringContaining('HH:MM'), timeZone: expect.stringContaining('Europe/Berlin') });
      expect(await problems('PUT', '/nightly-sync', { timeOfDay: '2:00', timeZone: '+02:00' })).toEqual({ timeOfDay: expect.any(String), timeZone: expect.any(String) });
      expect(await problems('PUT', '/nightly-sync', {})).toEqual({ timeOfDay: expect.stringContaining('missing'), timeZone: expect.stringContaining('missing') });
      expect(Object.values(await problems('PUT', '/nightly-sync', { timeOfDay: '02:00', timeZone: 'UTC', every: 'night' }))[0]).toContain("'every'");
      for (const path of ['/schedules', '/occurrences']) {
        expect(await problems('GET', `${path}?limit=0`)).toEqual({ limit: expect.any(String) });
        expect(await problems('GET', `${path}?limit=many`)).toEqual({ limit: expect.any(String) });
        expect(Object.keys(await problems('GET', `${path}?cursor=nonsense`))).toEqual([expect.stringMatching(/cursor$/)]);
        expect(Object.values(await problems('GET', `${path}?subject=x`))[0]).toContain("'subject'");
      }
      expect(await get('/nightly-sync')).toEqual({ timeOfDay: '03:30', timeZone: 'Europe/Berlin' });
    });

    it('makes one schedule of an orchestration that is sent twice with one Idempotency-Key', async () => {
      const body = { name: 'By night', kind: 'create_accounts', segmentId, connectionId, mappingProfileId: await world.profile(connectionId), schedule: { mode: 'daily' } };
      const first = await call('POST', '/orchestrations', body, { 'idempotency-key': 'night-1' });
      const again = await call('POST', '/orchestrations', body, { 'idempotency-key': 'night-1' });
      expect(first).toMatchObject({ status: 201, body: { schedule: { mode: 'daily', weekday: null } } });
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.body.id).toBe(first.body.id);
      nightly = first.body.id;
      const { nextDueAt } = await planned(nightly, 'daily');
      expect(new Date(nextDueAt).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' })).toBe('03:30:00');
      expect((await get('/schedules')).items.filter((s: Body) => s.schedule.mode !== 'manual').map((s: Body) => s.subjectId)).toEqual([nightly]);
    });

    it('ORC-1 names what is wrong with a schedule, and takes a weekly one on its day', async () => {
      expect(await problems('PATCH', `/orchestrations/${nightly}`, { schedule: { mode: 'weekly' } })).toEqual({ 'schedule.weekday': expect.stringContaining('weekday') });
      expect(Object.keys(await problems('PATCH', `/orchestrations/${nightly}`, { schedule: { mode: 'hourly' } }))).toEqual(['schedule.mode']);
      expect(Object.keys(await problems('PATCH', `/orchestrations/${nightly}`, { schedule: { mode: 'weekly', weekday: 'someday' } }))).toEqual(['schedule.weekday']);
      expect((await scheduleOf(nightly)).schedule).toEqual({ mode: 'daily', weekday: null });
      await setSchedule(nightly, { mode: 'weekly', weekday: 'friday' });
      const weekly = await planned(nightly, 'weekly');
      expect(weekly.schedule).toEqual({ mode: 'weekly', weekday: 'friday' });
      expect(new Date(weekly.nextDueAt).toLocaleDateString('en-US', { weekday: 'long', timeZone: 'Europe/Berlin' })).toBe('Friday');
    });

    it('ORC-2 starts one run when the nightly sync has come, and writes down which', async () => {
      await setSchedule(nightly, { mode: 'daily' });
      await planned(nightly, 'daily');
      const near = nearTime();
      const sync = { timeOfDay: near.timeOfDay, timeZone: near.timeZone };
      // The same twice is the same once.
      for (let i = 0; i < 2; i += 1) expect(await call('PUT', '/nightly-sync', sync)).toMatchObject({ status: 200, body: sync });
      expect((await scheduleOf(nightly)).nextDueAt).toBe(near.at.toISOString());
      const [done] = await waitFor(async () => {
        const found = await occurrencesOf(nightly);
        return found[0]?.state === 'finished' ? found : undefined;
      }, { ...untilItHasCome, what: 'the run of the night' });
      expect(done).toMatchObject({ subjectId: nightly, localDate: near.localDate, dueAt: near.at.toISOString(), late: false, runId: expect.any(String) });
      expect(new Date(done.requestedAt).getTime()).toBeGreaterThanOrEqual(near.at.getTime());
      expect(await get(`/runs/${done.runId}`)).toMatchObject({ orchestrationId: nightly, trigger: 'schedule', state: 'finished', counts: { planned: 2, succeeded: 2, failed: 0 } });
      expect(world.crm.records('Account')).toHaveLength(2);
      expect((await get(`/orchestrations/${nightly}/runs`)).items).toHaveLength(1);
    }, 180_000);

    it('ORC-2 does a local day once, even when the nightly sync is moved to later on the same day', async () => {
      const later = nearTime(30);
      expect((await call('PUT', '/nightly-sync', { timeOfDay: later.timeOfDay, timeZone: later.timeZone })).status).toBe(200);
      const { nextDueAt } = await scheduleOf(nightly);
      expect(new Date(nextDueAt).toLocaleDateString('en-CA', { timeZone: later.timeZone }) > later.localDate).toBe(true);
      expect(await occurrencesOf(nightly)).toHaveLength(1);
    });

    it('ORC-6 is due no more once it is manual, keeps what was, and is gone with its orchestration', async () => {
      await setSchedule(nightly, { mode: 'manual' });
      expect(await planned(nightly, 'manual')).toEqual({ subjectId: nightly, schedule: { mode: 'manual', weekday: null }, nextDueAt: null });
      expect((await call('DELETE', `/orchestrations/${nightly}`)).status).toBe(204);
      await waitFor(async () => (await get(`/schedules?subjectId=${nightly}`)).items.length === 0, { what: 'the schedule gone' });
      expect((await occurrencesOf(nightly)).map((o) => o.state)).toEqual(['finished']);
    });

    it('lets a token that may only read look, and nothing else', async () => {
      const { body } = await call('POST', '/tokens', { name: 'reader', permissions: ['schedules_read'] });
      const authorization = `Bearer ${body.token}`;
      for (const path of ['/nightly-sync', '/schedules', '/occurrences']) expect((await call('GET', path, undefined, { authorization })).status).toBe(200);
      expect(await call('PUT', '/nightly-sync', { timeOfDay: '01:00', timeZone: 'UTC' }, { authorization })).toMatchObject({ status: 403, body: { code: 'auth.permission_missing' } });
    });
  });
}
