import type { Broker } from '../broker.ts';
import { consume, type ConsumeOptions, consumeWithEffects, type ConsumeWithEffectsOptions } from '../inbox/consume.ts';
import { Outbox } from '../outbox/outbox.ts';
import { OutboxRelay } from '../outbox/relay.ts';
import { HEADER, type Topic } from '../topic.ts';
import type { SuiteContext } from './suite-context.ts';
import { type TestMessage, testTopic, unique } from './test-topic.ts';

const outbox = new Outbox();

/** A topic, its relay, and consumers of one group. */
export class Setting {
  readonly context: SuiteContext;
  readonly broker: Broker;
  readonly topic: Topic<TestMessage>;
  readonly group = unique('group');

  constructor(context: SuiteContext, broker: Broker, topic: Topic<TestMessage>) {
    this.context = context;
    this.broker = broker;
    this.topic = topic;
  }

  static async make(context: SuiteContext, { partitions = 4 } = {}): Promise<Setting> {
    const broker = await context.broker();
    const topic = { ...testTopic(unique('events')), partitions };
    await broker.createTopics([topic]);
    const relay = new OutboxRelay({ database: context.database, broker });
    await relay.start();
    context.after(() => relay.stop());
    return new Setting(context, broker, topic);
  }

  /** As an outbox would publish it, under an event id of our choice. */
  publish(eventId: string, one: TestMessage, headers: Record<string, string> = {}): Promise<void> {
    return this.broker.publish([{
      topic: this.topic.name, key: this.topic.key(one), value: this.topic.encode(one),
      headers: { [HEADER.eventId]: eventId, [HEADER.workspaceId]: one.workspaceId, ...headers },
    }]);
  }

  add(...messages: TestMessage[]): Promise<string[]> {
    return this.context.database.transaction((tx) => outbox.add(tx, this.topic, messages));
  }

  consume(options: Partial<ConsumeOptions<TestMessage>> = {}) {
    return consume<TestMessage>({
      database: this.context.database, broker: this.broker, group: this.group, topic: this.topic, backoffMs: 20,
      handle: ({ entity, n }, { tx }) => tx.execute('insert into effect (entity, n) values ($1, $2)', [entity, n]).then(() => undefined),
      ...options,
    });
  }

  consumeWithEffects(options: Pick<ConsumeWithEffectsOptions<TestMessage>, 'handle'> & Partial<ConsumeWithEffectsOptions<TestMessage>>) {
    return consumeWithEffects<TestMessage>({
      database: this.context.database, broker: this.broker, group: this.group, topic: this.topic, backoffMs: 20, ...options,
    });
  }
}
