import { TOPICS, orchestrations, segments, types, type crmWriter } from '@signalbox/contracts';
import { isSignalboxError, type SignalboxError } from '@signalbox/kernel';
import { orchestrationsSettings, startOrchestrations } from '@signalbox/orchestrations';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { PostgresLogBroker, type Subscription } from '@signalbox/platform-messaging';
import type { RunningService } from '@signalbox/platform-service';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import { ProductAround } from '../world/product-around.ts';

const { PlanState, RunState } = orchestrations;
const CREATED = { account: 'Account', key: 'Signalbox_Id__c' };

interface Topic<T> {
  name: string;
  key(message: T): string;
  encode(message: T): Uint8Array;
  decode(bytes: Uint8Array): T;
  workspaceId(message: T): string;
}

type GivenCompany = Partial<types.Company>;

/** Orchestrations as a deployment runs it, with the real services around it and a Salesforce sandbox; what it sends is listened to. */
export class OrchestrationsWorld {
  readonly batches: orchestrations.ChangeBatchRequested[] = [];
  readonly schedules: orchestrations.ScheduleChanged[] = [];
  readonly finished: orchestrations.RunFinished[] = [];
  readonly subscriptions: Subscription[] = [];
  /** The scene at hand: a segment of companies that no other scene has. */
  segmentId = '';
  connectionId = '';
  companies: types.Company[] = [];
  private series = 0;
  private stopped: Promise<void> | undefined;

