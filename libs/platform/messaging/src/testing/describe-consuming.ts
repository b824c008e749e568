import { fatal, invalid, retryable } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import type { ConsumeWithEffectsOptions } from '../inbox/consume.ts';
import { listParked, replayParked } from '../inbox/parked.ts';
import { removeDoneInboxRows } from '../inbox/retention.ts';
import { Outbox } from '../outbox/outbox.ts';
import { HEADER } from '../topic.ts';
import { describeHolding } from './describe-holding.ts';
import { Setting } from './setting.ts';
import type { SuiteContext } from './suite-context.ts';
import { message, TEST_WORKSPACE, type TestMessage, testTopic, unique } from './test-topic.ts';

const outbox = new Outbox();

export function describeConsuming(context: SuiteContext): void {
  describeExactlyOnce(context);
  describeEffects(context);
  describeHolding(context);
  describeParking(context);
}

function describeExactlyOnce(context: SuiteContext): void {
  it('takes effect once for an event that comes several times', async () => {
    const setting = await Setting.make(context);
    await setting.consume();
    for (let i = 0; i < 3; i += 1) await setting.publish('e1', message('a', 1));
    await setting.publish('e2', message('a', 2));
    await waitFor(async () => (await context.effects()).length === 2);
    expect(await context.effects()).toEqual(['a 1', 'a 2']);
  });

  it('takes effect exactly once for every event though consumers are killed again and again', async () => {
    const setting = await Setting.make(context);
    await setting.add(...Array.from({ length: 300 }, (_, n) => message(`e${n % 7}`, n)));
    for (let kills = 1; kills <= 3; kills += 1) {
      const doomed = context.process({ role: 'consume', group: setting.group, topic: setting.topic.name });
      await waitFor(() => doomed.lines.filter((line) => line.handled).length >= 10, { timeoutMs: 30_000 });
      await doomed.kill();
    }
    await setting.consume();
    await waitFor(async () => (await context.effects()).length >= 300, { timeoutMs: 30_000 });
    const effects = await context.effects();
    expect(effects).toHaveLength(300);
    expect(new Set(effects).size).toBe(300);
    for (let e = 0; e < 7; e += 1) {
      const own = effects.filter((text) => text.startsWith(`e${e} `)).map((text) => Number(text.split(' ')[1]));
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
  });

  it('undoes what a failed attempt wrote, and continues the trace of the message in what it sends', async () => {
    const setting = await Setting.make(context);
    const answers = testTopic(unique('answers'));
    await setting.broker.createTopics([answers]);
    const traces: string[] = [];
    await setting.broker.subscribe({ group: unique('group'), topics: [answers.name], handler: async ({ headers }) => { traces.push(headers[HEADER.traceparent]!); } });
    let attempts = 0;
    await setting.consume({
      handle: async ({ entity, n }, { tx, workspaceId, eventId }) => {
        expect({ workspaceId, eventId }).toEqual({ workspaceId: TEST_WORKSPACE, eventId: 'e1' });
        await tx.execute('insert into effect (entity, n) values ($1, $2)', [entity, n]);
        await outbox.add(tx, answers, [message('answer', n)]);
        attempts += 1;
        if (attempts < 3) throw fatal('test.broken', 'Broken.');
      },
    });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await setting.publish('e1', message('a', 1), { [HEADER.traceparent]: traceparent });
    await waitFor(() => traces.length > 0);
    expect(traces).toEqual([traceparent]);
    expect(await context.effects()).toEqual(['a 1']);
  });

  it('forgets what was done long ago, and only that', async () => {
    const setting = await Setting.make(context);
    await setting.consume();
    await setting.publish('old', message('a', 1));
    await setting.publish('new', message('a', 2));
    await waitFor(async () => (await context.effects()).length === 2);
    await context.database.execute(`update inbox set done_at = now() - interval '40 days' where event_id = 'old'`);
    expect(await removeDoneInboxRows(context.database, 30 * 24 * 3600 * 1000)).toBe(1);
    expect(await context.database.query('select event_id from inbox')).toEqual([{ event_id: 'new' }]);
  });
}

function describeEffects(context: SuiteContext): void {
  it('calls the handler again after a crash in the middle, and never for what it completed', async () => {
    const setting = await Setting.make(context);
    const doomed = context.process({ role: 'hang-in-effects', group: setting.group, topic: setting.topic.name });
    await waitFor(() => doomed.lines.some((line) => line.started));
    await setting.publish('e1', message('a', 1));
    await waitFor(() => doomed.lines.some((line) => line.begun), { timeoutMs: 30_000 });
    await doomed.kill();
    const calls: string[] = [];
    await setting.consumeWithEffects({
      handle: async ({ n }, ctx) => {
        calls.push(`${ctx.eventId} attempt ${ctx.attempt}`);
        await ctx.progress();
        await ctx.complete((tx) => tx.execute('insert into effect (entity, n) values ($1, $2)', ['done', n]));
      },
    });
    await waitFor(() => calls.length === 1, { timeoutMs: 30_000 });
    await setting.publish('e1', message('a', 1));
    await setting.publish('e2', message('a', 2));
    // A call is noted before its work is complete, so the work is what is waited for.
    await waitFor(async () => (await context.effects()).length === 2);
    expect(calls).toEqual(['e1 attempt 2', 'e2 attempt 1']);
    expect(await context.effects()).toEqual(['done 1', 'done 2']);
  });

  it('lets no second process begin a message while the first is at work on it', async () => {
    const setting = await Setting.make(context);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((open) => { release = open; });
    let begun = 0;
    const handle: ConsumeWithEffectsOptions<TestMessage>['handle'] = async (_, ctx) => {
      begun += 1;
      await gate;
      await ctx.complete(async () => undefined);
    };
    await setting.consumeWithEffects({ handle });
    await setting.publish('e1', message('a', 1));
    await waitFor(() => begun === 1);
    // The same event under the same consumer name from another topic partition: as after a rebalance that thought us dead.
    const again = testTopic(unique('again'));
    await setting.broker.createTopics([again]);
    const outcomes: string[] = [];
    await setting.consumeWithEffects({ handle, topic: again, onOutcome: ({ outcome }) => outcomes.push(outcome) });
    await setting.broker.publish([{ topic: again.name, key: 'k', value: again.encode(message('a', 1)), headers: { [HEADER.eventId]: 'e1', [HEADER.workspaceId]: TEST_WORKSPACE } }]);
    await waitFor(() => outcomes.includes('retried'));
    expect(begun).toBe(1);
    release();
    await waitFor(() => outcomes.includes('skipped'));
    expect(begun).toBe(1);
  });
}

function describeParking(context: SuiteContext): void {
  it('parks a message that fails every time, lets later ones of its key go on, and gives it back on request', async () => {
    const setting = await Setting.make(context);
    let mended = false;
    let attempts = 0;
    const bystander: string[] = [];
    await setting.consume({
      handle: async ({ entity, n }, { tx }) => {
        if (n === 1) attempts += 1;
        if (n === 1 && !mended) throw invalid('test.bad_field', 'The field is bad.');
        await tx.execute('insert into effect (entity, n) values ($1, $2)', [entity, n]);
      },
    });
    await setting.consume({ group: unique('bystander'), handle: async ({ n }, { eventId }) => { bystander.push(`${n} ${eventId}`); } });
    const [bad] = await setting.add(message('a', 1), message('a', 2));
    await waitFor(async () => (await context.effects()).length === 1);
    expect(await context.effects()).toEqual(['a 2']);
    expect(attempts).toBe(5);
    const parked = await listParked(context.database, { workspaceId: TEST_WORKSPACE, topic: setting.topic.name });
    expect(parked).toMatchObject([{
      consumer: setting.group, eventId: bad, key: 'w1/a', reasonCode: 'test.bad_field', reason: 'The field is bad.', attempts: 5, replayedAt: null,
    }]);
    expect(setting.topic.decode(parked[0]!.payload)).toEqual(message('a', 1));

    mended = true;
    expect(await replayParked(context.database, parked[0]!.id)).toBe(1);
    await waitFor(async () => (await context.effects()).length === 2);
    expect(await listParked(context.database)).toEqual([]);
    await expect(replayParked(context.database, parked[0]!.id)).rejects.toMatchObject({ kind: 'NotFound' });
    await setting.add(message('a', 3));
    await waitFor(() => bystander.length >= 3);
    // Handled in its transaction: once each, and not a second time for the replay.
    expect(bystander.map((text) => text.split(' ')[0])).toEqual(['1', '2', '3']);
  });

  it('parks again what still fails after a replay of all', async () => {
    const setting = await Setting.make(context);
    await setting.consume({ maxAttempts: 2, handle: async () => { throw fatal('test.broken', 'Broken.'); } });
    await setting.add(message('a', 1), message('b', 1));
    await waitFor(async () => (await listParked(context.database)).length === 2);
    expect(await replayParked(context.database, { consumer: setting.group, reasonCode: 'test.broken' })).toBe(2);
    await waitFor(async () => (await listParked(context.database)).length === 2);
    expect(await listParked(context.database, { includeReplayed: true })).toHaveLength(4);
  });

  it('never parks a message for which the outside asks for patience', async () => {
    const setting = await Setting.make(context);
    let attempts = 0;
    await setting.consume({
      maxAttempts: 2,
      handle: async () => {
        attempts += 1;
        if (attempts <= 5) throw retryable('test.busy', 'Busy.', 10);
      },
    });
    await setting.add(message('a', 1));
    await waitFor(() => attempts === 6);
    expect(await listParked(context.database)).toEqual([]);
  });

  it('parks bytes that are no message, and an envelope that names another workspace', async () => {
    const setting = await Setting.make(context);
    await setting.consume({ maxAttempts: 2 });
    await setting.broker.publish([{ topic: setting.topic.name, key: 'k', value: Uint8Array.of(1, 2, 3), headers: { [HEADER.workspaceId]: 'w9' } }]);
    await setting.publish('e1', message('a', 1), { [HEADER.workspaceId]: 'w2' });
    const parked = await waitFor(async () => {
      const list = await listParked(context.database);
      return list.length === 2 ? list : undefined;
    });
    expect(parked.map((one) => `${one.workspaceId} ${one.reasonCode}`).sort()).toEqual(['w2 messaging.workspace_mismatch', 'w9 messaging.undecodable']);
    expect(await context.effects()).toEqual([]);
  });

  it('parks a message during which the process keeps dying', async () => {
    const setting = await Setting.make(context);
    await setting.publish('e1', message('a', 1));
    for (let deaths = 1; deaths <= 2; deaths += 1) {
      const doomed = context.process({ role: 'hang', group: setting.group, topic: setting.topic.name });
      await waitFor(() => doomed.lines.some((line) => line.begun), { timeoutMs: 30_000 });
      await doomed.kill();
    }
    await setting.consume({ maxDeaths: 2 });
    await waitFor(async () => (await listParked(context.database)).length === 1, { timeoutMs: 30_000 });
    expect(await listParked(context.database)).toMatchObject([{ reasonCode: 'messaging.process_died', eventId: 'e1', attempts: 2 }]);
    expect(await context.effects()).toEqual([]);
  });
}
