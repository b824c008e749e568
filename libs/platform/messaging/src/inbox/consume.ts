import { asSignalboxError, backoffMs, conflict, fatal, invalid, isSignalboxError, retryable, type SignalboxError } from '@signalbox/kernel';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import { type Broker, type BrokerRecord, type Headers, type MessagingLogger, silentLogger, type Subscription } from '../broker.ts';
import { HEADER, type Topic } from '../topic.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { continueTrace } from '../trace.ts';
import { type Attempt, begin, complete, fail, type InboxKey, madeProgress, park, type ParkReason } from './attempts.ts';
import { hold, holdBehind } from './held.ts';
import { HeldDriver } from './held-driver.ts';

export interface MessageContext {
  workspaceId: string;
  eventId: string;
  headers: Headers;
  /** Place in the log, for messages to people; not an identity. */
  record: BrokerRecord;
}

export interface TransactionContext extends MessageContext {
  tx: Transaction;
}

export interface EffectContext extends MessageContext {
  /** Which attempt this is, from 1. */
  attempt: number;
  /** Aborted when another process may begin the message because ours lost the database: start nothing new outside. */
  signal: AbortSignal;
  /**
   * Runs `work` in a transaction that also notes the message as done. Conflict `messaging.taken_over` when another process has
   * begun the message meanwhile (ours was thought dead): undo nothing, just let the error out.
   */
  complete<R>(work: (tx: Transaction) => Promise<R>): Promise<R>;
  /** Says that a long message moves on, so that process deaths so far do not count against it. */
  progress(): Promise<void>;
}

export interface Outcome {
  topic: string;
  group: string;
  /** `held`: put aside with its key, so that the partition can go on; it is tried again from there. */
  outcome: 'done' | 'skipped' | 'retried' | 'parked' | 'held';
  seconds: number;
}

interface CommonOptions<T> {
  /** The service's database, with the tables of `messagingMigrations`. */
  database: Database;
  broker: Broker;
  /** Who consumes, as `<service>.<purpose>`; also the name under which the inbox and parked messages know it. */
  group: string;
  topic: Topic<T>;
  /** Partitions worked on at the same time. Default 4. */
  concurrency?: number;
  /** A message whose handling fails for good is parked at this attempt. Default 5. */
  maxAttempts?: number;
  /** A message during which the process died this often is parked. Default 20: restarts have other reasons than the message, too. */
  maxDeaths?: number;
  /** First wait after a failure that will come again, in milliseconds; it doubles. Default 200. */
  backoffMs?: number;
  logger?: MessagingLogger;
  /** For metrics. */
  onOutcome?: (outcome: Outcome) => void;
}

export interface ConsumeOptions<T> extends CommonOptions<T> {
  /** Everything it does through `context.tx` takes effect exactly once per event. It may be run again, so it does nothing else. */
  handle(message: T, context: TransactionContext): Promise<void>;
}

export interface ConsumeWithEffectsOptions<T> extends CommonOptions<T> {
  /** Runs in a transaction of its own before each attempt, e.g. to note an intent. */
  before?(message: T, context: TransactionContext): Promise<void>;
  /**
   * Does work outside the database, then calls `context.complete` (which is done for it with nothing to store when it does
   * not). After a crash it is called again for the same message, so it must be able to find out what it had done.
   */
  handle(message: T, context: EffectContext): Promise<void>;
}

/** Consumes a topic with exactly-once effect: the inbox row and the handler's work are one transaction. */
export function consume<T>(options: ConsumeOptions<T>): Promise<Subscription> {
  const work: Work<T> = (message, context, attempt) => options.database.transaction(async (tx) => {
    if (!await complete(tx, attempt)) throw takenOver(attempt);
    await options.handle(message, { ...context, tx });
  });
  return new Consumer(options, work, false).subscribe();
}

/**
 * Consumes a topic whose handler calls others' systems and then notes the end together with what it learnt. While a process is at
 * work on a message it holds a lock on it, so that even a process wrongly thought dead is never overtaken by another.
 */
