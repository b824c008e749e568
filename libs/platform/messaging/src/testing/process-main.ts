/** A process of its own for the contract suite to kill: a consumer or a relay on the broker and database it is told. */
import { retryable } from '@signalbox/kernel';
import { Database } from '@signalbox/platform-postgres';
import { consume, consumeWithEffects } from '../inbox/consume.ts';
import { OutboxRelay } from '../outbox/relay.ts';
import { type BrokerDescription, openBroker } from './open-broker.ts';
import { testTopic } from './test-topic.ts';

export interface ProcessTask {
  /** consume: writes each message to `effect`; hang: begins one and never ends; refuse: has those of entity a wait, writes others; relay: carries the outbox. */
  role: 'consume' | 'refuse' | 'hang' | 'hang-in-effects' | 'relay';
  broker: BrokerDescription;
  databaseUrl: string;
  schema: string;
  group: string;
  topic: string;
}

const task = JSON.parse(process.argv[2]!) as ProcessTask;
const say = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);
const [broker, database] = await Promise.all([
  openBroker(task.broker), Database.open({ url: task.databaseUrl, schema: task.schema, applicationName: task.role }),
]);
const common = { broker, database, group: task.group, topic: testTopic(task.topic) };

if (task.role === 'relay') {
  await new OutboxRelay({ database, broker, batchSize: 20 }).start();
} else if (task.role === 'consume' || task.role === 'refuse') {
  await consume({
    ...common,
    handle: async ({ entity, n }, { tx }) => {
      if (task.role === 'refuse' && entity === 'a') throw retryable('test.busy', 'Busy.', 1_500);
      await tx.query('insert into effect (entity, n) values ($1, $2)', [entity, n]);
      say({ handled: `${entity} ${n}` });
    },
  });
} else {
  const hang = async ({ entity, n }: { entity: string; n: number }) => {
    say({ begun: `${entity} ${n}` });
    await new Promise(() => undefined);
  };
  if (task.role === 'hang') await consume({ ...common, handle: hang });
  else await consumeWithEffects({ ...common, handle: hang });
}
say({ started: true });
