import { TOPICS, crmWriter, gateway, matching, segments, types, type orchestrations } from '@signalbox/contracts';
import { notFound } from '@signalbox/kernel';
import { Authenticator, ServiceTokens } from '@signalbox/platform-auth';
import { bind, startGrpcServer, type Handlers, type RunningGrpcServer } from '@signalbox/platform-grpc';
import { PostgresLogBroker, type Subscription } from '@signalbox/platform-messaging';
import { createLogger, createMetrics } from '@signalbox/platform-telemetry';

type Crm = Handlers<typeof crmWriter.CrmWriterServiceDefinition>;
type Match = Handlers<typeof matching.MatchingServiceDefinition>;
type Segments = Handlers<typeof segments.SegmentsServiceDefinition>;
type Access = Handlers<typeof gateway.AccessServiceDefinition>;

const { Decision } = matching;
const keyOf = ({ name, country }: { name: string; country: string }) => `${name.toLowerCase()}|${country.toLowerCase()}`;

/** Only what orchestrations asks for is answered; anything else fails loudly. */
const only = <T extends object>(part: Partial<T>): T => new Proxy(part, {
  get: (target, name) => Reflect.get(target, name) ?? (() => Promise.reject(new Error(`orchestrations was not expected to ask for ${String(name)}`))),
}) as T;

export const ACCOUNT_FIELDS: crmWriter.CrmField[] = [
  { name: 'Name', type: 'string', length: 255, required: true }, { name: 'Website', type: 'url', length: 60 }, { name: 'BillingCountry', type: 'string', length: 80 },
  { name: 'NumberOfEmployees', type: 'int' }, { name: 'Active__c', type: 'boolean' },
  { name: 'Industry', type: 'picklist', length: 40, restrictedPicklist: true, picklistValues: ['Banking', 'Energy'] },
  { name: 'LastModifiedDate', type: 'datetime', createable: false }, { name: 'Signalbox_Id__c', type: 'string', length: 64, externalId: true, unique: true },
].map((f) => crmWriter.CrmField.fromPartial({ createable: true, updateable: true, label: f.name, ...f }));

/**
 * The services around orchestrations as their contract has them, in one process: gateway, segments, matching and
 * crm-writer over one small CRM. Everything goes over gRPC and the broker; nothing of orchestrations is replaced.
 */
export class Neighbourhood {
  readonly entitlements = new Set(['orchestrations']);
  readonly fields = [...ACCOUNT_FIELDS];
  readonly segments = new Map<string, segments.Segment>();
  companies: types.Company[] = [];
  /** CRM id by identity; what the CRM holds. */
  readonly crm = new Map<string, string>();
  readonly links = new Map<string, string>();
  readonly batches: orchestrations.ChangeBatchRequested[] = [];
  readonly schedules: orchestrations.ScheduleChanged[] = [];
  readonly finished: orchestrations.RunFinished[] = [];
  connection = crmWriter.Connection.fromPartial({ id: 'c1', name: 'Production', provider: 'salesforce', status: crmWriter.ConnectionStatus.HEALTHY, environment: 'production' });
  /** Batches wait here before they are written. */
  gate: Promise<void> = Promise.resolve();
  private subscriptions: Subscription[] = [];

  private constructor(readonly broker: PostgresLogBroker, private server: RunningGrpcServer | undefined = undefined) {}

  get address(): string {
    return `127.0.0.1:${this.server?.port}`;
  }

  static async start(url: string, key: Uint8Array): Promise<Neighbourhood> {
    const broker = await PostgresLogBroker.open({ url });
    await broker.createTopics(Object.values(TOPICS));
    const here = new Neighbourhood(broker);
    here.server = await startGrpcServer({
      host: '127.0.0.1', port: 0, authenticator: new Authenticator(new ServiceTokens(key, 'neighbours'), async () => undefined),
      logger: createLogger({ service: 'neighbours', level: 'silent' }), metrics: createMetrics({ service: 'neighbours', processMetrics: false }),
      services: [
        bind(segments.SegmentsServiceDefinition, here.segmentsHandlers()), bind(matching.MatchingServiceDefinition, here.matchingHandlers()),
        bind(crmWriter.CrmWriterServiceDefinition, here.crmHandlers()), bind(gateway.AccessServiceDefinition, here.gatewayHandlers()),
      ],
    });
    await here.listen(TOPICS.changeBatchRequested, (batch) => here.write(batch));
    await here.listen(TOPICS.scheduleChanged, async (event) => void here.schedules.push(event));
    await here.listen(TOPICS.runFinished, async (event) => void here.finished.push(event));
    return here;
  }

  async stop(): Promise<void> {
    await this.server?.stop(1_000);
    await Promise.all(this.subscriptions.map((s) => s.stop()));
    await this.broker.close();
  }

  addSegment(segment: Partial<segments.Segment> & { id: string }): void {
    this.segments.set(segment.id, segments.Segment.fromPartial({ name: segment.id, kind: segments.SegmentKind.DYNAMIC, ...segment }));
  }

