import { TOPICS, gateway, orchestrations, scheduler } from '@signalbox/contracts';
import { Authenticator, ServiceTokens } from '@signalbox/platform-auth';
import { readConfig } from '@signalbox/platform-config';
import { bind, createGrpcClient, startGrpcServer, type GrpcClient, type Handlers, type RunningGrpcServer } from '@signalbox/platform-grpc';
import { Outbox, OutboxRelay, PostgresLogBroker, messagingMigrations, type Subscription } from '@signalbox/platform-messaging';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger, createMetrics } from '@signalbox/platform-telemetry';
import { waitFor } from '@signalbox/testing';
import { schedulerSettings, startScheduler } from './index.ts';

const KEY = new Uint8Array(32).fill(6);
const tokens = new ServiceTokens(KEY, 'spec');
const { ScheduleMode, Weekday } = orchestrations;
const ZONES: Record<string, string> = { berlin: 'Europe/Berlin', lost: '' };

let db: TestDatabase; // plays orchestrations: its outbox, its relay, and what it is asked to run
let broker: PostgresLogBroker;
let relay: OutboxRelay;
let subscription: Subscription;
let gatewayServer: RunningGrpcServer;
let services: RunningService[];
let client: GrpcClient<typeof scheduler.SchedulerServiceDefinition>;
let now = Date.parse('2026-06-01T12:00:00Z');
const clock = { now: () => new Date(now) };
const outbox = new Outbox();
const asked: scheduler.RunRequested[] = [];
const logger = createLogger({ service: 'spec', level: 'silent' });

const config = () => readConfig(schedulerSettings, {
  SIGNALBOX_DATABASE_URL: db.url, SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: db.url, SIGNALBOX_SERVICE_KEY: Buffer.from(KEY).toString('hex'),
  SIGNALBOX_GATEWAY_ADDRESS: `127.0.0.1:${gatewayServer.port}`, SIGNALBOX_SCHEDULER_LOOK_EVERY_MS: '20',
});
const start = () => startScheduler(config(), { ownsProcess: false, logger, clock });

type ScheduleInput = { mode: orchestrations.ScheduleMode; weekday?: orchestrations.Weekday };
const daily: ScheduleInput = { mode: ScheduleMode.DAILY };

async function send(workspaceId: string, orchestrationId: string, schedule: ScheduleInput | undefined, changedAt = now): Promise<void> {
  const message = orchestrations.ScheduleChanged.fromPartial({ workspaceId, orchestrationId, schedule, removed: schedule === undefined, changedAt: new Date(changedAt) });
  await db.database.transaction((tx) => outbox.add(tx, TOPICS.scheduleChanged, [message]));
}
const listed = async (workspaceId: string, subjectId: string) => (await client.listSchedules({}, { workspaceId })).schedules.find((s) => s.subjectId === subjectId);
const planned = (workspaceId: string, subjectId: string) => waitFor(async () => (await listed(workspaceId, subjectId))?.nextDueAt?.toISOString(), { what: `the plan of ${subjectId}` });
const occurrences = async (workspaceId: string, subjectId = '') => (await client.listOccurrences({ subjectId }, { workspaceId })).occurrences;
const askedFor = (workspaceId: string, subjectId?: string) => asked.filter((r) => r.workspaceId === workspaceId && (subjectId === undefined || r.subjectId === subjectId));
const until = (text: string) => {
  now = Date.parse(text);
};
/** Sets the clock, and waits until the schedule's next time lies in its future. */
async function liveUntil(text: string, workspaceId: string, subjectId: string): Promise<void> {
  until(text);
  await waitFor(async () => ((await listed(workspaceId, subjectId))?.nextDueAt?.getTime() ?? 0) > now, { what: `${subjectId} settled up to ${text}` });
}

beforeAll(async () => {
  db = await testDatabase({ migrations: [...messagingMigrations], schema: 'orchestrations' });
  broker = await PostgresLogBroker.open({ url: db.url, pollMs: 200 });
  await broker.createTopics(Object.values(TOPICS));
  relay = new OutboxRelay({ database: db.database, broker, pollMs: 200 });
  await relay.start();
  subscription = await broker.subscribe({ group: 'spec', topics: [TOPICS.runRequested.name], handler: async (record) => void asked.push(TOPICS.runRequested.decode(record.value)) });
  const refuse = async () => {
    throw new Error('not part of this spec');
  };
  const access: Handlers<typeof gateway.AccessServiceDefinition> = {
    introspectToken: refuse, listEntitlements: refuse, putEntitlement: refuse,
    getWorkspace: async (_request, context) => ({ id: context.principal.workspaceId, name: 'W', timeZone: ZONES[context.principal.workspaceId] ?? 'UTC' }),
  };
  gatewayServer = await startGrpcServer({
    host: '127.0.0.1', port: 0, authenticator: new Authenticator(tokens, async () => undefined), logger, metrics: createMetrics({ service: 'gateway', processMetrics: false }), services: [bind(gateway.AccessServiceDefinition, access)],
  });
  // Two replicas: everything below happens once all the same.
  services = [await start(), await start()];
  client = createGrpcClient(scheduler.SchedulerServiceDefinition, { address: `127.0.0.1:${services[0]?.grpcPort}`, tokens });
});
afterAll(async () => {
  client?.close();
  for (const service of services ?? []) await service.stop();
  await gatewayServer?.stop(1000);
  await subscription?.stop();
  await relay?.stop();
  await broker?.close();
  await db?.close();
});

