import { orchestrations, segments, types } from '@signalbox/contracts';
import { orchestrationsSettings, startOrchestrations } from '@signalbox/orchestrations';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { plainSteps, type Steps } from '@signalbox/platform-orchestration';
import type { KindWorld } from '@signalbox/platform-orchestration/testing';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import type { ProductAround } from '../world/product-around.ts';

const { PlanState, RunState } = orchestrations;
const FIELD = 'Site';
const ACCOUNTS = 40;
let count = 0;

/**
 * Names pushed onto the accounts of a Salesforce sandbox of its own, through the real services; only orchestrations is started and killed. A first
 * run has written the old segment; then half of its companies have moved to the new one, so that a run writes, changes and clears.
 */
export class SegmentNamesWorld implements KindWorld {
  private client: GrpcClient<typeof orchestrations.OrchestrationsServiceDefinition> | undefined;
  private orchestrationId = '';
  private readonly prefix = `names${count += 1}-`;

  private constructor(
    private readonly around: ProductAround,
    private readonly sandbox: SalesforceSandbox,
  ) {}

  static async open(around: ProductAround): Promise<SegmentNamesWorld> {
    const sandbox = await startSalesforceSandbox();
    const world = new SegmentNamesWorld(around, sandbox);
    sandbox.seed('Account', Array.from({ length: ACCOUNTS }, (_, i) => ({ Name: world.nameOf(i), Website: `https://${world.prefix}${i}.example.com`, BillingCountry: 'Germany', ...(i % 4 === 0 ? { [FIELD]: 'Theirs' } : {}) })));
    const process = await world.start(plainSteps);
    try {
      await world.prepare();
    } finally {
      await process.stop();
    }
    return world;
  }

  private get as() {
    return { workspaceId: this.around.workspaceId };
  }

  private get api() {
    if (!this.client) throw new Error('orchestrations is not running');
    return this.client;
  }

  private nameOf = (i: number) => `Mill ${this.prefix}${i}`;

  private async published(name: string): Promise<string> {
    const { id } = await this.around.segments.createSegment({ name: `${this.prefix}${name}`, kind: segments.SegmentKind.STATIC }, this.as);
    await this.around.segments.publishSegment({ segmentId: id, enabled: true }, this.as);
    return id;
  }

  private async prepare(): Promise<void> {
    const { around, as, sandbox, prefix } = this;
    const connection = await around.crmWriter.createConnection({
      name: prefix, provider: 'salesforce', baseUrl: sandbox.url, authKind: 'client_credentials', environment: 'sandbox',
      settings: { client_id: sandbox.credentials.clientId }, secrets: { client_secret: sandbox.credentials.clientSecret },
    }, as);
    await around.crmWriter.testConnection({ id: connection.id }, as);
    const companies = Array.from({ length: ACCOUNTS }, (_, i) => types.Company.fromPartial({ sourceId: `${prefix}${i}`, name: this.nameOf(i), website: `https://${prefix}${i}.example.com`, country: 'Germany' }));
    const ids = (await around.segments.upsertCompanies({ companies }, as)).results.map((one) => one.companyId);
    const [old, fresh] = [await this.published('old'), await this.published('new')];
    await around.segments.changeMembers({ segmentId: old, addCompanyIds: ids.slice(0, 20) }, as);
    const { id } = await this.api.createOrchestration({ orchestration: { name: prefix, kind: 'push_segment_names', connectionId: connection.id, settingsJson: JSON.stringify({ field: FIELD }) } }, as);
    this.orchestrationId = id;
    const first = await this.requestRun();
    await waitFor(async () => (await this.run(first)).state === RunState.FINISHED, { timeoutMs: 30_000, what: 'the first run' });
    // Ten leave for the new one, five leave for nothing, fifteen come to the new one.
    await around.segments.changeMembers({ segmentId: old, removeCompanyIds: ids.slice(0, 15) }, as);
    await around.segments.changeMembers({ segmentId: fresh, addCompanyIds: [...ids.slice(0, 10), ...ids.slice(25)] }, as);
    await this.api.generatePreview({ orchestrationId: id }, as);
    const plan = await waitFor(async () => {
      const { latestPreviewId } = await this.api.getOrchestration({ id }, as);
      const preview = await this.api.getPlan({ id: latestPreviewId }, as);
      return preview.state === PlanState.GENERATING || preview.toWrite === 0 ? undefined : preview;
    }, { timeoutMs: 30_000, what: 'the preview' });
    if (plan.toWrite !== 30) throw new Error(`The preview should change 30 accounts: ${JSON.stringify(plan)}`);
  }

  async start(steps: Steps): Promise<{ stop(): Promise<void> }> {
    const { around } = this;
    const config = around.config(orchestrationsSettings, { SIGNALBOX_PLAN_LEASE_MS: '600', SIGNALBOX_LOOK_FOR_WORK_MS: '50', SIGNALBOX_RUN_BATCH_SIZE: '10', SIGNALBOX_RUN_BATCH_WINDOW: '2', SIGNALBOX_RUN_LANES: '2' });
    const service = await startOrchestrations(config, { logger: around.logger, ownsProcess: false, steps });
    const client = createGrpcClient(orchestrations.OrchestrationsServiceDefinition, { address: `127.0.0.1:${service.grpcPort}`, tokens: around.tokens });
    this.client = client;
    return {
      stop: async () => {
        client.close();
        await service.stop();
      },
    };
  }

  async requestRun(): Promise<string> {
    return (await this.api.runNow({ orchestrationId: this.orchestrationId }, this.as)).id;
  }

  run = (id: string) => this.api.getRun({ id }, this.as);

  async records(planId: string): Promise<orchestrations.PlanRecord[]> {
    return (await this.api.listPlanRecords({ planId, page: { limit: 1_000 } }, this.as)).records;
  }

  /** Values by account; names carry the number of the world. */
  async crmState(): Promise<unknown> {
    const plain = (text: unknown) => (typeof text === 'string' ? text.replaceAll(this.prefix, '') : '');
    return this.sandbox.records('Account').map((r) => `${plain(r['Name'])} | ${plain(r[FIELD])}`).sort();
  }

  close = (): Promise<void> => this.sandbox.close();
}
