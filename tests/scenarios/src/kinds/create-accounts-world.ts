import { segments, types } from '@signalbox/contracts';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import type { ProductAround } from '../world/product-around.ts';
import { SavedWorld } from './saved-world.ts';
import { previewMade } from './started.ts';

let count = 0;

/** 40 members: 3 that the CRM holds, 2 that are doubles of another, 35 that are new. Doubles read alike: ids decide which one is written. */
function companies(prefix: string): types.Company[] {
  return Array.from({ length: 40 }, (_, i) => {
    const n = i === 38 || i === 39 ? i - 30 : i;
    return types.Company.fromPartial({ sourceId: `${prefix}${String(i).padStart(3, '0')}`, name: `Works ${n} GmbH`, website: `https://works-${n}.de`, country: 'Germany' });
  });
}

/** Creating accounts in a Salesforce sandbox of its own. */
export class CreateAccountsWorld extends SavedWorld {
  private constructor(around: ProductAround, private readonly sandbox: SalesforceSandbox) {
    super(around);
  }

  static async open(around: ProductAround): Promise<CreateAccountsWorld> {
    const sandbox = await startSalesforceSandbox();
    sandbox.seed('Account', [0, 1, 2].map((i) => ({ Name: `Works ${i}`, Website: `www.works-${i}.de`, BillingCountry: 'Germany' })));
    return new CreateAccountsWorld(around, sandbox).prepared();
  }

  protected async prepare(): Promise<void> {
    const { around, as, sandbox } = this;
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
    this.orchestrationId = id;
  }

  /** The accounts without what Salesforce chose itself; whether ours carry our id is part of it, which id is not. */
  async crmState(): Promise<unknown> {
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    return this.sandbox.records('Account')
      .map((r) => [text(r['Name']), text(r['Website']), text(r['BillingCountry']), text(r['Signalbox_Id__c']) === '' ? 'theirs' : 'ours'].join(' | ')).sort();
  }

  close = (): Promise<void> => this.sandbox.close();
}