export function consumeWithEffects<T>(options: ConsumeWithEffectsOptions<T>): Promise<Subscription> {
  const { database, before, handle } = options;
  const work: Work<T> = async (message, context, attempt, signal) => {
    if (before) await database.transaction((tx) => before.call(options, message, { ...context, tx }));
    let completed = false;
    const finish = <R>(inside: (tx: Transaction) => Promise<R>) => database.transaction(async (tx) => {
      if (!await complete(tx, attempt)) throw takenOver(attempt);
      return inside(tx);
    });
    await handle.call(options, message, {
      ...context,
      attempt: attempt.number,
      signal,
      progress: () => madeProgress(database, attempt),
      complete: async (inside) => {
        const result = await finish(inside);
        completed = true;
        return result;
      },
    });
    if (!completed) await finish(async () => undefined);
  };
  return new Consumer(options, work, true).subscribe();
}

const takenOver = (attempt: Attempt) => conflict('messaging.taken_over',
  `The message ${attempt.eventId} was begun again elsewhere while attempt ${attempt.number} was still at work.`);

/** The errors by which the outside asks for patience: they never park a message. */
const MAY_PASS = new Set(['Retryable', 'AuthExpired']);
const AUTH_RETRY_MS = 30_000;

const BUSY_RETRY_MS = 500;
/** A wait that is shorter is spent in the partition, once: holding costs more than that. */
const HOLD_FROM_MS = 1_000;
const DEFAULT_CONCURRENCY = 4;
const NEVER = new AbortController().signal;

type End = Exclude<Outcome['outcome'], 'retried'>;
type Work<T> = (message: T, context: MessageContext, attempt: Attempt, signal: AbortSignal) => Promise<void>;

class Consumer<T> {
  private readonly options: CommonOptions<T>;
  private readonly work: Work<T>;
  private readonly exclusive: boolean;
  private readonly logger: MessagingLogger;
  private readonly held: HeldDriver;

  constructor(options: CommonOptions<T>, work: Work<T>, exclusive: boolean) {
    this.options = options;
    this.work = work;
    this.exclusive = exclusive;
    this.logger = options.logger ?? silentLogger;
    const { database, group, topic, concurrency } = options;
    this.held = new HeldDriver({
      database, group, topic: topic.name, concurrency: concurrency ?? DEFAULT_CONCURRENCY, logger: this.logger, handler: (record) => this.receive(record, true),
    });
  }

  async subscribe(): Promise<Subscription> {
    const { broker, group, topic, concurrency } = this.options;
    const subscription = await broker.subscribe({
      group, topics: [topic.name], concurrency, handler: (record) => this.receive(record, false), onStop: () => this.held.stop(),
    });
    await this.held.start();
    return subscription;
  }

  private async receive(record: BrokerRecord, wasHeld: boolean): Promise<void> {
    const replayFor = record.headers[HEADER.replayFor];
    if (replayFor !== undefined && replayFor !== this.options.group) return;
    const begun = process.hrtime.bigint();
    const report = (outcome: Outcome['outcome']) => this.options.onOutcome?.({
      topic: record.topic, group: this.options.group, outcome, seconds: Number(process.hrtime.bigint() - begun) / 1e9,
    });
    try {
      report(await continueTrace(record.headers[HEADER.traceparent], () => this.take(record, wasHeld)));
    } catch (error) {
      report('retried');
      throw error;
    }
  }

  private async take(record: BrokerRecord, wasHeld: boolean): Promise<End> {
    const { database, group } = this.options;
    const key: InboxKey = {
      // A record that did not come from an outbox still has a place of its own, which serves as its id.
      workspaceId: record.headers[HEADER.workspaceId] ?? '',
      eventId: record.headers[HEADER.eventId] ?? `${record.topic}/${record.partition}/${record.offset}`,
      consumer: group,
    };
    if (!this.exclusive) return this.attempt(record, key, wasHeld, NEVER);
    const name = `consume ${group} ${key.workspaceId} ${key.eventId}`;
    const taken = await database.tryAdvisoryLock(name, ({ signal }) => this.attempt(record, key, wasHeld, signal));
    if (!taken) throw retryable('messaging.in_progress', 'Another process is at work on this message.', BUSY_RETRY_MS);
    return taken.result;
  }

