import { backoffMs, conflict, invalid, isSignalboxError } from '@signalbox/kernel';
import type pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { type HeldLock, withAdvisoryLock } from './advisory-lock.ts';
import type { CopyRow } from './copy-text.ts';
import { columnTypes } from './column-types.ts';
import { asksForRetry, mapDatabaseError } from './error-mapping.ts';
import { Listener, type NotificationHandler } from './listener.ts';
import { LockSession } from './lock-session.ts';
import { quoteName } from './parameters.ts';
import { PgTransaction, type Transaction } from './transaction.ts';

/** A TypeORM migration class. `name` ends in a 13-digit timestamp, which orders it: 'CreateRuns1767225600000'. */
export type MigrationClass = new () => MigrationInterface;

/** The part of a logger the database uses; pino fits. */
export interface DatabaseLogger {
  warn(fields: Record<string, unknown>, message: string): void;
}

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  /** The schema that belongs to this service alone; first on the search_path of every connection. */
  schema: string;
  /** Most connections in the pool. Default 4. */
  poolSize?: number;
  /** Shown in pg_stat_activity. Default: the schema. */
  applicationName?: string;
  /** In any order; run by `migrate()` in the order of their timestamps. */
  migrations?: MigrationClass[];
  logger?: DatabaseLogger;
  /** How long `open` goes on trying while the database cannot be reached, in milliseconds. Default 0: one attempt. */
  retryForMs?: number;
}

export interface TransactionOptions {
  isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readOnly?: boolean;
}

/** Names that mean the same quoted or not: TypeORM does not quote a schema everywhere. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const MIGRATION_LOCK = 'signalbox.migrations';
const TRANSACTION_ATTEMPTS = 5;
const RETRY = { initialMs: 10, maximumMs: 500, factor: 3, jitter: 1 };
const CONNECT_TIMEOUT_MS = 10_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One service's database: a pool over its own schema, transactions, notifications, locks and migrations. */
export class Database {
  /** The TypeORM data source below, for entities and repositories. */
  readonly dataSource: DataSource;
  readonly schema: string;
  private readonly options: DatabaseOptions;
  private readonly onClientError = (error: unknown) => this.problem('A database connection broke.', error);
  private readonly watched = new WeakSet<pg.PoolClient>();
  private listener: Listener | undefined;
  private locks: LockSession | undefined;
  private closing: Promise<void> | undefined;