describe('the scheduler', () => {
  it('ORC-2 asks for a daily run once a night in the workspace\'s own zone, and closes it when the run has ended', async () => {
    until('2026-06-01T12:00:00Z');
    expect(await client.getNightlySync({}, { workspaceId: 'berlin' })).toEqual({ timeOfDay: '02:00', timeZone: 'Europe/Berlin' });
    await send('berlin', 'o1', daily);
    expect(await planned('berlin', 'o1')).toBe('2026-06-02T00:00:00.000Z');
    for (const day of ['02', '03', '04']) await liveUntil(`2026-06-${day}T00:00:01Z`, 'berlin', 'o1');
    await waitFor(() => askedFor('berlin').length >= 3);
    const found = await occurrences('berlin', 'o1');
    expect(found.map((o) => [o.localDate, o.state, o.late])).toEqual([['2026-06-04', 'requested', false], ['2026-06-03', 'requested', false], ['2026-06-02', 'requested', false]]);
    expect(askedFor('berlin').map((r) => r.occurrenceId).sort()).toEqual(found.map((o) => o.id).sort());
    expect(askedFor('berlin').map((r) => r.dueAt?.toISOString()).sort()[0]).toBe('2026-06-02T00:00:00.000Z');

    const [newest] = found;
    await db.database.transaction((tx) => outbox.add(tx, TOPICS.runFinished, [orchestrations.RunFinished.fromPartial({ workspaceId: 'berlin', runId: 'run7', orchestrationId: 'o1', occurrenceId: newest?.id })]));
    await waitFor(async () => (await occurrences('berlin', 'o1'))[0]?.state === 'finished');
    expect((await occurrences('berlin', 'o1'))[0]).toMatchObject({ runId: 'run7', reason: '' });
    const waits = orchestrations.RunFinished.fromPartial({ workspaceId: 'berlin', orchestrationId: 'o1', occurrenceId: found[1]?.id, reason: 'Its first run waits for a person.' });
    await db.database.transaction((tx) => outbox.add(tx, TOPICS.runFinished, [waits]));
    await waitFor(async () => (await occurrences('berlin', 'o1'))[1]?.state === 'skipped');
    expect((await occurrences('berlin', 'o1'))[1]).toMatchObject({ runId: '', reason: waits.reason });
  });

  it('ORC-2 runs weekly on its weekday', async () => {
    until('2026-06-10T12:00:00Z'); // a Wednesday
    await send('weekly', 'o1', { mode: ScheduleMode.WEEKLY, weekday: Weekday.TUESDAY });
    expect(await planned('weekly', 'o1')).toBe('2026-06-16T02:00:00.000Z');
    await liveUntil('2026-06-16T02:00:01Z', 'weekly', 'o1');
    expect(await planned('weekly', 'o1')).toBe('2026-06-23T02:00:00.000Z');
    expect((await listed('weekly', 'o1'))?.schedule).toEqual({ mode: ScheduleMode.WEEKLY, weekday: Weekday.TUESDAY });
  });

  it('ORC-2 neither doubles nor skips the day when the nightly sync is changed in the middle of it', async () => {
    const workspace = { workspaceId: 'moved' };
    until('2026-07-01T12:00:00Z');
    await client.putNightlySync({ nightlySync: { timeOfDay: '14:00', timeZone: 'UTC' } }, workspace);
    await send('moved', 'o1', daily);
    await planned('moved', 'o1');
    await liveUntil('2026-07-01T14:00:01Z', 'moved', 'o1');
    // Done today: a later time today is for tomorrow.
    until('2026-07-01T15:00:00Z');
    await client.putNightlySync({ nightlySync: { timeOfDay: '16:00', timeZone: 'UTC' } }, workspace);
    expect(await planned('moved', 'o1')).toBe('2026-07-02T16:00:00.000Z');
    // Not done tomorrow yet, and the new time has passed: it is due at once.
    until('2026-07-02T10:00:00Z');
    await client.putNightlySync({ nightlySync: { timeOfDay: '02:00', timeZone: 'UTC' } }, workspace);
    expect((await occurrences('moved')).map((o) => [o.localDate, o.dueAt?.toISOString(), o.late])).toEqual([['2026-07-02', '2026-07-02T10:00:00.000Z', false], ['2026-07-01', '2026-07-01T14:00:00.000Z', false]]);
    expect(await planned('moved', 'o1')).toBe('2026-07-03T02:00:00.000Z');
  });

  it('ORC-2 refuses a time or a zone that there is not, by name', async () => {
    const put = (timeOfDay: string, timeZone: string) => client.putNightlySync({ nightlySync: { timeOfDay, timeZone } }, { workspaceId: 'bad' });
    await expect(put('24:00', 'UTC')).rejects.toMatchObject({ kind: 'Invalid', code: 'scheduler.nightly_sync.time_of_day', field: 'nightly_sync.time_of_day' });
    await expect(put('02:00', 'Mars/Olympus')).rejects.toMatchObject({ kind: 'Invalid', code: 'scheduler.nightly_sync.time_zone' });
    await expect(client.putNightlySync({}, { workspaceId: 'bad' })).rejects.toMatchObject({ code: 'scheduler.nightly_sync.missing' });
  });

  it('ORC-6 does nothing at the next nightly sync once the schedule is manual again', async () => {
    until('2026-08-01T12:00:00Z');
    await send('manual', 'o1', daily);
    await send('manual', 'o2', daily);
    await Promise.all([planned('manual', 'o1'), planned('manual', 'o2')]);
    until('2026-08-01T20:00:00Z');
    await send('manual', 'o1', { mode: ScheduleMode.MANUAL });
    await waitFor(async () => (await listed('manual', 'o1'))?.schedule?.mode === ScheduleMode.MANUAL);
    // An older change that comes late is not taken.
    await send('manual', 'o1', daily, now - 60_000);
    await liveUntil('2026-08-03T09:00:00Z', 'manual', 'o2');
    await waitFor(() => askedFor('manual', 'o2').length === 1);
    expect(await occurrences('manual', 'o1')).toEqual([]);
    expect(askedFor('manual', 'o1')).toEqual([]);
    await send('manual', 'o2', undefined);
    await waitFor(async () => (await listed('manual', 'o2')) === undefined);
    expect((await occurrences('manual', 'o2')).map((o) => [o.localDate, o.state])).toEqual([['2026-08-03', 'requested'], ['2026-08-02', 'missed']]);
  });

  it('ORC-2 asks late for today\'s run after a standstill, and writes older days down as missed', async () => {
    until('2026-09-01T12:00:00Z');
    await send('down', 'o1', daily);
    await planned('down', 'o1');
    await services[1]?.stop();
    client.close();
    await services[0]?.stop();
    until('2026-09-04T08:00:00Z');
    services = [await start(), await start()];
    client = createGrpcClient(scheduler.SchedulerServiceDefinition, { address: `127.0.0.1:${services[1]?.grpcPort}`, tokens });
    await waitFor(() => askedFor('down').length === 1);
    expect((await occurrences('down')).map((o) => [o.localDate, o.state, o.late])).toEqual([['2026-09-04', 'requested', true], ['2026-09-03', 'missed', false], ['2026-09-02', 'missed', false]]);
  });

  it('uses UTC while the workspace\'s zone is not to be had, and its own zone as soon as it is', async () => {
    until('2026-10-01T12:00:00Z');
    await send('lost', 'o1', daily);
    expect(await planned('lost', 'o1')).toBe('2026-10-02T02:00:00.000Z');
    ZONES['lost'] = 'Asia/Tokyo';
    until('2026-10-01T12:01:00Z');
    await waitFor(async () => (await client.getNightlySync({}, { workspaceId: 'lost' })).timeZone === 'Asia/Tokyo');
    expect(await planned('lost', 'o1')).toBe('2026-10-01T17:00:00.000Z');
    expect(await occurrences('lost')).toEqual([]);
  });

  it('pages through the ledger, newest first, and keeps workspaces apart', async () => {
    until('2026-11-01T12:00:00Z');
    for (const subject of ['a', 'b', 'c']) await send('pages', subject, daily);
    for (const subject of ['a', 'b', 'c']) await planned('pages', subject);
    for (const subject of ['a', 'b', 'c']) await liveUntil('2026-11-03T03:00:00Z', 'pages', subject);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { occurrences: page, page: info } = await client.listOccurrences({ page: { limit: 2, cursor } }, { workspaceId: 'pages' });
      seen.push(...page.map((o) => `${o.localDate} ${o.subjectId}`));
      cursor = info?.nextCursor ?? '';
    } while (cursor !== '');
    expect(seen.map((s) => s.slice(0, 10))).toEqual(['2026-11-03', '2026-11-03', '2026-11-03', '2026-11-02', '2026-11-02', '2026-11-02']);
    expect(new Set(seen).size).toBe(6);
    const first = await client.listSchedules({ page: { limit: 2 } }, { workspaceId: 'pages' });
    const rest = await client.listSchedules({ page: { limit: 2, cursor: first.page?.nextCursor } }, { workspaceId: 'pages' });
    expect([...first.schedules, ...rest.schedules].map((s) => s.subjectId)).toEqual(['a', 'b', 'c']);
    expect((await client.listSchedules({ subjectId: 'b' }, { workspaceId: 'pages' })).schedules.map((s) => s.subjectId)).toEqual(['b']);
    await expect(client.listOccurrences({ page: { cursor: 'x' } }, { workspaceId: 'pages' })).rejects.toMatchObject({ code: 'page.cursor' });
    expect(await occurrences('nobody')).toEqual([]);
  });
});
