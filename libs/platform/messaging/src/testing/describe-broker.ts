import { retryable } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import type { Broker, BrokerRecord, OutgoingRecord, SubscribeOptions, Subscription } from '../broker.ts';
import { describeConsuming } from './describe-consuming.ts';
import { describeOutbox } from './describe-outbox.ts';
import type { BrokerDescription } from './open-broker.ts';
import { SuiteContext } from './suite-context.ts';
import { unique } from './test-topic.ts';

/** What every broker adapter must do, and what outbox, inbox and parking must do on it. `describeIt` gets the suite's database. */
export function describeBroker(name: string, describeIt: (databaseUrl: string) => Promise<BrokerDescription>): void {
  describe(`messaging on ${name}`, () => {
    const context = new SuiteContext();
    beforeAll(() => context.begin(describeIt), 300_000);
    afterAll(() => context.end());
    afterEach(() => context.endTest());

    describe('the broker', () => {
      describeOrder(context);
      describeWaiting(context);
      describeGroups(context);
    });
    describe('the outbox', () => describeOutbox(context));
    describe('consuming', () => describeConsuming(context));
  });
}

const KEYS = 12;

const outgoing = (topic: string, key: string, n: number, headers = {}): OutgoingRecord =>
  ({ topic, key, value: new TextEncoder().encode(String(n)), headers });
const textOf = (record: BrokerRecord) => `${record.key}:${new TextDecoder().decode(record.value)}`;
const many = (topic: string, from: number, to: number) => Array.from({ length: to - from }, (_, i) => outgoing(topic, `k${(from + i) % KEYS}`, from + i));
const expected = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `k${(from + i) % KEYS}:${from + i}`).sort();

/** By first appearance: a broker may bring a record again at any time (a rebalance is enough). */
const once = (seen: string[]) => [...new Set(seen)];

/** True when the first appearances of each key's records come in order. */
function inOrder(seen: string[]): boolean {
  const last = new Map<string, number>();
  for (const text of once(seen)) {
    const [key, n] = text.split(':') as [string, string];
    if ((last.get(key) ?? -1) > Number(n)) return false;
    last.set(key, Number(n));
  }
  return true;
}

async function ready(context: SuiteContext, partitions = 4): Promise<{ broker: Broker; topic: string; group: string }> {
  const broker = await context.broker();
  const topic = unique('topic');
  await broker.createTopics([{ name: topic, partitions }]);
  return { broker, topic, group: unique('group') };
}

async function reader(broker: Broker, options: Omit<SubscribeOptions, 'handler'>, handler?: SubscribeOptions['handler']): Promise<{ seen: string[]; stop: Subscription['stop'] }> {
  const seen: string[] = [];
  const subscription = await broker.subscribe({
    ...options,
    handler: async (record) => {
      await handler?.(record);
      seen.push(textOf(record));
    },
  });
  return { seen, stop: () => subscription.stop() };
}

function describeOrder(context: SuiteContext): void {
  it('keeps the order of each key, whatever the number of partitions and hands', async () => {
    const { broker, topic, group } = await ready(context);
    await broker.publish(many(topic, 0, 300));
    const { seen } = await reader(broker, { group, topics: [topic], concurrency: 4 });
    for (let from = 300; from < 600; from += 50) await broker.publish(many(topic, from, from + 50));
    await waitFor(() => new Set(seen).size === 600);
    expect(once(seen).sort()).toEqual(expected(0, 600));
    expect(inOrder(seen)).toBe(true);
  });

  it('gives every record of ten processes that publish at the same time', async () => {
    const { broker, topic, group } = await ready(context);
    const publishers = await Promise.all(Array.from({ length: 10 }, () => context.broker()));
    const { seen } = await reader(broker, { group, topics: [topic] });
    await Promise.all(publishers.map(async (publisher, p) => {
      for (let n = 0; n < 10; n += 1) await publisher.publish([outgoing(topic, `p${p}`, n), outgoing(topic, 'shared', p * 100 + n)]);
    }));
    await waitFor(() => new Set(seen).size === 200);
    expect(inOrder(seen.filter((text) => text.startsWith('p')))).toBe(true);
  });

  it('carries bytes and headers, the trace among them, as they are', async () => {
    const { broker, topic, group } = await ready(context);
    const value = Uint8Array.from({ length: 256 }, (_, i) => i);
    const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'event-id': 'é 1', empty: '' };
    const seen: BrokerRecord[] = [];
    await broker.subscribe({ group, topics: [topic], handler: async (record) => { seen.push(record); } });
    await broker.publish([{ topic, key: 'ws/ü', value, headers }]);
    await waitFor(() => seen.length > 0);
    expect(seen[0]).toMatchObject({ topic, key: 'ws/ü', headers });
    expect(Buffer.from(seen[0]!.value).equals(Buffer.from(value))).toBe(true);
  });

  it('creates topics once when many ask, and says which topic is missing', async () => {
    const brokers = await Promise.all([context.broker(), context.broker(), context.broker()]);
    const topic = unique('topic');
    await Promise.all(brokers.map((broker) => broker.createTopics([{ name: topic, partitions: 3 }])));
    await brokers[0]!.createTopics([{ name: topic, partitions: 7 }]);
    await brokers[0]!.publish([outgoing(topic, 'k', 1)]);
    const subscribing = brokers[0]!.subscribe({ group: 'g', topics: [unique('nowhere')], handler: async () => undefined });
    await expect(subscribing).rejects.toMatchObject({ kind: 'Retryable', code: 'messaging.unknown_topic' });
  });
}

