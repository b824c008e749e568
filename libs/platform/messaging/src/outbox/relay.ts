import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import { type Broker, type Headers, type MessagingLogger, silentLogger } from '../broker.ts';
import { removeDoneInboxRows } from '../inbox/retention.ts';
import { WakeUp } from '../wake-up.ts';
import { outboxChannel } from './outbox.ts';

export interface OutboxRelayOptions {
  database: Database;
  broker: Broker;
  /** Messages published at once. Default 500. */
  batchSize?: number;
  /** Longest time between two looks when no notification comes, in milliseconds. Default 1000. */
  pollMs?: number;
  /** How long the inbox remembers what was done, in milliseconds; longer than any broker keeps a record. Default 30 days. */
  inboxRetentionMs?: number;
  logger?: MessagingLogger;
}

interface OutboxRow {
  id: number;
  topic: string;
  key: string;
  payload: Buffer;
  headers: Headers;
}

const AFTER_PROBLEM = { initialMs: 200, maximumMs: 15_000, factor: 2, jitter: 0.3 };
const CLEAN_EVERY_MS = 60 * 60 * 1000;
const INBOX_RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Carries a service's outbox to the broker. Every replica runs one; one at a time is active per schema. Rows are published in the
 * order of their ids and deleted in the transaction that read them, so a death in the middle means that some are published
 * again, in the same order, and never that one is lost. The first appearance of every event is in order, whoever sends it.
 */
export class OutboxRelay {
  private readonly options: OutboxRelayOptions;
  private readonly logger: MessagingLogger;
  private readonly wake = new WakeUp();
  private readonly stopped = new AbortController();
  private running: Promise<void> | undefined;
  private stopListening: () => Promise<void> = async () => undefined;
  private cleaning: NodeJS.Timeout | undefined;

  constructor(options: OutboxRelayOptions) {
    this.options = options;
    this.logger = options.logger ?? silentLogger;
  }

  async start(): Promise<void> {
    const { database } = this.options;
    this.stopListening = await database.listen(outboxChannel(database.schema), () => this.wake.signal());
    this.cleaning = setInterval(() => void this.clean(), CLEAN_EVERY_MS);
    this.cleaning.unref();
    this.running = this.run();
  }

  /** Finishes the batch under way. What is left in the outbox is sent after the next start. */
  async stop(): Promise<void> {
    this.stopped.abort();
    this.wake.signal();
    clearInterval(this.cleaning);
    await this.running;
    await this.stopListening();
  }

  /** Messages not yet published, and the age of the oldest in milliseconds: for metrics and readiness. */
  async pending(): Promise<{ messages: number; oldestMs: number }> {
    const [row] = await this.options.database.query<{ messages: number; oldest_ms: number }>(
      `select count(*) as messages, coalesce(extract(epoch from now() - min(added_at)) * 1000, 0)::float8 as oldest_ms from outbox`);
    return { messages: row!.messages, oldestMs: row!.oldest_ms };
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopped.signal.aborted) {
      try {
        const sent = await this.sendBatch();
        failures = 0;
        if (sent < this.batchSize) await this.wake.wait(this.options.pollMs ?? 1000);
      } catch (error) {
        failures += 1;
        this.logger.warn({ schema: this.options.database.schema, failures, err: error }, 'The outbox could not be carried to the broker; trying again.');
        await pause(backoffMs(AFTER_PROBLEM, failures, Math.random()), undefined, { signal: this.stopped.signal }).catch(() => undefined); // woken by stop
      }
    }
  }

  /** Gives how many messages were sent; 0 as well when another replica is the active one. */
  private sendBatch(): Promise<number> {
    const { database, broker } = this.options;
    return database.transaction(async (tx) => {
      const [lock] = await tx.query<{ taken: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as taken', [outboxChannel(database.schema)]);
      if (!lock!.taken) return 0;
      const rows = await tx.query<OutboxRow>('select id, topic, key, payload, headers from outbox order by id limit $1', [this.batchSize]);
      if (rows.length === 0) return 0;
      await broker.publish(rows.map(({ topic, key, payload, headers }) => ({ topic, key, value: payload, headers })));
      await tx.execute('delete from outbox where id = any($1)', [rows.map((row) => row.id)]);
      return rows.length;
    });
  }

  private get batchSize(): number {
    return this.options.batchSize ?? 500;
  }

  private async clean(): Promise<void> {
    try {
      await removeDoneInboxRows(this.options.database, this.options.inboxRetentionMs ?? INBOX_RETENTION_MS);
    } catch (error) {
      this.logger.warn({ schema: this.options.database.schema, err: error }, 'Old inbox rows could not be removed; trying again later.');
    }
  }
}
