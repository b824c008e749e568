import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crmWriter, type orchestrations, TOPICS } from '@signalbox/contracts';
import { ServiceTokens } from '@signalbox/platform-auth';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { consume, KafkaBroker, messagingMigrations, Outbox, OutboxRelay, PostgresLogBroker, type Broker, type Subscription } from '@signalbox/platform-messaging';
import { startTestKafka } from '@signalbox/platform-messaging/testing';
import { Database, startEmbeddedPostgres, type EmbeddedPostgres } from '@signalbox/platform-postgres';
import { freePorts } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import { nodeOptionsOf } from '../node-options.ts';
import type { BenchProvider, SandboxAccess } from './providers.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
export const WORKSPACE = 'bench';
export const OBJECT = 'Account';

/** Most resident memory of a process since it was last asked, in MB. */
class Watch {
  private most = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(child: ChildProcess) {
    this.timer = setInterval(() => {
      if (child.pid && child.exitCode === null) this.most = Math.max(this.most, Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) / 1024);
    }, 250);
  }

  peak(): number {
    const most = this.most;
    this.most = 0;
    return most;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

export interface StageOptions {
  /** Events go over a Kafka of its own instead of PostgreSQL. */
  kafka?: boolean;
  /** Processes of the crm-writer. Default 1. */
  writers?: number;
  /** More settings of the writers. */
  environment?: Record<string, string>;
}

interface Carrier {
  broker: Broker;
  /** How the writers reach it. */
  environment: Record<string, string>;
}

/** PostgreSQL, the log, a provider's sandbox and the crm-writer, the last two as processes of their own; the bench plays orchestrations. */
export class Stage {
  readonly key = randomBytes(32);
  readonly completed = new Map<string, crmWriter.ChangeBatchCompleted>();
  client!: GrpcClient<typeof crmWriter.CrmWriterServiceDefinition>;
  sandbox!: SandboxAccess;
  watch!: Watch;
  private readonly outbox = new Outbox();
  private readonly children: ChildProcess[] = [];
  private readonly parts: { stop(): Promise<unknown> }[] = [];
  private readonly folder: string;
  private readonly postgres: EmbeddedPostgres;
  private readonly planner: Database;
  private carrier!: Carrier;
  /** Where each writer tells its metrics. */
  readonly writers: string[] = [];

  readonly provider: BenchProvider;

  private constructor(provider: BenchProvider, folder: string, postgres: EmbeddedPostgres, planner: Database) {
    this.provider = provider;
    this.folder = folder;
    this.postgres = postgres;
    this.planner = planner;
  }

  static async open(provider: BenchProvider, latencyMs: number, { kafka = false, writers = 1, environment = {} }: StageOptions = {}): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
    const planner = await Database.open({ url: postgres.url(), schema: 'planner', migrations: [...messagingMigrations] });
    await planner.migrate();
    const stage = new Stage(provider, folder, postgres, planner);
    stage.carrier = kafka ? await stage.onKafka() : await stage.onPostgres();
    await stage.listen();
    await stage.startSandbox(latencyMs);
    // One after the other: the first makes the tables.
    for (let n = 0; n < writers; n += 1) await stage.startWriter(environment);
    return stage;
  }

  get as(): { workspaceId: string } {
    return { workspaceId: WORKSPACE };
  }

  async control(method: string, path: string, body?: string, type = 'application/json'): Promise<unknown> {
    const answer = await fetch(`${this.sandbox.url}/__sandbox/${path}`, { method, body, ...(body === undefined ? {} : { headers: { 'content-type': type } }) });
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  /** API calls since the last time it was asked. */
  async calls(): Promise<number> {
    const { apiCalls } = (await this.control('GET', 'requests')) as { apiCalls: number };
    await this.control('DELETE', 'requests');
    return apiCalls;
  }

  async connect(settings: Record<string, string> = {}): Promise<string> {
    const own = this.provider.connection(this.sandbox);
    const connection = await this.client.createConnection({
      name: `CRM ${randomBytes(3).toString('hex')}`, provider: this.provider.name, ...own, settings: { ...own.settings, ...settings }, environment: 'sandbox',
    }, this.as);
    return connection.id;
  }

  async request(batches: readonly orchestrations.ChangeBatchRequested[]): Promise<void> {
    await this.planner.transaction((tx) => this.outbox.add(tx, TOPICS.changeBatchRequested, [...batches]));
  }

  async close(): Promise<void> {
    this.watch?.stop();
    this.client?.close();
    for (const child of this.children.reverse()) {
      const ended = new Promise((resolve) => { child.once('exit', resolve); });
      if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    }
    for (const part of this.parts.reverse()) await part.stop();
    await this.planner.close();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async listen(): Promise<void> {
    const { broker } = this.carrier;
    await broker.createTopics(Object.values(TOPICS));
    const relay = new OutboxRelay({ database: this.planner, broker });
    await relay.start();
    const answers: Subscription = await consume({
      database: this.planner, broker, group: 'bench.completed', topic: TOPICS.changeBatchCompleted,
      handle: async (message) => { this.completed.set(message.batchId, message); },
    });
    this.parts.push({ stop: () => broker.close() }, relay, answers);
  }

  private async onPostgres(): Promise<Carrier> {
    const url = this.postgres.url();
    return { broker: await PostgresLogBroker.open({ url }), environment: { SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: url } };
  }

  private async onKafka(): Promise<Carrier> {
    const kafka = await startTestKafka();
    this.parts.push(kafka);
    const topicPrefix = `b${randomBytes(4).toString('hex')}.`;
    return {
      broker: await KafkaBroker.open({ brokers: kafka.brokers, topicPrefix }),
      environment: { SIGNALBOX_BROKER: 'kafka', SIGNALBOX_KAFKA_BROKERS: kafka.brokers.join(','), SIGNALBOX_TOPIC_PREFIX: topicPrefix },
    };
  }

  private async startSandbox(latencyMs: number): Promise<void> {
    const child = spawn(process.execPath, ['--max-old-space-size=12000', join(ROOT, 'services/standalone/dist/main.js'), 'sandbox', this.provider.name, '--port', '0', '--latency', String(latencyMs), ...this.provider.options], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.children.push(child);
    let text = '';
    child.stdout.on('data', (piece: Buffer) => void (text += piece.toString()));
    await waitFor(() => text.includes('Stop with Ctrl-C'), { timeoutMs: 30_000, what: 'the sandbox' });
    const facts = Object.fromEntries([...text.matchAll(/^ {2}(\S(?:.*?\S)?) {2,}(\S.*)$/gm)].map(([, label, value]) => [label as string, value as string]));
    this.sandbox = { url: /sandbox at (\S+)/.exec(text)?.[1] ?? '', facts };
  }

  private async startWriter(environment: Record<string, string>): Promise<void> {
    const [grpcPort = 0, httpPort = 0] = await freePorts(2);
    const url = this.postgres.url();
    const child = spawn(process.execPath, [...nodeOptionsOf('crm-writer'), join(ROOT, 'services/crm-writer/dist/main.js')], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env['PATH'], SIGNALBOX_DATABASE_URL: url, ...this.carrier.environment, SIGNALBOX_SERVICE_KEY: this.key.toString('hex'), SIGNALBOX_SECRETS_KEY: this.key.toString('hex'),
        SIGNALBOX_GRPC_PORT: String(grpcPort), SIGNALBOX_HTTP_PORT: String(httpPort), SIGNALBOX_LOG_LEVEL: 'error', SIGNALBOX_MATCHING_ADDRESS: '127.0.0.1:1', ...environment,
      },
    });
    this.children.push(child);
    this.writers.push(`http://127.0.0.1:${httpPort}`);
    this.watch ??= new Watch(child);
    this.client ??= createGrpcClient(crmWriter.CrmWriterServiceDefinition, { address: `127.0.0.1:${grpcPort}`, tokens: new ServiceTokens(this.key, 'bench') });
    await waitFor(() => fetch(`http://127.0.0.1:${httpPort}/readyz`).then((answer) => answer.ok, () => false), { timeoutMs: 30_000, what: 'the crm-writer' });
  }
}
