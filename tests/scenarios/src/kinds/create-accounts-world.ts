import { type orchestrations, segments, types } from '@signalbox/contracts';
import { plainSteps, type Steps } from '@signalbox/platform-orchestration';
import type { KindWorld } from '@signalbox/platform-orchestration/testing';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import type { ProductAround } from '../world/product-around.ts';
import { previewMade, startedMechanism, type OrchestrationsClient } from './started.ts';

let count = 0;

interface Saved {
  orchestrationId: string;
  sandbox: SalesforceSandbox;
}

/** 40 members: 3 that the CRM holds, 2 that are doubles of another, 35 that are new. Doubles read alike: ids decide which one is written. */
function companies(prefix: string): types.Company[] {
  return Array.from({ length: 40 }, (_, i) => {
    const n = i === 38 || i === 39 ? i - 30 : i;
    return types.Company.fromPartial({ sourceId: `${prefix}${String(i).padStart(3, '0')}`, name: `Works ${n} GmbH`, website: `https://works-${n}.de`, country: 'Germany' });
  });
}

/** Creating accounts in a Salesforce sandbox of its own, through the real services; only orchestrations is started and killed. */
export class CreateAccountsWorld implements KindWorld {
  private client: OrchestrationsClient | undefined;

  private constructor(
    private readonly around: ProductAround,
    private readonly saved: Saved,
  ) {}

  static async open(around: ProductAround): Promise<CreateAccountsWorld> {
    const sandbox = await startSalesforceSandbox();
    sandbox.seed('Account', [0, 1, 2].map((i) => ({ Name: `Works ${i}`, Website: `www.works-${i}.de`, BillingCountry: 'Germany' })));
    const world = new CreateAccountsWorld(around, { sandbox, orchestrationId: '' });
    const process = await world.start(plainSteps);
    try {
      world.saved.orchestrationId = await world.save();
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

  private async save(): Promise<string> {
    const { around, as, saved: { sandbox } } = this;
    count += 1;
    const prefix = `world${count}-`;
    const connection = await around.crmWriter.createConnection({
      name: prefix, provider: 'salesforce', baseUrl: sandbox.url, authKind: 'client_credentials', environment: 'sandbox',
      settings: { client_id: sandbox.credentials.clientId }, secrets: { client_secret: sandbox.credentials.clientSecret },
    }, as);
    await around.crmWriter.testConnection({ id: connection.id }, as);
    await around.segments.upsertCompanies({ companies: companies(prefix) }, as);
    const rule: segments.RuleNode = { node: { $case: 'field', field: { field: 'source_id', operator: segments.FieldOperator.STARTS_WITH, values: [prefix] } } };
    const segment = await around.segments.createSegment({ name: prefix, kind: segments.SegmentKind.DYNAMIC, rule }, as);
    await waitFor(async () => (await around.segments.getSegment({ id: segment.id }, as)).size === 40, { what: 'the segment' });
    const profile = await this.api.createMappingProfile({ profile: {
      name: prefix, connectionId: connection.id, object: 'Account', externalIdField: 'Signalbox_Id__c',
      mappings: [{ companyField: 'name', crmField: 'Name' }, { companyField: 'website', crmField: 'Website' }, { companyField: 'country', crmField: 'BillingCountry' }],
    } }, as);
    const { id } = await this.api.createOrchestration({ orchestration: { name: prefix, kind: 'create_accounts', segmentId: segment.id, connectionId: connection.id, mappingProfileId: profile.id } }, as);
    const plan = await previewMade(this.api, as, id);
    if (plan.toWrite !== 35) throw new Error(`The preview should list 35 new accounts: ${JSON.stringify(plan)}`);
    return id;
  }

  async start(steps: Steps): Promise<{ stop(): Promise<void> }> {
    const { client, stop } = await startedMechanism(this.around, steps);
    this.client = client;
    return { stop };
  }

  async requestRun(): Promise<string> {
    return (await this.api.runNow({ orchestrationId: this.saved.orchestrationId }, this.as)).id;
  }

  run = (id: string) => this.api.getRun({ id }, this.as);

  async records(planId: string): Promise<orchestrations.PlanRecord[]> {
    return (await this.api.listPlanRecords({ planId, page: { limit: 1_000 } }, this.as)).records;
  }

  /** The accounts without what Salesforce chose itself; whether ours carry our id is part of it, which id is not. */
  async crmState(): Promise<unknown> {
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    return this.saved.sandbox.records('Account')
      .map((r) => [text(r['Name']), text(r['Website']), text(r['BillingCountry']), text(r['Signalbox_Id__c']) === '' ? 'theirs' : 'ours'].join(' | ')).sort();
  }

  close = (): Promise<void> => this.saved.sandbox.close();
}
