import { TOPICS, crmWriter, type orchestrations } from '@signalbox/contracts';
import type { IdSource } from '@signalbox/kernel';
import { Outbox, OutboxRelay, PostgresLogBroker, consume, messagingMigrations, type Broker, type Subscription } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { createLogger, createMetrics } from '@signalbox/platform-telemetry';
import { PostgresPlanStore } from '../adapters/postgres/plan-store.ts';
import { PostgresRunStore } from '../adapters/postgres/run-store.ts';
import { PostgresUndoStore } from '../adapters/postgres/undo-store.ts';
import { orchestrationMigrations } from '../adapters/postgres/migration.ts';
import type { Mechanism } from '../application/mechanism.ts';
import { OrchestrationMetrics } from '../application/metrics.ts';
import { plainSteps, type Steps } from '../application/ports.ts';
import type { CrmView } from '../application/undo-ports.ts';
import { PlanAndRunReader } from '../application/read.ts';
import { requestRun } from '../application/request-run.ts';
import { requestUndoRun } from '../application/request-undo.ts';
import { settleResults } from '../application/settle-results.ts';
import { DEFAULT_WORKER, Worker } from '../application/worker.ts';
import type { Definition } from '../domain/kind.ts';
import type { KindWorld } from './describe-kind.ts';
import { SmallRuntime, type SmallSource } from './small-kind.ts';

export const WORKSPACE = 'w1';
const ORCHESTRATION = 'o1';

class CountingIds implements IdSource {
  private count = 0;
  next(): string {
    this.count += 1;
    return `id${String(this.count).padStart(6, '0')}`;
  }
}

/** What comes of each change; the CRM of a small world. */
export type Answer = (change: orchestrations.Change) => crmWriter.ChangeOutcome;

/**
 * The mechanism over a real database and the real broker, with the small kind. The CRM is a map; what writes to it
 * answers as a difficult writer may: in two parts, the first of them reported twice.
 */
export class SmallWorld implements KindWorld {
  readonly crm = new Map<string, string>();
  /** Records by id, with their fields. */
  readonly things = new Map<string, Record<string, string>>();
  readonly finished: orchestrations.RunFinished[] = [];
  readonly sent: orchestrations.ChangeBatchRequested[] = [];
  readonly m: Mechanism;
  readonly reader: PlanAndRunReader;
  readonly definition: Definition = {
    workspaceId: WORKSPACE, orchestrationId: ORCHESTRATION, version: 1, kind: 'small', name: 'Small', segmentId: 's1', connectionId: 'c1', mappingProfileId: '', mappingProfileVersion: 0,
    guardrails: { maxRecords: 0, maxSharePercent: 0, maxClears: 0 }, settings: {},
  };
  /** Changes wait here before they are written, when a spec wants to look at a run in flight. */
  gate: Promise<void> = Promise.resolve();
  leaseMs = 5_000;
  /** The writer takes changes and never says what came of them. */
  silent = false;
  private readonly answers = new Map<string, crmWriter.ChangeResult>();
  private readonly outbox = new Outbox();
  private readonly subscriptions: Subscription[] = [];

  private constructor(private readonly test: TestDatabase, private readonly broker: Broker, private readonly relay: OutboxRelay, source: SmallSource, private readonly answer: Answer) {
    this.m = this.mechanism(test.database, source);
    this.reader = new PlanAndRunReader(this.m);
  }

  static async open(source: SmallSource, answer: Answer = () => crmWriter.ChangeOutcome.SUCCEEDED): Promise<SmallWorld> {
    const test = await testDatabase({ migrations: [...messagingMigrations, ...orchestrationMigrations], schema: 'small', poolSize: 8 });
    const broker = await PostgresLogBroker.open({ url: test.url });
    await broker.createTopics(Object.values(TOPICS));
    const world = new SmallWorld(test, broker, new OutboxRelay({ database: test.database, broker }), source, answer);
    await world.relay.start();
    world.subscriptions.push(await consume({ database: test.database, broker, group: 'small.crm', topic: TOPICS.changeBatchRequested, handle: (batch, { tx }) => world.write(tx, batch) }));
    return world;
  }

  private mechanism(database: Database, source: SmallSource): Mechanism {
    return {
      database, plans: new PostgresPlanStore(database), runs: new PostgresRunStore(database), undos: new PostgresUndoStore(database), crm: this.view,
      definitions: { find: async () => this.definition },
      announcer: {
        changes: async (tx, batch) => void (await this.outbox.add(tx, TOPICS.changeBatchRequested, [batch], { eventId: (b) => b.batchId })),
        finished: async (tx, events) => {
          await this.outbox.add(tx, TOPICS.runFinished, events);
          this.finished.push(...events);
        },
        cancelled: async (tx, event) => void (await this.outbox.add(tx, TOPICS.runCancelled, [event])),
      },
      kinds: new Map([['small', new SmallRuntime(source)]]), ids: new CountingIds(), dispatch: { batchSize: 10, batchBytes: 100_000, window: 3, lanes: 2 }, steps: plainSteps,
      metrics: new OrchestrationMetrics(createMetrics({ service: 'small', processMetrics: false }), 'small'), logger: createLogger({ service: 'small', level: process.env['SPEC_LOG_LEVEL'] ?? 'silent' }),
    };
  }

