import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crmWriter, matching, segments, TOPICS } from '@signalbox/contracts';
import { ServiceTokens } from '@signalbox/platform-auth';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { messagingMigrations, Outbox, OutboxRelay, PostgresLogBroker } from '@signalbox/platform-messaging';
import { Database, startEmbeddedPostgres, type EmbeddedPostgres } from '@signalbox/platform-postgres';
import { freePorts } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import { parse } from 'csv-parse';

const MAIN = fileURLToPath(new URL('../../../../services/matching/dist/main.js', import.meta.url));
/** As many as the crm-writer puts into one message. */
const RECORDS_PER_MESSAGE = 500;
const HOUR_MS = 3_600_000;

export const INDEX = { workspaceId: 'bench', connectionId: 'sf' };
export type Client = GrpcClient<typeof matching.MatchingServiceDefinition>;
type Facts = { crmId: string; name: string; website: string; country: string };

/** PostgreSQL, the log, and the matching service as a process of its own; the bench plays the crm-writer. */
export class Stage {
  private readonly outbox = new Outbox();
  private child: ChildProcess | undefined;
  private sampling: NodeJS.Timeout | undefined;
  sequence = 0;
  /** Version of the companies. */
  version = 0;
  client!: Client;
  /** Most resident memory of the service since it started, in MB. */
  peakMb = 0;
  grpcPort = 0;

  readonly postgres: EmbeddedPostgres;
  readonly crm: Database;
  private readonly folder: string;
  private readonly broker: PostgresLogBroker;
  private readonly relay: OutboxRelay;
  private readonly key = randomBytes(32);

  private constructor(folder: string, postgres: EmbeddedPostgres, crm: Database, broker: PostgresLogBroker, relay: OutboxRelay) {
    this.folder = folder;
    this.postgres = postgres;
    this.crm = crm;
    this.broker = broker;
    this.relay = relay;
  }

  static async open(): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
    const crm = await Database.open({ url: postgres.url(), schema: 'crm', migrations: [...messagingMigrations] });
    await crm.migrate();
    const broker = await PostgresLogBroker.open({ url: postgres.url() });
    await broker.createTopics(Object.values(TOPICS));
    const relay = new OutboxRelay({ database: crm, broker });
    await relay.start();
    return new Stage(folder, postgres, crm, broker, relay);
  }

  /** Starts the service; resolves when it answers. */
  async startService(): Promise<void> {
    const [grpcPort = 0, httpPort = 0] = await freePorts(2);
    const url = this.postgres.url();
    this.child = spawn(process.execPath, [MAIN], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env['PATH'], SIGNALBOX_DATABASE_URL: url, SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: url, SIGNALBOX_SERVICE_KEY: this.key.toString('hex'),
        SIGNALBOX_GRPC_PORT: String(grpcPort), SIGNALBOX_HTTP_PORT: String(httpPort), SIGNALBOX_LOG_LEVEL: 'error',
      },
    });
    this.sampling = setInterval(() => this.sample(), 500);
    this.client = createGrpcClient(matching.MatchingServiceDefinition, { address: `127.0.0.1:${grpcPort}`, tokens: new ServiceTokens(this.key, 'bench') });
    this.grpcPort = grpcPort;
    await waitFor(() => fetch(`http://127.0.0.1:${httpPort}/readyz`).then((answer) => answer.ok, () => false), { timeoutMs: 30_000, what: 'the matching service' });
  }

  /** The mirror tells of these records. */
  async tell(records: readonly Facts[]): Promise<void> {
    for (let at = 0; at < records.length; at += RECORDS_PER_MESSAGE) {
      const some = records.slice(at, at + RECORDS_PER_MESSAGE);
      this.sequence += some.length;
      const message = crmWriter.CrmRecordsChanged.fromPartial({ ...INDEX, object: 'Account', sequence: this.sequence, records: some.map((one) => ({ ...one, object: 'Account', fields: {} })) });
      await this.crm.transaction((tx) => this.outbox.add(tx, TOPICS.crmRecordsChanged, [message]));
    }
  }

  /** Companies were created or changed, as segments tells them. */
  async tellCompanies(companies: readonly segments.ChangedCompany[]): Promise<void> {
    for (let at = 0; at < companies.length; at += RECORDS_PER_MESSAGE) {
      this.version += 1;
      const message = segments.CompaniesChanged.fromPartial({ workspaceId: INDEX.workspaceId, version: this.version, companies: companies.slice(at, at + RECORDS_PER_MESSAGE) });
      await this.crm.transaction((tx) => this.outbox.add(tx, TOPICS.companiesChanged, [message]));
    }
  }

  /** All that stands in the outbox is on the topic. */
  async sent(): Promise<void> {
    await waitFor(async () => (await this.crm.query('select 1 from outbox limit 1')).length === 0, { timeoutMs: HOUR_MS, what: 'the outbox being sent' });
  }

  /** The index has taken in all that was told; seconds since `sinceMs`. */
  async taken(sinceMs: number, progress?: (position: number, of: number) => void): Promise<number> {
    await waitFor(async () => {
      const { sequence } = await this.client.getIndexPosition({ connectionId: INDEX.connectionId }, { workspaceId: INDEX.workspaceId });
      progress?.(sequence, this.sequence);
      return sequence >= this.sequence;
    }, { timeoutMs: HOUR_MS, everyMs: 10, what: 'the index taking in what was told' });
    return (performance.now() - sinceMs) / 1000;
  }

  async tellFile(file: string): Promise<void> {
    let records: Facts[] = [];
    for await (const row of createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<{ account_id: string; name: string; website: string; country: string }>) {
      records.push({ crmId: row.account_id, name: row.name, website: row.website, country: row.country });
      if (records.length >= RECORDS_PER_MESSAGE) {
        await this.tell(records);
        records = [];
      }
    }
    await this.tell(records);
  }

  async close(): Promise<void> {
    clearInterval(this.sampling);
    this.client.close();
    const ended = new Promise((resolve) => { this.child?.once('exit', resolve); });
    this.child?.kill('SIGTERM');
    await ended;
    await this.relay.stop();
    await this.broker.close();
    await this.crm.close();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private sample(): void {
    if (!this.child?.pid || this.child.exitCode !== null) return;
    this.peakMb = Math.max(this.peakMb, Number(execFileSync('ps', ['-o', 'rss=', '-p', String(this.child.pid)], { encoding: 'utf8' })) / 1024);
  }
}
