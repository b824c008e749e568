import { conflict } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import type { Broker } from '../broker.ts';
import { HEADER, type Topic } from '../topic.ts';
import { continueTrace } from '../trace.ts';
import { MAX_PAYLOAD_BYTES, Outbox } from '../outbox/outbox.ts';
import { OutboxRelay } from '../outbox/relay.ts';
import type { SuiteContext } from './suite-context.ts';
import { message, TEST_WORKSPACE, type TestMessage, testTopic, unique } from './test-topic.ts';

interface Seen {
  text: string;
  headers: Record<string, string>;
}

async function ready(context: SuiteContext): Promise<{ broker: Broker; topic: Topic<TestMessage>; seen: Seen[] }> {
  const broker = await context.broker();
  const topic = testTopic(unique('events'));
  await broker.createTopics([topic]);
  const seen: Seen[] = [];
  await broker.subscribe({
    group: unique('group'),
    topics: [topic.name],
    handler: async ({ value, headers }) => {
      const { entity, n } = topic.decode(value);
      seen.push({ text: `${entity} ${n}`, headers });
    },
  });
  return { broker, topic, seen };
}

async function relay(context: SuiteContext, broker: Broker): Promise<OutboxRelay> {
  const started = new OutboxRelay({ database: context.database, broker, batchSize: 50 });
  await started.start();
  context.after(() => started.stop());
  return started;
}

const outbox = new Outbox();
const add = (context: SuiteContext, topic: Topic<TestMessage>, ...messages: TestMessage[]) =>
  context.database.transaction((tx) => outbox.add(tx, topic, messages));

const distinct = (seen: Seen[]) => new Set(seen.map((one) => one.text)).size;

/** Every text once, and each entity's in order, by their first appearance. */
function firstAppearances(seen: Seen[]): Map<string, number[]> {
  const byEntity = new Map<string, number[]>();
  for (const text of new Set(seen.map((one) => one.text))) {
    const [entity, n] = text.split(' ') as [string, string];
    byEntity.set(entity, [...(byEntity.get(entity) ?? []), Number(n)]);
  }
  return byEntity;
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

export function describeOutbox(context: SuiteContext): void {
  it('carries what was committed, with its headers, and nothing of what was rolled back', async () => {
    const { broker, topic, seen } = await ready(context);
    await relay(context, broker);
    const refused = conflict('test.refused', 'No.');
    await expect(context.database.transaction(async (tx) => {
      await outbox.add(tx, topic, [message('rolled back', 0)]);
      throw refused;
    })).rejects.toBe(refused);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const occurredAt = new Date('2026-11-22T10:00:00Z');
    const [eventId] = await continueTrace(traceparent, () => context.database.transaction((tx) =>
      outbox.add(tx, topic, [message('a', 1), message('a', 2)], { occurredAt, headers: { extra: 'yes', [HEADER.type]: 'forged' } })));
    await waitFor(() => distinct(seen) === 2);
    expect(firstAppearances(seen)).toEqual(new Map([['a', [1, 2]]]));
    expect(seen[0]!.headers).toEqual({
      [HEADER.eventId]: eventId, [HEADER.workspaceId]: TEST_WORKSPACE, [HEADER.traceparent]: traceparent,
      [HEADER.occurredAt]: occurredAt.toISOString(), [HEADER.type]: topic.name, extra: 'yes',
    });
  });

  it('sends what a long transaction wrote after later ones, and does not hold those up', async () => {
    const { broker, topic, seen } = await ready(context);
    const carrier = await relay(context, broker);
    let commit: () => void = () => undefined;
    const gate = new Promise<void>((open) => { commit = open; });
    let written = false;
    const long = context.database.transaction(async (tx) => {
      await outbox.add(tx, topic, [message('slow', 0)]);
      written = true;
      await gate;
    });
    await waitFor(() => written);
    for (let n = 0; n < 20; n += 1) await add(context, topic, message('quick', n));
    await waitFor(() => distinct(seen) === 20);
    commit();
    await long;
    await waitFor(() => distinct(seen) === 21);
    expect(firstAppearances(seen)).toEqual(new Map([['quick', upTo(20)], ['slow', [0]]]));
    await waitFor(async () => (await carrier.pending()).messages === 0);
  });

  it('loses nothing and keeps the order when the relay is killed in the middle of a batch', async () => {
    const { broker, topic, seen } = await ready(context);
    for (let n = 0; n < 400; n += 1) await add(context, topic, ...['a', 'b', 'c'].map((entity) => message(entity, n)));
    for (let kills = 1; kills <= 3; kills += 1) {
      const doomed = context.process({ role: 'relay', group: '', topic: topic.name });
      const before = seen.length;
      await waitFor(() => seen.length > before + 5, { timeoutMs: 30_000 });
      await doomed.kill();
    }
    await relay(context, broker);
    await waitFor(() => distinct(seen) === 1200, { timeoutMs: 30_000 });
    expect(firstAppearances(seen)).toEqual(new Map(['a', 'b', 'c'].map((entity) => [entity, upTo(400)])));
  });

  it('goes on where it was when the broker was away', async () => {
    const { broker, topic, seen } = await ready(context);
    const away: Pick<Broker, 'publish'> = { publish: () => Promise.reject(new Error('The broker is away.')) };
    const failing = new OutboxRelay({ database: context.database, broker: Object.assign(Object.create(broker) as Broker, away) });
    await failing.start();
    await add(context, topic, message('a', 0));
    await waitFor(async () => (await failing.pending()).messages === 1);
    await failing.stop();
    expect(seen).toEqual([]);
    await relay(context, broker);
    await waitFor(() => seen.length > 0);
  });

  it('keeps the order when several replicas run a relay', async () => {
    const { topic, seen } = await ready(context);
    for (let i = 0; i < 3; i += 1) await relay(context, await context.broker());
    for (let n = 0; n < 100; n += 1) await add(context, topic, message('a', n), message('b', n));
    await waitFor(() => distinct(seen) === 200);
    expect(firstAppearances(seen)).toEqual(new Map([['a', upTo(100)], ['b', upTo(100)]]));
  });

  it('carries messages of the greatest size, several at once', async () => {
    const { broker, topic, seen } = await ready(context);
    await relay(context, broker);
    const empty = topic.encode({ ...message('big', 0), filler: '' } as TestMessage).byteLength;
    const big = (n: number) => ({ ...message('big', n), filler: 'x'.repeat(MAX_PAYLOAD_BYTES - empty) });
    await add(context, topic, big(0), big(1), message('small', 0), big(2));
    await waitFor(() => distinct(seen) === 4, { timeoutMs: 30_000 });
    expect(firstAppearances(seen).get('big')).toEqual([0, 1, 2]);
  });

  it('refuses a message that no broker would take, naming its topic', async () => {
    const { topic } = await ready(context);
    const huge = { ...message('a', 1), filler: 'x'.repeat(1_000_000) };
    await expect(add(context, topic, huge)).rejects.toMatchObject({ kind: 'Invalid', code: 'messaging.too_large', field: topic.name });
  });
}