  private constructor(options: DatabaseOptions) {
    if (!SCHEMA_NAME.test(options.schema)) {
      throw invalid('database.schema_name', `'${options.schema}' cannot be a schema name: use small letters, digits and underscores.`, { field: 'schema' });
    }
    this.options = options;
    this.schema = options.schema;
    this.dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      applicationName: options.applicationName ?? options.schema,
      poolSize: options.poolSize ?? 4,
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      installExtensions: false,
      synchronize: false,
      logging: false,
      migrations: (options.migrations ?? []) as never[],
      migrationsTableName: 'migrations',
      migrationsTransactionMode: 'each',
      poolErrorHandler: (error: unknown) => this.problem('An idle database connection broke.', error),
      extra: { options: this.startupOptions(), types: columnTypes, keepAlive: true },
    });
  }

  /** Connects. Rejects with Retryable when the database cannot be reached (within `retryForMs`). */
  static async open(options: DatabaseOptions): Promise<Database> {
    const deadline = Date.now() + (options.retryForMs ?? 0);
    for (let attempt = 1; ; attempt += 1) {
      const database = new Database(options);
      try {
        await database.dataSource.initialize();
        database.watchConnections();
        return database;
      } catch (thrown) {
        const error = mapDatabaseError(thrown);
        if (error.kind !== 'Retryable' || Date.now() >= deadline) throw error;
        await pause(backoffMs({ ...RETRY, initialMs: 100 }, attempt, Math.random()));
      }
    }
  }

  /**
   * The rows of one statement in a transaction of its own, `returning` included. With a name, which always goes with the same
   * statement, each connection parses and plans it once.
   */
  async query<T = Record<string, unknown>>(sql: string, params: readonly unknown[] = [], { name }: { name?: string } = {}): Promise<T[]> {
    return (await this.run(sql, params, name)).rows as T[];
  }

  /** The number of rows one statement touched. */
  async execute(sql: string, params: readonly unknown[] = []): Promise<number> {
    return (await this.run(sql, params)).rowCount ?? 0;
  }

  /**
   * Runs `work` in one transaction: committed when it returns, rolled back when it throws. On a serialisation failure or
   * deadlock the whole of `work` runs again (at most five times), so it must have no effect outside the transaction.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(work, options);
      } catch (error) {
        if (!asksForRetry(error) || attempt >= TRANSACTION_ATTEMPTS) throw error;
        await pause(backoffMs(RETRY, attempt, Math.random()));
      }
    }
  }

  /** `Transaction.copyFrom` in a transaction of its own; `rows` is read once, so this is not retried. */
  copyFrom(sql: string, rows: Iterable<CopyRow> | AsyncIterable<CopyRow>): Promise<number> {
    return this.attempt((tx) => tx.copyFrom(sql, rows), {});
  }

  /** The rows of a query, page by page, at one snapshot. Holds a pooled connection until it is read to the end or left. */
  async *stream<T = Record<string, unknown>>(sql: string, params: readonly unknown[] = [], pageSize = 1000): AsyncGenerator<T> {
    const client = await this.connect();
    let failure: unknown;
    try {
      await control(client, 'begin read only');
      yield* new PgTransaction(client).stream<T>(sql, params, pageSize);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      await this.finish(client, 'rollback', failure);
    }
  }

  /**
   * Calls `handler` for every NOTIFY on `channel`, and with undefined whenever the connection was (re)made and one may have
   * been missed. All channels share one connection beside the pool. Returns the function that stops it.
   */
  listen(channel: string, handler: NotificationHandler): Promise<() => Promise<void>> {
    this.listener ??= new Listener({ connection: this.connection(), onProblem: (message, error) => this.problem(message, error) });
    return this.listener.listen(channel, handler);
  }

  /** Runs `work` once the lock named `key` is ours, among every process on this database. */
  async advisoryLock<T>(key: string, work: (lock: HeldLock) => Promise<T>): Promise<T> {
    return withAdvisoryLock(this.connection(), key, work);
  }

  /** Like `advisoryLock`, but gives undefined at once when somebody else holds it. */
  async tryAdvisoryLock<T>(key: string, work: (lock: HeldLock) => Promise<T>): Promise<{ result: T } | undefined> {
    if (this.closing) throw conflict('database.closed', 'The database was closed while work was still arriving.');
    this.locks ??= new LockSession(this.connection());
    return this.locks.try(key, work);
  }

  /** Creates the schema when it is missing and runs the migrations that have not run; any number of processes may at once. */
  async migrate(): Promise<string[]> {
    // One lock for the whole database: `create extension` in two schemas' migrations would race as well.
    return this.advisoryLock(MIGRATION_LOCK, async () => {
      await this.query(`create schema if not exists ${quoteName(this.schema)}`);
      try {
        return (await this.dataSource.runMigrations()).map((migration) => migration.name);
      } catch (error) {
        throw mapDatabaseError((error as { driverError?: unknown }).driverError ?? error);
      }
    });
  }

  /** Rejects with Retryable unless the database answers. */
  async ping(): Promise<void> {
    await this.run('select 1', []);
  }

  /** Closes every connection once the queries under way are done. May be called twice. */
  close(): Promise<void> {
    this.closing ??= (async () => {
      await this.listener?.close();
      await this.locks?.close();
      if (this.dataSource.isInitialized) await this.dataSource.destroy();
    })();
    return this.closing;
  }

  private async attempt<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    const client = await this.connect();
    let failure: unknown;
    try {
      await control(client, beginStatement(options));
      const result = await work(new PgTransaction(client));
      await commit(client);
      return result;
    } catch (error) {
      failure = error;
      throw error; // what the caller's own code threw passes through as it is
    } finally {
      await this.finish(client, failure === undefined ? undefined : 'rollback', failure);
    }
  }

  /** Gives the connection back, or destroys it when it can no longer be trusted. */
  private async finish(client: pg.PoolClient, statement: string | undefined, failure: unknown): Promise<void> {
    const broken = isSignalboxError(failure) && failure.code === 'database.unavailable' && !asksForRetry(failure);
    if (broken) return client.release(true);
    try {
      if (statement) await client.query(statement);
      client.release();
    } catch (error) {
      this.problem('A transaction could not be rolled back; its connection is dropped.', error);
      client.release(true);
    }
  }

  private async connect(): Promise<pg.PoolClient> {
    if (this.closing) throw conflict('database.closed', 'The database was closed while work was still arriving.');
    try {
      return await this.pool().connect();
    } catch (error) {
      throw mapDatabaseError(error);
    }
  }

  /**
   * The pool watches idle connections only: one that breaks while in use, or on its way from one user to the next, would end
   * the process. `acquire` comes before the pool stops watching; a listener added by whoever waits for the connection can be
   * too late, when the answer to the query before and the end of the connection arrive in one piece.
   */
  private watchConnections(): void {
    this.pool().on('acquire', (client) => {
      if (this.watched.has(client)) return;
      this.watched.add(client);
      client.on('error', this.onClientError);
    });
  }

  private async run(sql: string, params: readonly unknown[], name?: string): Promise<pg.QueryResult> {
    if (this.closing) throw conflict('database.closed', 'The database was closed while work was still arriving.');
    try {
      return await this.pool().query(name === undefined ? { text: sql, values: params as unknown[] } : { name, text: sql, values: params as unknown[] });
    } catch (error) {
      throw mapDatabaseError(error);
    }
  }

  /** The pool TypeORM made; SQL goes to it directly, since TypeORM's own `query` answers differently by statement kind. */
  private pool(): pg.Pool {
    return (this.dataSource.driver as unknown as { master: pg.Pool }).master;
  }

  private startupOptions(): string {
    return `-c search_path=${this.options.schema},public`;
  }

  private connection(): pg.ClientConfig {
    return {
      connectionString: this.options.url,
      application_name: `${this.options.applicationName ?? this.schema}:own`,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      options: this.startupOptions(),
      types: columnTypes as unknown as pg.CustomTypesConfig,
      keepAlive: true,
    };
  }

  private problem(message: string, error: unknown): void {
    this.options.logger?.warn({ schema: this.schema, err: error }, message);
  }
}

function beginStatement(options: TransactionOptions): string {
  const isolation = options.isolation ? ` isolation level ${options.isolation}` : '';
  return `begin${isolation}${options.readOnly ? ' read only' : ''}`;
}

async function control(client: pg.PoolClient, statement: string): Promise<pg.QueryResult> {
  try {
    return await client.query(statement);
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await control(client, 'commit');
  // A caller that swallowed an error leaves the transaction aborted, and PostgreSQL answers COMMIT with ROLLBACK.
  if (command === 'ROLLBACK') {
    throw conflict('database.rolled_back', 'The work was rolled back, because one of its statements had failed.');
  }
}