  async publish<T>(topic: { name: string; key(m: T): string; encode(m: T): Uint8Array; workspaceId(m: T): string }, message: T, eventId: string): Promise<void> {
    const headers = { 'event-id': eventId, 'workspace-id': topic.workspaceId(message), type: topic.name, 'occurred-at': new Date().toISOString() };
    await this.broker.publish([{ topic: topic.name, key: topic.key(message), value: topic.encode(message), headers }]);
  }

  private async listen<T>(topic: { name: string; decode(bytes: Uint8Array): T }, take: (message: T) => Promise<void>): Promise<void> {
    this.subscriptions.push(await this.broker.subscribe({ group: `spec.${topic.name}`, topics: [topic.name], handler: (record) => take(topic.decode(record.value)) }));
  }

  private async write(batch: orchestrations.ChangeBatchRequested): Promise<void> {
    this.batches.push(batch);
    await this.gate;
    const results = batch.changes.map((change) => {
      const key = keyOf(change.identity ?? { name: '', country: '' });
      const there = this.crm.get(key);
      if (there) return crmWriter.ChangeResult.fromPartial({ changeId: change.changeId, companyId: change.companyId, outcome: crmWriter.ChangeOutcome.SKIPPED, crmId: there, code: 'appeared_since_preview' });
      const crmId = `001${change.companyId}`;
      this.crm.set(key, crmId);
      this.links.set(change.companyId, crmId);
      return crmWriter.ChangeResult.fromPartial({ changeId: change.changeId, companyId: change.companyId, outcome: crmWriter.ChangeOutcome.SUCCEEDED, crmId, code: 'created' });
    });
    const { workspaceId, runId, batchId, connectionId, object } = batch;
    await this.publish(TOPICS.changeBatchCompleted, { workspaceId, runId, batchId, connectionId, object, results, apiCalls: [{ name: 'create', count: 1 }] }, `done-${batchId}`);
  }

  private decide(candidate: matching.MatchCandidate, earlier: Map<string, matching.MatchCandidate>, askedOnly: boolean): matching.MatchDecision {
    const identity = keyOf(candidate);
    const found = (rule: string, accountId: string) => matching.MatchDecision.fromPartial({ candidateId: candidate.id, decision: Decision.MATCH, accountId, rule, score: 1, reason: `Same ${rule}.` });
    const link = this.links.get(candidate.id);
    if (link) return found('link', link);
    const there = this.crm.get(identity);
    if (there) return found('strict', there);
    if (candidate.name.startsWith('Maybe')) {
      return matching.MatchDecision.fromPartial({ candidateId: candidate.id, decision: Decision.REVIEW, otherCandidates: [{ accountId: '001x', name: 'Close', score: 0.8 }] });
    }
    const first = earlier.get(identity);
    if (!first && !askedOnly) earlier.set(identity, candidate);
    const reason = first ? `The same company as "${first.name}" (${first.id}), earlier in this list.` : 'No account is like it.';
    return matching.MatchDecision.fromPartial({ candidateId: candidate.id, decision: Decision.NEW, duplicateOfCandidateId: first?.id ?? '', rule: first ? 'strict' : '', reason, rulesVersion: 3 });
  }

  private matchingHandlers(): Match {
    const decide = this.decide.bind(this);
    return only<Match>({
      async getIndexPosition() {
        return { sequence: 9, accounts: 0 };
      },
      async *matchStream(requests) {
        const earlier = new Map<string, matching.MatchCandidate>();
        for await (const { candidates, askedOnlyIds } of requests) yield { decisions: candidates.map((candidate) => decide(candidate, earlier, askedOnlyIds.includes(candidate.id))) };
      },
    });
  }

  private segmentsHandlers(): Segments {
    const of = (id: string) => {
      const segment = this.segments.get(id);
      if (!segment) throw notFound('segments.unknown', `There is no segment ${id}.`);
      return segment;
    };
    const members = () => this.companies;
    const all = () => [...this.segments.values()];
    return only<Segments>({
      async getSegmentClosure({ id }) {
        return { segments: [{ ...of(id), size: members().length }, ...all().filter((s) => s.id !== id)] };
      },
      async *streamMembers() {
        for (let i = 0; i < members().length; i += 1_000) yield { companies: members().slice(i, i + 1_000) };
      },
    });
  }

  private crmHandlers(): Crm {
    const connection = (id: string) => {
      if (id !== this.connection.id) throw notFound('crm_writer.connection.unknown', `There is no connection ${id}.`);
      return this.connection;
    };
    const fields = () => this.fields;
    const size = () => this.crm.size;
    return only<Crm>({
      getConnection: async ({ id }) => connection(id),
      describeObject: async () => ({ fields: fields() }),
      refreshMirror: async () => ({ sequence: 9, records: size(), state: 'idle', apiCalls: [{ name: 'query', count: 1 }] }),
    });
  }

  private gatewayHandlers(): Access {
    return only<Access>({ listEntitlements: async () => ({ entitlements: [...this.entitlements].map((name) => ({ name, licensed: true })) }) });
  }
}

export const company = (n: number, more: Partial<types.Company> = {}): types.Company => types.Company.fromPartial({
  id: `co${String(n).padStart(6, '0')}`, sourceId: `s${n}`, name: `Company ${n}`, website: `https://company${n}.example`, domain: `company${n}.example`, country: 'Germany', employees: n + 1, ...more,
});
