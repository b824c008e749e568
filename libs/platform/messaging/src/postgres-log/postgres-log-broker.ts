import { randomUUID } from 'node:crypto';
import { retryable } from '@signalbox/kernel';
import { Database } from '@signalbox/platform-postgres';
import {
  type Broker, type MessagingLogger, type OutgoingRecord, silentLogger, type SubscribeOptions, type Subscription, type TopicLag, type TopicSpec,
} from '../broker.ts';
import { DEFAULT_PARTITIONS } from '../topic.ts';
import { CreateLog1760000000000 } from './migration.ts';
import { append } from './publish.ts';
import { removeOldRecords } from './retention.ts';
import { LogSubscription } from './subscription.ts';
import { WAKE_CHANNEL } from './wake-channel.ts';

export interface PostgresLogBrokerOptions {
  /** Address of the database the log lives in. */
  url: string;
  /** Default 'broker'. */
  schema?: string;
  /** Connections for publishing and reading; one more listens. Default 3. */
  poolSize?: number;
  logger?: MessagingLogger;
  /** A silent member loses its partitions after this, in milliseconds. Default 10 000. */
  leaseMs?: number;
  /** Longest time between two looks when no notification comes, in milliseconds. Default 2000. */
  pollMs?: number;
  /** Records done by every group are kept this long, in milliseconds. Default 24 hours. */
  retentionMs?: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const CLEAN_EVERY_MS = 10 * 60 * 1000;

/** The messaging port on a log in PostgreSQL: for the product in one process, without a broker to run. */
export class PostgresLogBroker implements Broker {
  private readonly database: Database;
  private readonly options: PostgresLogBrokerOptions;
  private readonly instance: string;
  private readonly logger: MessagingLogger;
  private readonly partitions = new Map<string, number>();
  private readonly subscriptions = new Set<LogSubscription>();
  private readonly cleaning: NodeJS.Timeout;
  private stopListening: () => Promise<void> = async () => undefined;
  private closing: Promise<void> | undefined;

  private constructor(database: Database, options: PostgresLogBrokerOptions, instance: string) {
    this.database = database;
    this.options = options;
    this.instance = instance;
    this.logger = options.logger ?? silentLogger;
    this.cleaning = setInterval(() => {
      this.removeOldRecords().catch((error: unknown) => this.logger.warn({ err: error }, 'Old records could not be removed; trying again later.'));
    }, CLEAN_EVERY_MS);
    this.cleaning.unref();
  }

  /** Connects and brings the log's tables up to date. */
  static async open(options: PostgresLogBrokerOptions): Promise<PostgresLogBroker> {
    const instance = `broker-${randomUUID()}`;
    const database = await Database.open({
      url: options.url,
      schema: options.schema ?? 'broker',
      poolSize: options.poolSize ?? 3,
      applicationName: instance,
      migrations: [CreateLog1760000000000],
      logger: options.logger,
    });
    try {
      await database.migrate();
      const broker = new PostgresLogBroker(database, options, instance);
      broker.stopListening = await database.listen(WAKE_CHANNEL, (payload) => broker.wake(payload));
      return broker;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    if (topics.length === 0) return;
    await this.database.transaction(async (tx) => {
      await tx.execute(`insert into topic select * from unnest($1::text[], $2::int[]) order by 1 on conflict do nothing`,
        [topics.map((t) => t.name), topics.map((t) => t.partitions ?? DEFAULT_PARTITIONS)]);
      await tx.execute(`insert into partition (topic, partition) select name, p from topic, generate_series(0, partitions - 1) as p
        where name = any($1) order by 1, 2 on conflict do nothing`, [topics.map((t) => t.name)]);
    });
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.knowPartitions(records.map((record) => record.topic));
    await this.database.transaction((tx) => append(tx, records, this.partitions));
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const topics = [...new Set(options.topics)];
    await this.knowPartitions(topics);
    await this.database.execute(`insert into group_partition (group_name, topic, partition, done_before)
      select $1, topic, partition, first_offset from partition where topic = any($2) order by 2, 3 on conflict do nothing`, [options.group, topics]);
    const subscription = new LogSubscription({
      ...options, topics, database: this.database, instance: this.instance, logger: this.logger,
      leaseMs: this.options.leaseMs ?? 10_000, pollMs: this.options.pollMs ?? 2000,
    });
    await subscription.start();
    this.subscriptions.add(subscription);
    return {
      stop: async () => {
        await subscription.stop();
        this.subscriptions.delete(subscription);
      },
    };
  }

  async lag(group: string, topics: readonly string[]): Promise<TopicLag[]> {
    const rows = await this.database.query<{ topic: string; lag: number }>(`
      select p.topic, sum(p.next_offset - coalesce(g.done_before, p.first_offset))::bigint as lag
      from partition p left join group_partition g on g.topic = p.topic and g.partition = p.partition and g.group_name = $1
      where p.topic = any($2) group by p.topic order by p.topic`, [group, topics]);
    return rows.map(({ topic, lag }) => ({ group, topic, lag }));
  }

  /** Removes what is past its retention now; it also happens by itself every ten minutes. Gives how many records went. */
  removeOldRecords(): Promise<number> {
    return removeOldRecords(this.database, this.options.retentionMs ?? DAY_MS);
  }

  /** Forgets a group that no longer exists, so that it does not keep records from being removed. */
  async forgetGroup(group: string): Promise<void> {
    await this.database.execute('delete from group_partition where group_name = $1', [group]);
  }

  ping(): Promise<void> {
    return this.database.ping();
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      clearInterval(this.cleaning);
      await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
      await this.stopListening();
      await this.database.close();
    })();
    return this.closing;
  }

  private wake(payload: string | undefined): void {
    for (const subscription of this.subscriptions) {
      if (payload === undefined || payload.startsWith('t:')) subscription.wakeForRecords(payload?.slice(2));
      if (payload === undefined || payload.startsWith('g:')) subscription.wakeForBalance(payload?.slice(2));
    }
  }

  private async knowPartitions(topics: readonly string[]): Promise<void> {
    const unknown = [...new Set(topics)].filter((topic) => !this.partitions.has(topic));
    if (unknown.length === 0) return;
    const rows = await this.database.query<{ name: string; partitions: number }>('select name, partitions from topic where name = any($1)', [unknown]);
    for (const row of rows) this.partitions.set(row.name, row.partitions);
    const missing = unknown.filter((topic) => !this.partitions.has(topic));
    if (missing.length > 0) throw unknownTopics(missing);
  }
}

/** Topics are made by `createTopics` (in a cluster: by a job), so one that is missing now may be there soon. */
export function unknownTopics(topics: string[]) {
  return retryable('messaging.unknown_topic', `There is no topic ${topics.join(', ')} yet. Create the topics first.`, 2000);
}
