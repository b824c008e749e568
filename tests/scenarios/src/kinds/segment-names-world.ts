import { orchestrations, segments, types } from '@signalbox/contracts';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import type { ProductAround } from '../world/product-around.ts';
import { SavedWorld } from './saved-world.ts';

const { PlanState, RunState } = orchestrations;
const FIELD = 'Site';
const ACCOUNTS = 40;
let count = 0;

/**
 * Names pushed onto the accounts of a Salesforce sandbox of its own. A first run has written the old segment; then half of its companies have moved to
 * the new one, so that a run writes, changes and clears.
 */
export class SegmentNamesWorld extends SavedWorld {
  private readonly prefix = `names${count += 1}-`;

  private constructor(around: ProductAround, private readonly sandbox: SalesforceSandbox) {
    super(around);
  }

  static async open(around: ProductAround): Promise<SegmentNamesWorld> {
    const sandbox = await startSalesforceSandbox();
    const world = new SegmentNamesWorld(around, sandbox);
    sandbox.seed('Account', Array.from({ length: ACCOUNTS }, (_, i) => ({ Name: world.nameOf(i), Website: `https://${world.prefix}${i}.example.com`, BillingCountry: 'Germany', ...(i % 4 === 0 ? { [FIELD]: 'Theirs' } : {}) })));
    return world.prepared();
  }

  private nameOf = (i: number) => `Mill ${this.prefix}${i}`;

  private async published(name: string): Promise<string> {
    const { id } = await this.around.segments.createSegment({ name: `${this.prefix}${name}`, kind: segments.SegmentKind.STATIC }, this.as);
    await this.around.segments.publishSegment({ segmentId: id, enabled: true }, this.as);
    return id;
  }

  protected async prepare(): Promise<void> {
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

  /** Values by account; names carry the number of the world. */
  async crmState(): Promise<unknown> {
    const plain = (text: unknown) => (typeof text === 'string' ? text.replaceAll(this.prefix, '') : '');
    return this.sandbox.records('Account').map((r) => `${plain(r['Name'])} | ${plain(r[FIELD])}`).sort();
  }

  close = (): Promise<void> => this.sandbox.close();
}