function describeWaiting(context: SuiteContext): void {
  it.each([1, 8])('works on several keys at the same time, whether they share a partition or not (%i)', async (partitions) => {
    const { broker, topic, group } = await ready(context, partitions);
    const atWork = new Set<string>();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((open) => { release = open; });
    await reader(broker, { group, topics: [topic], concurrency: 3 }, async (record) => {
      atWork.add(record.key);
      await gate;
    });
    await broker.publish(many(topic, 0, 60));
    await waitFor(() => atWork.size === 3);
    release();
  });

  it('waits on a key for as long as the handler asks, while the others go on, those of its partition too', async () => {
    const { broker, topic, group } = await ready(context, 1);
    const attempts: number[] = [];
    const { seen } = await reader(broker, { group, topics: [topic], concurrency: 1 }, async (record) => {
      if (textOf(record) !== 'k0:0' || attempts.push(Date.now()) > 2) return;
      throw retryable('test.later', 'Later.', 700);
    });
    await broker.publish(many(topic, 0, 120));
    await waitFor(() => new Set(seen).size === 120);
    expect(attempts.length).toBeGreaterThanOrEqual(3);
    expect(attempts[2]! - attempts[0]!).toBeGreaterThanOrEqual(1390);
    const own = seen.filter((text) => text.startsWith('k0:'));
    expect(own[0]).toBe('k0:0');
    expect(seen.indexOf('k0:0')).toBeGreaterThan(20); // other keys were handled during the wait
    expect(inOrder(seen)).toBe(true);
  });

  it('brings a record again after any other error, and loses none', async () => {
    const { broker, topic, group } = await ready(context);
    let failures = 0;
    const { seen } = await reader(broker, { group, topics: [topic] }, async () => {
      failures += 1;
      if (failures <= 2) throw new Error('unforeseen');
    });
    await broker.publish(many(topic, 0, 40));
    await waitFor(() => new Set(seen).size === 40);
    expect(once(seen).sort()).toEqual(expected(0, 40));
  });

  it('finishes the work in flight when it stops, and the next one goes on from there', async () => {
    const { broker, topic, group } = await ready(context, 1);
    await broker.publish(many(topic, 0, 10));
    let release: () => void = () => undefined;
    const gate = new Promise<void>((open) => { release = open; });
    let begun = false;
    const first = await reader(broker, { group, topics: [topic], concurrency: 1 }, async () => { begun = true; await gate; });
    await waitFor(() => begun);
    const stopping = first.stop().then(() => 'stopped');
    expect(await Promise.race([stopping, new Promise((resolve) => setTimeout(() => resolve('still at work'), 300))])).toBe('still at work');
    release();
    await stopping;
    expect(once(first.seen)).toEqual(['k0:0']);
    const second = await reader(broker, { group, topics: [topic] });
    await waitFor(() => new Set(second.seen).size === 9);
    expect(once(second.seen)).toEqual(['k1:1', 'k2:2', 'k3:3', 'k4:4', 'k5:5', 'k6:6', 'k7:7', 'k8:8', 'k9:9']);
    await waitFor(async () => (await broker.lag(group, [topic]))[0]!.lag === 0);
  });
}

function describeGroups(context: SuiteContext): void {
  it('shows every group every record, the old ones too, and tells the lag of each', async () => {
    const { broker, topic, group } = await ready(context);
    await broker.publish(many(topic, 0, 30));
    expect(await broker.lag(group, [topic])).toEqual([{ group, topic, lag: 30 }]);
    const one = await reader(broker, { group, topics: [topic] });
    const two = await reader(broker, { group: unique('group'), topics: [topic] });
    await waitFor(() => new Set(one.seen).size === 30 && new Set(two.seen).size === 30);
    await waitFor(async () => (await broker.lag(group, [topic]))[0]!.lag === 0);
  });

  it('shares the partitions of a group between its members, and deals them anew when one joins or leaves', async () => {
    const { broker, topic, group } = await ready(context);
    const other = await context.broker();
    const first = await reader(broker, { group, topics: [topic] });
    await broker.publish(many(topic, 0, 48));
    await waitFor(() => new Set(first.seen).size === 48);

    const second = await reader(other, { group, topics: [topic] });
    let n = 48;
    await waitFor(async () => {
      await broker.publish(many(topic, n, n += 24));
      return second.seen.length > 0;
    }, { everyMs: 200 });
    const all = () => [...first.seen, ...second.seen];
    await waitFor(() => new Set(all()).size === n);

    await first.stop();
    await broker.publish(many(topic, n, n += 24));
    await waitFor(() => new Set(all()).size === n);
    expect([...new Set(all())].sort()).toEqual(expected(0, n));
    expect(inOrder(first.seen)).toBe(true);
    expect(inOrder(second.seen)).toBe(true);
  });

  it('gives the record a killed process had in its hands to another', async () => {
    const { broker, topic, group } = await ready(context, 1);
    const doomed = context.process({ role: 'hang', group, topic });
    await waitFor(() => doomed.lines.some((line) => line.started));
    await broker.publish([{ ...outgoing(topic, 'k', 0), value: new TextEncoder().encode('{"workspaceId":"w1","entity":"k","n":0}'), headers: { 'workspace-id': 'w1' } }]);
    await waitFor(() => doomed.lines.some((line) => line.begun));
    await doomed.kill();
    const survivor = await reader(broker, { group, topics: [topic] });
    await waitFor(() => survivor.seen.length > 0, { timeoutMs: 30_000 });
  });
}
