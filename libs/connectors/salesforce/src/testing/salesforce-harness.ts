import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectorHarness, ConversionStage, Trouble } from '@signalbox/connectors-sdk/testing';
import { startSalesforceSandbox, type FaultInput, type SalesforceSandbox } from '@signalbox/sandbox';
import { connector } from '../index.ts';

/** What differs between the objects that the suite is tried on. */
const STAGES = {
  Account: { textField: 'Site', requiredFields: ['Name'], named: 'Name', duplicates: ['Name', 'Website'] },
  // The suite writes companies and no people, so this org fills in a last name by itself.
  Lead: { textField: 'Title', requiredFields: ['Company'], named: 'Company', duplicates: ['Company', 'Website'] },
} as const;
type Staged = keyof typeof STAGES;

const KEY = { name: 'Signalbox_Id__c', length: 64, externalId: true, unique: true };
const FOUNDED = { name: 'Founded__c', type: 'date' };
const SCHEMA = { objects: { Account: { fields: [FOUNDED] }, Lead: { fields: [FOUNDED, KEY, { name: 'Matched_Account__c' }, { name: 'LastName', required: false, default: 'Doe' }] } } };

const WRITES = ['composite', 'collections.create', 'collections.upsert', 'collections.update', 'collections.delete', 'convertLead'];
const CONVERTED = 'Closed - Converted';

function faultOf(trouble: Exclude<Trouble, { kind: 'clock-skew' }>, object: Staged, on: 'read' | 'write'): FaultInput {
  const operation = on === 'read' ? 'read' : WRITES;
  const { named: field, duplicates } = STAGES[object];
  switch (trouble.kind) {
    case '429-mid-batch': return { kind: 'rate-limited', operation, skip: trouble.skip, retryAfterSeconds: 30 };
    case 'limit-for-today': return { kind: 'limit-exceeded', operation };
    case 'timeout-after-commit': return { kind: 'timeout-after-commit', operation, times: 1, hangMs: 50 };
    case 'expired-session': return { kind: 'session-expired', operation, ...(trouble.forever ? {} : { times: 1 }) };
    case 'partial-failure': return { kind: 'poison-record', object, field, matching: trouble.matching };
    case 'locked-rows': return { kind: 'lock-row', object, field, matching: trouble.matching, times: trouble.times };
    case 'duplicate-rule': return { kind: 'duplicate-rule', object, fields: [...duplicates] };
    case 'schema-changed': return { kind: 'field-removed', object, field: trouble.field };
  }
}

/** The token of another client. */
async function signIn(sandbox: SalesforceSandbox): Promise<string> {
  const { clientId, clientSecret } = sandbox.credentials;
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  return ((await (await fetch(`${sandbox.url}/services/oauth2/token`, { method: 'POST', body })).json()) as { access_token: string }).access_token;
}

/** Deletes as another client would. */
async function remove(sandbox: SalesforceSandbox, object: string, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${await signIn(sandbox)}` };
  const answer = await fetch(`${sandbox.url}/services/data/v62.0/sobjects/${object}/${id}`, { method: 'DELETE', headers });
  if (answer.status !== 204) throw new Error(`the sandbox did not delete ${id}: ${answer.status}`);
}

/** Converts as another client would. */
async function convert(sandbox: SalesforceSandbox, leadId: string, accountId: string, status: string = CONVERTED): Promise<void> {
  const body = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><s:Header><SessionHeader><sessionId>${await signIn(sandbox)}</sessionId></SessionHeader></s:Header><s:Body><convertLead><leadConverts><leadId>${leadId}</leadId><accountId>${accountId}</accountId><convertedStatus>${status}</convertedStatus><doNotCreateOpportunity>true</doNotCreateOpportunity></leadConverts></convertLead></s:Body></s:Envelope>`;
  const answer = await (await fetch(`${sandbox.url}/services/Soap/u/62.0`, { method: 'POST', headers: { 'content-type': 'text/xml', SOAPAction: '""' }, body })).text();
  if (!answer.includes('<success>true</success>')) throw new Error(`the sandbox did not convert ${leadId}: ${answer}`);
}