  private async attempt(record: BrokerRecord, key: InboxKey, wasHeld: boolean, signal: AbortSignal): Promise<End> {
    const { database } = this.options;
    const attempt = await begin(database, key, record, wasHeld);
    if (!attempt) return wasHeld ? 'skipped' : this.queueBehind(record, key);
    if (attempt.died >= (this.options.maxDeaths ?? 20)) {
      return this.giveUp(record, attempt, { code: 'messaging.process_died', text: `The process died ${attempt.died} times while handling this message.` });
    }
    const begun = performance.now();
    try {
      await this.work(this.decode(record), { ...key, headers: record.headers, record }, attempt, signal);
      return 'done';
    } catch (thrown) {
      return await this.afterFailure(record, attempt, { wasHeld, begun }, asSignalboxError(thrown));
    }
  }

  private async queueBehind(record: BrokerRecord, key: InboxKey): Promise<End> {
    if (!await holdBehind(this.options.database, key, record)) return 'skipped';
    this.held.look();
    return 'held';
  }

  private decode(record: BrokerRecord): T {
    const { topic } = this.options;
    let message: T;
    try {
      message = topic.decode(record.value);
    } catch (cause) {
      throw invalid('messaging.undecodable', `The bytes are not a message of ${topic.name}.`, { cause, detail: String(cause) });
    }
    if (topic.workspaceId(message) !== record.headers[HEADER.workspaceId]) {
      throw fatal('messaging.workspace_mismatch', 'The message and its envelope name different workspaces.');
    }
    return message;
  }

  private async afterFailure(record: BrokerRecord, attempt: Attempt, { wasHeld, begun }: { wasHeld: boolean; begun: number }, error: SignalboxError): Promise<End> {
    if (error.code === 'messaging.taken_over') return 'skipped';
    const passing = MAY_PASS.has(error.kind);
    const failed = attempt.failed + (passing ? 0 : 1);
    const fields = { topic: record.topic, group: attempt.consumer, eventId: attempt.eventId, workspaceId: attempt.workspaceId, failed, err: error };
    if (failed >= (this.options.maxAttempts ?? 5)) {
      return this.giveUp(record, attempt, { code: error.code, text: reasonOf(error) }, failed);
    }
    this.logger.warn(fields, passing ? 'A message has to wait.' : 'A message was not handled; trying again.');
    const waitMs = this.waitAfter(error, attempt, failed);
    if (!wasHeld && (waitMs >= HOLD_FROM_MS || attempt.number > 1)) {
      await hold(this.options.database, attempt, record, { code: error.code, text: error.publicMessage, waitMs, counts: !passing });
      await this.held.afterPuttingAside(begun, attempt.workspaceId, record.key);
      return 'held';
    }
    await fail(this.options.database, attempt, !passing);
    throw retryable(error.code, error.publicMessage, waitMs, { cause: error });
  }

  private waitAfter(error: SignalboxError, attempt: Attempt, failed: number): number {
    if (error.kind === 'Retryable') return retryDelayMs(error, attempt.number);
    if (MAY_PASS.has(error.kind)) return AUTH_RETRY_MS;
    return backoffMs({ initialMs: this.options.backoffMs ?? 200, maximumMs: 30_000, factor: 2, jitter: 0.2 }, failed, Math.random());
  }

  private async giveUp(record: BrokerRecord, attempt: Attempt, why: Omit<ParkReason, 'attempts'>, failed = attempt.failed): Promise<End> {
    await park(this.options.database, attempt, record, { ...why, attempts: failed + attempt.died });
    this.logger.error({ topic: record.topic, group: attempt.consumer, eventId: attempt.eventId, workspaceId: attempt.workspaceId, reason: why.code },
      'A message was parked; look at its reason, then replay it.');
    return 'parked';
  }
}

/** What a person needs in order to mend it; internal errors say it in `detail`, which only operators see here. */
function reasonOf(error: SignalboxError): string {
  const root = error.cause instanceof Error && !isSignalboxError(error.cause) ? ` (${error.cause.message})` : '';
  return `${error.publicMessage}${root}`.slice(0, 4000);
}