  private async write(tx: Parameters<Outbox['add']>[0], batch: orchestrations.ChangeBatchRequested): Promise<void> {
    await this.gate;
    this.sent.push(batch);
    if (this.silent) return;
    const results = batch.changes.map((change) => {
      const outcome = this.answer(change);
      const there = this.crm.get(change.companyId);
      const written = outcome === crmWriter.ChangeOutcome.SUCCEEDED || outcome === crmWriter.ChangeOutcome.UNKNOWN_THEN_SETTLED;
      if (batch.operation !== crmWriter.ChangeOperation.CREATE) return this.change(batch.operation, change, outcome);
      if (written && there !== undefined && there !== change.changeId) throw new Error(`${change.companyId} would be written twice`);
      if (written) {
        this.crm.set(change.companyId, change.changeId);
        this.things.set(`crm-${change.companyId}`, Object.fromEntries(change.fields.map((f) => [f.field, f.after])));
      }
      return crmWriter.ChangeResult.fromPartial({ changeId: change.changeId, companyId: change.companyId, outcome, crmId: `crm-${change.companyId}`, code: outcome.toLowerCase() });
    });
    const part = (some: crmWriter.ChangeResult[]): crmWriter.ChangeBatchCompleted => ({
      workspaceId: batch.workspaceId, runId: batch.runId, batchId: batch.batchId, connectionId: batch.connectionId, object: batch.object, results: some, apiCalls: [{ name: 'create', count: 1 }],
    });
    const half = Math.ceil(results.length / 2);
    await this.outbox.add(tx, TOPICS.changeBatchCompleted, [part(results.slice(0, half)), part(results.slice(0, half)), part(results.slice(half))]);
  }

  /** Writes what is there already, once however often it comes. */
  private change(operation: crmWriter.ChangeOperation, change: orchestrations.Change, outcome: crmWriter.ChangeOutcome): crmWriter.ChangeResult {
    const kept = this.answers.get(change.changeId);
    if (kept) return kept;
    const fields = this.things.get(change.crmId);
    const result = crmWriter.ChangeResult.fromPartial({ changeId: change.changeId, companyId: change.companyId, outcome, crmId: change.crmId, code: 'written', beforeImage: change.fields.map((f) => ({ ...f, before: fields?.[f.field] ?? '' })) });
    this.answers.set(change.changeId, result);
    if (outcome !== crmWriter.ChangeOutcome.SUCCEEDED && outcome !== crmWriter.ChangeOutcome.UNKNOWN_THEN_SETTLED) return result;
    if (operation === crmWriter.ChangeOperation.CONVERT) return Object.assign(result, { contactId: `contact-of-${change.conversion?.accountId}` });
    if (!fields) throw new Error(`${change.crmId} is written, and is not there`);
    if (operation === crmWriter.ChangeOperation.DELETE) {
      this.things.delete(change.crmId);
      this.crm.delete(change.companyId);
    } else {
      for (const f of change.fields) if (f.clear) delete fields[f.field]; else fields[f.field] = f.after;
    }
    return result;
  }

  /** The CRM as a plan that takes a run back sees it. Nothing is touched by anybody but through `things`. */
  private readonly view: CrmView = {
    refresh: async () => ({ sequence: 9, records: this.things.size, apiCalls: [{ name: 'query', count: 1 }], fields: ['Name', 'Phone'] }),
    writable: async () => ['Name', 'Phone'],
    records: async (_workspaceId, _target, crmIds) => new Map(crmIds.flatMap((id) => {
      const fields = this.things.get(id);
      return fields ? [[id, { deleted: false, fields: { ...fields }, attached: [] }] as const] : [];
    })),
  };

  async start(steps: Steps): Promise<{ stop(): Promise<void> }> {
    const m: Mechanism = { ...this.m, steps };
    Object.assign(this.m, { steps });
    const results = await consume({ database: m.database, broker: this.broker, group: 'small.results', topic: TOPICS.changeBatchCompleted, backoffMs: 20, handle: (event, { tx }) => settleResults(m, tx, event) });
    const worker = new Worker(m, { ...DEFAULT_WORKER, leaseMs: this.leaseMs, everyMs: 50 });
    await worker.start();
    return {
      stop: async () => {
        await worker.stop();
        await results.stop();
      },
    };
  }

  async requestRun(trigger: 'person' | 'schedule' = 'person', occurrenceId?: string): Promise<string> {
    const { run } = await this.m.database.transaction((tx) => requestRun(this.m, tx, this.definition, { trigger, requestedBy: 'user:1', occurrenceId }));
    return run.id;
  }

  async requestUndo(runId: string): Promise<string> {
    const { run } = await this.m.database.transaction((tx) => requestUndoRun(this.m, tx, WORKSPACE, runId, 'user:1'));
    return run.id;
  }

  run = (id: string) => this.reader.run(WORKSPACE, id);
  records = (planId: string) => this.reader.records(WORKSPACE, planId, {}, 0, 10_000);

  async crmState(): Promise<unknown> {
    return [...this.crm.keys()].sort();
  }

  async close(): Promise<void> {
    await Promise.all(this.subscriptions.map((s) => s.stop()));
    await this.relay.stop();
    await this.broker.close();
    await this.test.close();
  }
}