/** What somebody else does in the org, with a client of his own. */
export const salesforceElsewhere = (sandbox: SalesforceSandbox) => ({
  remove: (object: string, id: string) => remove(sandbox, object, id),
  convert: (leadId: string, accountId: string, status?: string) => convert(sandbox, leadId, accountId, status),
});

function conversionStage(sandbox: SalesforceSandbox): ConversionStage {
  return {
    leadsPerCall: 100, statuses: { converted: CONVERTED, other: 'Working - Contacted' }, missingAccount: '0015f00000ZZZZZAAA',
    setByConversion: ['IsConverted', 'Status', 'ConvertedDate', 'ConvertedAccountId', 'ConvertedContactId', 'ConvertedOpportunityId', 'IsUnreadByOwner', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp'],
    leadValues: (n) => ({
      Company: `Lead ${n}`, FirstName: 'Ada', LastName: `Person ${n}`, Salutation: 'Dr.', Title: 'Engineer', Email: `ada${n}@lead${n}.example`, Phone: `+44 20 ${n}`, MobilePhone: `+44 77 ${n}`, Fax: `+44 21 ${n}`,
      Website: `lead${n}.example`, Street: '1 High Street', City: 'London', State: 'Greater London', PostalCode: 'N1', Country: 'United Kingdom', Description: 'Met at the fair', LeadSource: 'Web', Industry: 'Banking',
      Rating: 'Hot', AnnualRevenue: '1000000', NumberOfEmployees: '12', DoNotCall: 'true', Founded__c: '1999-12-31', Matched_Account__c: `lead-to-account-${n}`,
    }),
    seedAccount: () => sandbox.seed('Account', [{ Name: 'The account', Phone: '+44 1' }]).ids[0]!,
    seedContact: (accountId) => sandbox.seed('Contact', [{ LastName: 'Already there', AccountId: accountId }]).ids[0]!,
    convert: (leadId, accountId) => convert(sandbox, leadId, accountId),
    contacts: () => sandbox.records('Contact').map((values) => ({ id: String(values['Id']), accountId: String(values['AccountId'] ?? '') })),
    counts: () => ({ accounts: sandbox.counts()['Account'] ?? 0, opportunities: sandbox.counts()['Opportunity'] ?? 0 }),
  };
}

export async function salesforceHarness(object: Staged = 'Account'): Promise<ConnectorHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'salesforce-schema-'));
  const schemaFile = join(folder, 'schema.json');
  writeFileSync(schemaFile, JSON.stringify(SCHEMA));
  let ahead = 0;
  const sandbox = await startSalesforceSandbox({ schemaFile, now: () => Date.now() + ahead });
  const { clientId, clientSecret } = sandbox.credentials;
  const { textField, requiredFields } = STAGES[object];
  return {
    connector, object, keyField: KEY.name, textField, requiredFields, lookupValuesPerCall: 500, callsPerDeletion: object === 'Account' ? 4 : 1, poison: { field: FOUNDED.name, value: 'no date at all' },
    ...(object === 'Lead' ? { conversion: conversionStage(sandbox) } : {}),
    input: () => ({ baseUrl: sandbox.url, authKind: 'client_credentials', settings: { client_id: clientId }, secrets: { client_secret: clientSecret } }),
    reset: () => {
      ahead = 0;
      sandbox.faults.clear();
      sandbox.reset();
      sandbox.resetRequests();
    },
    ...(object === 'Account' ? {
      dependants: { add: (id) => { sandbox.seed('Contact', [{ LastName: 'Employee', AccountId: id }]); }, count: () => sandbox.counts()['Contact'] ?? 0 },
    } : {}),
    seed: (records) => sandbox.seed(object, records).ids,
    remove: (id) => remove(sandbox, object, id),
    records: () => sandbox.records(object).map((values) => ({ id: String(values['Id']), values })),
    calm: () => sandbox.faults.clear(),
    trouble: (trouble, on = 'write') => {
      if (trouble.kind === 'clock-skew') ahead = trouble.aheadMs;
      else sandbox.faults.set(faultOf(trouble, object, on));
    },
    apiCalls: () => sandbox.requests().apiCalls,
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
}
