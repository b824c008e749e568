import { TOPICS } from '@signalbox/contracts';
import { fatal } from '@signalbox/kernel';
import { countHeld, KafkaBroker, OutboxRelay, PostgresLogBroker, type Broker } from '@signalbox/platform-messaging';
import { Database, type MigrationClass } from '@signalbox/platform-postgres';
import { Gauge, type Logger } from '@signalbox/platform-telemetry';
import type { SharedParts } from './host.ts';
import type { CommonConfig } from './settings.ts';

export interface DatabaseParts {
  /** The schema that belongs to the service: its name, with _ for -. */
  schema: string;
  migrations: MigrationClass[];
}

/** How long a service goes on trying to reach its database or broker at start, in milliseconds. */
const RETRY_FOR_MS = 30_000;
const RELAY_PENDING_LIMIT_MS = 5 * 60_000;

/** The service's database, migrated when the configuration says so; it is closed with the service, and readiness asks it. */
export async function openDatabase(shared: SharedParts, config: CommonConfig, parts: DatabaseParts): Promise<Database> {
  const database = await connect(config, parts, shared.logger);
  shared.lifecycle.add({ name: 'database', stop: () => database.close() });
  shared.readiness.add('database', () => database.ping());
  if (config.migrateOnStart) await database.migrate();
  return database;
}

/** Runs the migrations that have not run and closes the database again: what `main.ts migrate` does. */
export async function migrateDatabase(config: CommonConfig, parts: DatabaseParts): Promise<string[]> {
  const database = await connect(config, parts);
  try {
    return await database.migrate();
  } finally {
    await database.close();
  }
}

function connect(config: CommonConfig, parts: DatabaseParts, logger?: Logger): Promise<Database> {
  return Database.open({ url: config.databaseUrl, poolSize: config.databasePoolSize, retryForMs: RETRY_FOR_MS, logger, ...parts });
}

/** The broker that the configuration names, closed with the service; the topics are made too when the configuration says so. */
export async function openBroker(shared: SharedParts, config: CommonConfig): Promise<Broker> {
  const broker = await connectBroker(config, shared.logger);
  shared.lifecycle.add({ name: 'broker', stop: () => broker.close() });
  shared.readiness.add('broker', () => broker.ping());
  if (config.migrateOnStart) await broker.createTopics(Object.values(TOPICS));
  return broker;
}

/** A broker on its own, for jobs that only make the topics. */
export async function connectBroker(config: CommonConfig, logger?: Logger): Promise<Broker> {
  if (config.broker === 'postgres') {
    if (!config.brokerDatabaseUrl) throw fatal('config.invalid', 'SIGNALBOX_BROKER_DATABASE_URL is missing: the broker postgres needs it.');
    return PostgresLogBroker.open({ url: config.brokerDatabaseUrl, logger });
  }
  const brokers = config.kafkaBrokers.split(',').map((b) => b.trim()).filter(Boolean);
  if (brokers.length === 0) throw fatal('config.invalid', 'SIGNALBOX_KAFKA_BROKERS is missing: the broker kafka needs it, as host:port.');
  return KafkaBroker.open({ brokers, topicPrefix: config.topicPrefix, logger });
}

/** Messages that wait outside the log: they count as handled there, so its lag does not show them. Asked of the database when somebody scrapes. */
function addHeldGauge(shared: SharedParts, database: Database): void {
  new Gauge({
    name: `signalbox_${database.schema}_held_messages`, help: 'Messages put aside until their time, by consumer.', labelNames: ['consumer'] as const, registers: [shared.metrics],
    async collect() {
      this.reset();
      try {
        for (const { consumer, messages } of await countHeld(database)) this.set({ consumer }, messages);
      } catch (error) {
        // The other metrics are wanted most when the database is away; that this one cannot be known shows as its absence.
        shared.logger.warn({ err: error }, 'Held messages could not be counted.');
      }
    },
  });
}

/** Adds the relay that carries the service's outbox to the broker, and the gauge of held messages. Add it after the broker, so that it stops first. */
export function addOutboxRelay(shared: SharedParts, database: Database, broker: Broker): void {
  addHeldGauge(shared, database);
  const relay = new OutboxRelay({ database, broker, logger: shared.logger });
  shared.lifecycle.add({ name: 'outbox relay', start: () => relay.start(), stop: () => relay.stop() });
  shared.readiness.add('outbox', async () => {
    const { messages, oldestMs } = await relay.pending();
    if (oldestMs > RELAY_PENDING_LIMIT_MS) throw new Error(`${messages} events have been waiting for the broker for ${Math.round(oldestMs / 1000)} s.`);
  });
}