  private constructor(
    readonly around: ProductAround,
    readonly sandbox: SalesforceSandbox,
    readonly broker: PostgresLogBroker,
    private readonly service: RunningService,
    readonly client: GrpcClient<typeof orchestrations.OrchestrationsServiceDefinition>,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<OrchestrationsWorld> {
    const around = await ProductAround.start();
    const sandbox = await startSalesforceSandbox();
    const service = await startOrchestrations(around.config(orchestrationsSettings, settings), { logger: around.logger, ownsProcess: false });
    const broker = await PostgresLogBroker.open({ url: around.test.url });
    const client = createGrpcClient(orchestrations.OrchestrationsServiceDefinition, { address: `127.0.0.1:${service.grpcPort}`, tokens: around.tokens });
    const world = new OrchestrationsWorld(around, sandbox, broker, service, client);
    await world.listen(TOPICS.changeBatchRequested, world.batches);
    await world.listen(TOPICS.scheduleChanged, world.schedules);
    await world.listen(TOPICS.runFinished, world.finished);
    world.connectionId = (await world.connect(sandbox)).id;
    return world;
  }

  get as(): { workspaceId: string } {
    return { workspaceId: this.around.workspaceId };
  }

  get http(): string {
    return `http://127.0.0.1:${this.service.httpPort}`;
  }

  stopService(): Promise<void> {
    this.stopped ??= this.service.stop();
    return this.stopped;
  }

  async stop(): Promise<void> {
    await this.stopService();
    this.client.close();
    for (const subscription of this.subscriptions) await subscription.stop();
    await this.broker.close();
    await this.around.stop();
    await this.sandbox.close();
  }

  connect({ url, credentials }: SalesforceSandbox): Promise<crmWriter.Connection> {
    this.series += 1;
    return this.around.crmWriter.createConnection({
      name: `Salesforce ${this.series}`, provider: 'salesforce', baseUrl: url, authKind: 'client_credentials', environment: 'production',
      settings: { client_id: credentials.clientId }, secrets: { client_secret: credentials.clientSecret },
    }, this.as);
  }

  /** Begins a scene: companies under a prefix of its own, and the dynamic segment of them, as "Companies of <prefix>". */
  async scene(given: number | GivenCompany[]): Promise<void> {
    this.series += 1;
    const prefix = `s${this.series}-`;
    this.companies = [];
    await this.addCompanies(typeof given === 'number' ? Array.from({ length: given }, () => ({})) : given, prefix);
    const rule: segments.RuleNode = { node: { $case: 'field', field: { field: 'source_id', operator: segments.FieldOperator.STARTS_WITH, values: [prefix] } } };
    this.segmentId = (await this.segment({ name: `Companies of ${prefix}`, rule })).id;
    await waitFor(async () => (await this.around.segments.getSegment({ id: this.segmentId }, this.as)).size === this.companies.length, { what: 'the segment' });
  }

  /** Companies that are like no other, unless `given` says so. */
  async addCompanies(given: GivenCompany[], prefix = `s${this.series}-`): Promise<void> {
    const before = this.companies.length;
    const made = given.map((more, i) => {
      const n = before + i;
      return types.Company.fromPartial({
        sourceId: `${prefix}${String(n).padStart(6, '0')}`, name: `Works ${prefix}${n}`, website: `https://works-${prefix}${n}.example.com`, country: 'Germany', employees: n + 1, ...more,
      });
    });
    for (let i = 0; i < made.length; i += 1_000) {
      const { results } = await this.around.segments.upsertCompanies({ companies: made.slice(i, i + 1_000) }, this.as);
      this.companies.push(...results.map((r, j) => ({ ...made[i + j] as types.Company, id: r.companyId })));
    }
  }

  segment(given: Partial<segments.CreateSegmentRequest>): Promise<segments.Segment> {
    return this.around.segments.createSegment({ name: 'Segment', kind: segments.SegmentKind.DYNAMIC, ...given }, this.as);
  }

  license(licensed: boolean): Promise<unknown> {
    return this.around.access.putEntitlement({ entitlement: { name: 'orchestrations', licensed } }, this.as);
  }

  /** Accounts of the scene's companies that the CRM holds, by company. */
  accounts(): Map<string, string> {
    const mine = new Set(this.companies.map((c) => c.id));
    const created = this.sandbox.records(CREATED.account).filter((r) => mine.has(String(r[CREATED.key])));
    return new Map(created.map((r) => [String(r[CREATED.key]), String(r['Id'])]));
  }

  /** From now until the returned function is called, the CRM asks everybody who writes to come again in a second. */
  holdWrites(): () => void {
    this.sandbox.faults.set({ kind: 'rate-limited', operation: 'write', retryAfterSeconds: 1 });
    return () => this.sandbox.faults.clear();
  }

  batchesOf(runId: string): orchestrations.ChangeBatchRequested[] {
    return this.batches.filter((b) => b.runId === runId);
  }

  profile(more: Partial<orchestrations.MappingProfile> = {}): Promise<orchestrations.MappingProfile> {
    const profile = orchestrations.MappingProfile.fromPartial({
      name: 'Accounts', connectionId: this.connectionId, object: CREATED.account, externalIdField: CREATED.key,
      mappings: [{ companyField: 'name', crmField: 'Name' }, { companyField: 'website', crmField: 'Website' }, { companyField: 'country', crmField: 'BillingCountry' }, { companyField: 'employees', crmField: 'NumberOfEmployees' }],
      ...more,
    });
    return this.client.createMappingProfile({ profile }, this.as);
  }

  /** A complete orchestration on the scene's segment, saved. */
  async saved(more: Partial<orchestrations.Orchestration> = {}): Promise<orchestrations.Orchestration> {
    return this.client.createOrchestration({ orchestration: await this.draft(more) }, this.as);
  }

  async draft(more: Partial<orchestrations.Orchestration> = {}): Promise<orchestrations.Orchestration> {
    const connectionId = more.connectionId ?? this.connectionId;
    const mappingProfileId = more.mappingProfileId ?? (await this.profile({ connectionId })).id;
    return orchestrations.Orchestration.fromPartial({ name: 'New accounts', kind: 'create_accounts', segmentId: this.segmentId, ...more, connectionId, mappingProfileId });
  }

  /** The newest preview, once it is made. */
  preview(orchestrationId: string): Promise<orchestrations.Plan> {
    return waitFor(async () => {
      const { latestPreviewId } = await this.client.getOrchestration({ id: orchestrationId }, this.as);
      const plan = await this.client.getPlan({ id: latestPreviewId }, this.as);
      return plan.state === PlanState.GENERATING ? undefined : plan;
    }, { what: 'the preview' });
  }

  async start(orchestrationId: string): Promise<orchestrations.Run> {
    return this.client.runNow({ orchestrationId }, this.as);
  }

  run(id: string, ...states: orchestrations.RunState[]): Promise<orchestrations.Run> {
    const wanted = states.length > 0 ? states : [RunState.FINISHED, RunState.CANCELLED, RunState.FAILED];
    return waitFor(async () => {
      const run = await this.client.getRun({ id }, this.as);
      return wanted.includes(run.state) ? run : undefined;
    }, { what: `the run in ${wanted.join(' or ')}`, timeoutMs: 20_000 });
  }

  async records(planId: string): Promise<orchestrations.PlanRecord[]> {
    const records: orchestrations.PlanRecord[] = [];
    for await (const part of this.client.streamPlanRecords({ planId }, this.as)) records.push(...part.records);
    return records;
  }

  async publish<T>(topic: Topic<T>, message: T, eventId: string): Promise<void> {
    const headers = { 'event-id': eventId, 'workspace-id': topic.workspaceId(message), type: topic.name, 'occurred-at': new Date().toISOString() };
    await this.broker.publish([{ topic: topic.name, key: topic.key(message), value: topic.encode(message), headers }]);
  }

  private async listen<T>(topic: Pick<Topic<T>, 'name' | 'decode'>, into: T[]): Promise<void> {
    this.subscriptions.push(await this.broker.subscribe({ group: `spec.${topic.name}`, topics: [topic.name], handler: async (record) => void into.push(topic.decode(record.value)) }));
  }
}

/** The error that a call ends with. */
export async function refusedWith(call: Promise<unknown>): Promise<SignalboxError> {
  const error = await call.then(() => undefined, (e: unknown) => e);
  if (!isSignalboxError(error)) throw new Error(`expected the call to be refused, got ${String(error)}`);
  return error;
}
