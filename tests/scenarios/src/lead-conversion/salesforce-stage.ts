import { salesforceElsewhere } from '@signalbox/connectors-salesforce/testing';
import { startSalesforceSandbox, type FaultInput } from '@signalbox/sandbox';
import { byId, schemaFile, type CrmStage, type LeadTrouble } from './crm-stage.ts';

const STATUSES = (converted: string) => ['Open - Not Contacted', converted].map((name, i) => ({ MasterLabel: name, ApiName: name, SortOrder: i + 1, IsDefault: i === 0, IsConverted: name === converted }));
const WRITES = ['convertLead', 'collections.update', 'composite'];
const ACCOUNT_ID = 'Matched_Account__c';

function faultsOf(trouble: LeadTrouble): FaultInput[] {
  switch (trouble.kind) {
    case 'locked': return [{ kind: 'lock-row', object: 'Lead', field: 'LastName', matching: `^${trouble.lastName}$`, times: trouble.times }];
    case 'refused': return [{ kind: 'poison-record', object: 'Lead', field: 'LastName', matching: `^${trouble.lastName}$` }];
    case 'duplicate-rule': return [{ kind: 'duplicate-rule', object: 'Contact', fields: ['Email'] }];
    case 'answer-lost': return [{ kind: 'timeout-after-commit', operation: WRITES, times: trouble.times, hangMs: 50 }];
    case 'session-expired': return [{ kind: 'session-expired', operation: WRITES, times: trouble.times }];
    case 'closed': return [{ kind: 'rate-limited', operation: WRITES, retryAfterSeconds: trouble.seconds }];
    case 'limit-for-today': return [{ kind: 'limit-exceeded', operation: WRITES, times: 1 }];
    case 'storm': return stormOf(trouble.probability);
  }
}

function stormOf(probability: number): FaultInput[] {
  const of = { operation: 'any', probability };
  return [
    { kind: 'timeout-after-commit', ...of, hangMs: 50 }, { kind: 'timeout-before-commit', ...of, hangMs: 50 }, { kind: 'connection-reset', ...of }, { kind: 'truncated-answer', ...of },
    { kind: 'html', ...of }, { kind: 'server-error', ...of }, { kind: 'session-expired', ...of }, { kind: 'rate-limited', ...of, retryAfterSeconds: 1 }, { kind: 'unavailable', ...of, retryAfterSeconds: 1 },
    { kind: 'latency', ...of, ms: 300 }, { kind: 'lock-row', object: 'Lead', field: 'LastName', matching: '.', probability },
  ];
}

/** `converted`: the status of this org that means it. */
export async function salesforceStage(converted = 'Closed - Converted'): Promise<CrmStage> {
  const { file, remove } = schemaFile({ objects: { Lead: { fields: [{ name: ACCOUNT_ID, label: 'Matched account', type: 'string', length: 255 }] }, LeadStatus: { rows: STATUSES(converted) } } });
  const sandbox = await startSalesforceSandbox({ schemaFile: file });
  const elsewhere = salesforceElsewhere(sandbox);
  const one = (object: string, values: Record<string, unknown>) => sandbox.seed(object, [values]).ids[0]!;
  const stamps = ['LastModifiedDate', 'LastModifiedById', 'SystemModstamp'];
  return {
    provider: 'salesforce', status: converted, accountIdField: ACCOUNT_ID, setByWriting: stamps,
    setByConversion: ['IsConverted', 'Status', 'ConvertedDate', 'ConvertedAccountId', 'ConvertedContactId', 'ConvertedOpportunityId', 'IsUnreadByOwner', ...stamps],
    connection: {
      name: 'A Salesforce', provider: 'salesforce', baseUrl: sandbox.url, authKind: 'client_credentials', environment: 'sandbox', dailyCalls: 0,
      settings: { client_id: sandbox.credentials.clientId }, secrets: { client_secret: sandbox.credentials.clientSecret },
    },
    account: (name, website) => one('Account', { Name: name, Website: website, BillingCountry: 'Germany' }),
    contact: (accountId, email) => one('Contact', { LastName: 'There', Email: email, AccountId: accountId }),
    lead: ({ company, email, lastName = 'Lee', earlierAccountId }) => one('Lead', {
      LastName: lastName, FirstName: 'Ann', Company: company, Email: email, Country: 'Germany', Title: 'Buyer', Description: 'Met at the fair', LeadSource: 'Web', Phone: '+49 228 1', Rating: 'Hot', [ACCOUNT_ID]: earlierAccountId ?? null,
    }),
    leads: () => byId(sandbox.records('Lead'), 'Id'),
    contacts: () => new Map(sandbox.records('Contact').map((row) => [String(row['Id']), String(row['AccountId'] ?? '')])),
    counts: () => ({ accounts: sandbox.counts()['Account'] ?? 0, opportunities: sandbox.counts()['Opportunity'] ?? 0 }),
    convertedInto: (lead) => (lead?.['IsConverted'] === true ? { accountId: String(lead['ConvertedAccountId']), contactId: String(lead['ConvertedContactId']) } : undefined),
    convertElsewhere: (leadId, accountId) => elsewhere.convert(leadId, accountId, converted),
    remove: (leadId) => elsewhere.remove('Lead', leadId),
    trouble: (...troubles) => sandbox.faults.set(...troubles.flatMap(faultsOf)),
    calm: () => sandbox.faults.clear(),
    requests: () => sandbox.requests(),
    resetRequests: () => sandbox.resetRequests(),
    slow: (latencyMs) => sandbox.settings({ latencyMs }),
    close: async () => {
      await sandbox.close();
      remove();
    },
  };
}
