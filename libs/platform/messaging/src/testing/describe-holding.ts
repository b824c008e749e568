import { authExpired, retryable } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import { silentLogger } from '../broker.ts';
import type { TransactionContext } from '../inbox/consume.ts';
import { countHeld, releaseHeld } from '../inbox/held.ts';
import { Setting } from './setting.ts';
import type { SuiteContext } from './suite-context.ts';
import { message, TEST_WORKSPACE, type TestMessage } from './test-topic.ts';

const of = (entity: string, effects: readonly string[]) => effects.filter((text) => text.startsWith(`${entity} `));

/** A handler that will not take messages of entity a until it is mended. */
function gate(error: () => Error) {
  const state = { mended: false, refused: 0 };
  const handle = async ({ entity, n }: TestMessage, { tx }: TransactionContext) => {
    if (entity === 'a' && !state.mended) {
      state.refused += 1;
      throw error();
    }
    await tx.execute('insert into effect (entity, n) values ($1, $2)', [entity, n]);
  };
  return { state, handle };
}

/** What a message waits for holds up its own key and no other; all of these run on one partition. */
export function describeHolding(context: SuiteContext): void {
  it('holds only the key whose message waits: others of its partition go on, and its later messages come after it, in order', async () => {
    const setting = await Setting.make(context, { partitions: 1 });
    const { state, handle } = gate(() => retryable('test.busy', 'Busy.', 1_000));
    await setting.consume({ handle });
    await setting.add(message('a', 1), message('b', 1), message('a', 2), message('b', 2), message('a', 3));
    await waitFor(async () => of('b', await context.effects()).length === 2);
    await waitFor(async () => (await countHeld(context.database))[0]?.messages === 3);
    expect(await countHeld(context.database)).toEqual([{ consumer: setting.group, messages: 3, keys: 1 }]);
    // Tried again from where it is held, and not before its time.
    await waitFor(() => state.refused >= 3);
    await setting.add(message('a', 4), message('b', 3));
    state.mended = true;
    await waitFor(async () => (await context.effects()).length === 7);
    expect(of('a', await context.effects())).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
    expect(of('b', await context.effects())).toEqual(['b 1', 'b 2', 'b 3']);
    await setting.add(message('a', 5));
    await waitFor(async () => of('a', await context.effects()).length === 5);
    expect(await countHeld(context.database)).toEqual([]);
  });

  it('holds what a person must mend, and tries it at once when it is released', async () => {
    const setting = await Setting.make(context, { partitions: 1 });
    const { state, handle } = gate(() => authExpired('test.signed_out', 'Sign in again.'));
    await setting.consumeWithEffects({ handle: async (one, effects) => { await effects.complete((tx) => handle(one, { ...effects, tx })); } });
    await setting.add(message('a', 1), message('b', 1), message('a', 2));
    await waitFor(async () => of('b', await context.effects()).length === 1);
    await waitFor(async () => (await countHeld(context.database))[0]?.messages === 2);
    expect(state.refused).toBe(1);
    state.mended = true;
    expect(await releaseHeld(context.database, TEST_WORKSPACE, setting.topic.name, 'w1/b')).toBe(0);
    expect(await releaseHeld(context.database, TEST_WORKSPACE, setting.topic.name, 'w1/a')).toBe(1);
    // Told of it: to look for what is due now and then would take longer.
    await waitFor(async () => (await context.effects()).length === 3, { timeoutMs: 2_500 });
    expect(await context.effects()).toEqual(['b 1', 'a 1', 'a 2']);
  });

  it.each(['the first attempt', 'a later one'])('does not let a message wait whose release came during %s', async (which) => {
    const setting = await Setting.make(context, { partitions: 1 });
    let attempts = 0;
    let fail = () => undefined as void;
    const last = which === 'the first attempt' ? 1 : 2;
    await setting.consume({
      handle: async ({ entity, n }, { tx }) => {
        attempts += 1;
        if (attempts < last) throw retryable('test.busy', 'Busy.', 1_000);
        if (attempts === last) {
          await new Promise<void>((resolve) => { fail = resolve; });
          throw authExpired('test.signed_out', 'Sign in again.');
        }
        await tx.execute('insert into effect (entity, n) values ($1, $2)', [entity, n]);
      },
    });
    await setting.add(message('a', 1));
    await waitFor(() => attempts === last);
    await releaseHeld(context.database, TEST_WORKSPACE, setting.topic.name, 'w1/a');
    fail();
    // By itself it would wait for half a minute.
    await waitFor(async () => (await context.effects()).length === 1, { timeoutMs: 5_000 });
    expect(attempts).toBe(last + 1);
  });

  it('goes on at its time after trouble with the database that was over by then', async () => {
    const setting = await Setting.make(context, { partitions: 1 });
    const { state, handle } = gate(() => retryable('test.busy', 'Busy.', 1_000));
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: unknown, text: string) => { warnings.push(text); } };
    await setting.consume({ handle, logger });
    await setting.add(message('a', 1));
    await waitFor(async () => (await countHeld(context.database))[0]?.messages === 1);
    state.mended = true;
    await context.database.execute('alter table held_messages rename to held_messages_out_of_reach');
    try {
      await waitFor(() => warnings.some((text) => text.startsWith('Held messages could not be looked for')));
    } finally {
      await context.database.execute('alter table held_messages_out_of_reach rename to held_messages');
    }
    await waitFor(async () => (await context.effects()).length === 1, { timeoutMs: 2_500 });
  });

  it('keeps held messages over a crash, once each and in order, though the log brings them again', async () => {
    const setting = await Setting.make(context, { partitions: 1 });
    const doomed = context.process({ role: 'refuse', group: setting.group, topic: setting.topic.name });
    await waitFor(() => doomed.lines.some((line) => line.started));
    for (const n of [1, 2]) await setting.publish(`a${n}`, message('a', n));
    await setting.publish('b1', message('b', 1));
    await waitFor(async () => (await context.effects()).length === 1, { timeoutMs: 30_000 });
    await doomed.kill();
    // As a log does whose offset was not noted in time.
    for (const n of [1, 2, 3]) await setting.publish(`a${n}`, message('a', n));
    await setting.consume();
    await setting.publish('a4', message('a', 4));
    await waitFor(async () => of('a', await context.effects()).length === 4, { timeoutMs: 30_000 });
    for (const n of [1, 2]) await setting.publish(`a${n}`, message('a', n));
    await setting.publish('b2', message('b', 2));
    await waitFor(async () => of('b', await context.effects()).length === 2);
    expect(of('a', await context.effects())).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
    expect(of('b', await context.effects())).toEqual(['b 1', 'b 2']);
    expect(await countHeld(context.database)).toEqual([]);
  });
}
