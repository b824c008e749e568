import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectorHarness, ConversionStage, Trouble } from '@signalbox/connectors-sdk/testing';
import { startDynamicsSandbox, type DynamicsFault, type DynamicsSandbox } from '@signalbox/sandbox';
import { LEADS_PER_CALL } from '../client/client.ts';
import { connector } from '../index.ts';

const WRITES = ['createMultiple', 'updateMultiple', 'batch'];

interface Tried {
  object: string;
  /** Logical names of the table and of the columns that the suite needs. */
  table: string;
  name: string;
  textField: string;
  requiredFields: readonly string[];
}
export const ACCOUNTS: Tried = { object: 'Account', table: 'account', name: 'name', textField: 'fax', requiredFields: ['name'] };
export const LEADS: Tried = { object: 'Lead', table: 'lead', name: 'companyname', textField: 'jobtitle', requiredFields: ['lastname'] };

function faultOf(trouble: Exclude<Trouble, { kind: 'clock-skew' }>, { table, name }: Tried, on: 'read' | 'write'): DynamicsFault {
  const operation = on === 'read' ? 'read' : WRITES;
  switch (trouble.kind) {
    case '429-mid-batch': return { kind: 'rate-limited', operation, skip: trouble.skip, retryAfterSeconds: 30 };
    case 'limit-for-today': return { kind: 'limit-exceeded', operation };
    case 'timeout-after-commit': return { kind: 'timeout-after-commit', operation, times: 1, hangMs: 50 };
    case 'expired-session': return { kind: 'session-expired', operation, ...(trouble.forever ? {} : { times: 1 }) };
    case 'partial-failure': return { kind: 'poison-record', field: name, matching: trouble.matching };
    case 'locked-rows': return { kind: 'lock-row', field: name, matching: trouble.matching, times: trouble.times };
    case 'duplicate-rule': return { kind: 'duplicate-rule', object: table, fields: [name, 'websiteurl'] };
    case 'schema-changed': return { kind: 'field-removed', object: table, field: trouble.field };
  }
}

export const inputFor = (sandbox: DynamicsSandbox) => ({
  baseUrl: sandbox.url, authKind: 'client_credentials', settings: { tenant_id: sandbox.credentials.tenantId, client_id: sandbox.credentials.clientId, authority: sandbox.url }, secrets: { client_secret: sandbox.credentials.clientSecret },
});

/** A call as another client would make it. */
async function call(sandbox: DynamicsSandbox, method: string, path: string, body?: object): Promise<void> {
  const { tenantId, clientId, clientSecret } = sandbox.credentials;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: `${sandbox.url}/.default` });
  const token = (await (await fetch(`${sandbox.url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body: form })).json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${sandbox.url}/api/data/v9.2/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!answer.ok) throw new Error(`the sandbox did not do ${method} ${path}: ${answer.status}`);
}

/** What somebody else does in the environment, with a client of his own. */
export const dynamicsElsewhere = (sandbox: DynamicsSandbox) => ({
  remove: (table: string, id: string) => call(sandbox, 'DELETE', `${table}s(${id})`),
  convert: async (leadId: string, accountId: string) => {
    await call(sandbox, 'PATCH', `leads(${leadId})`, { 'parentaccountid@odata.bind': `/accounts(${accountId})` });
    await call(sandbox, 'POST', `leads(${leadId})/Microsoft.Dynamics.CRM.QualifyLead`, { CreateAccount: false, CreateContact: true, CreateOpportunity: false, Status: 3 });
  },
});

function conversionStage(sandbox: DynamicsSandbox): ConversionStage {
  const account = () => sandbox.seed('account', [{ name: 'Somebody else Ltd' }]).ids[0]!;
  return {
    leadsPerCall: LEADS_PER_CALL, statuses: { converted: '3', other: '2' }, missingAccount: '11111111-2222-4333-8444-555555555555', seedAccount: account,
    leadValues: (n) => ({
      companyname: `Lead ${n}`, subject: `Interest ${n}`, firstname: 'Ada', lastname: `L${n}`, websiteurl: `lead${n}.example.com`, emailaddress1: `ada${n}@lead.example.com`, telephone1: '+49 1', jobtitle: 'Buyer',
      description: 'Asked for a quote', leadsourcecode: '8', numberofemployees: '12', address1_country: 'Germany', address1_city: 'Bonn', new_matchedaccount: 'the account that was found before', 
    }),
    setByConversion: ['statecode', 'statuscode', 'parentaccountid', 'parentcontactid', 'modifiedon', 'modifiedby', 'versionnumber'],
    seedContact: (accountId) => sandbox.seed('contact', [{ lastname: 'There', 'parentcustomerid_account@odata.bind': `/accounts(${accountId})` }]).ids[0]!,
    convert: (leadId, accountId) => dynamicsElsewhere(sandbox).convert(leadId, accountId),
    contacts: () => sandbox.records('contact').map((row) => ({ id: String(row['contactid']), accountId: String(row['parentcustomerid'] ?? '') })),
    counts: () => ({ accounts: sandbox.counts()['account'] ?? 0, opportunities: sandbox.counts()['opportunity'] ?? 0 }),
  };
}

export async function dynamicsHarness(tried: Tried): Promise<ConnectorHarness> {
  const { object, table, textField, requiredFields } = tried;
  const folder = mkdtempSync(join(tmpdir(), 'dynamics-schema-'));
  const schemaFile = join(folder, 'schema.json');
  writeFileSync(schemaFile, JSON.stringify({ entities: { [table]: { attributes: [{ name: 'new_founded', label: 'Founded', type: 'DateTime', dateOnly: true }, { name: 'new_matchedaccount', label: 'Matched account' }] } } }));
  let ahead = 0;
  const sandbox = await startDynamicsSandbox({ schemaFile, now: () => Date.now() + ahead });
  return {
    connector, object, keyField: 'signalbox_id', textField, requiredFields, lookupValuesPerCall: 2500, callsPerDeletion: table === 'account' ? 2 : 1, poison: { field: 'new_founded', value: 'no date at all' },
    ...(table === 'account' ? {
      dependants: { add: (id) => { sandbox.seed('contact', [{ lastname: 'Employee', 'parentcustomerid_account@odata.bind': `/accounts(${id})` }]); }, count: () => sandbox.counts()['contact'] ?? 0 },
    } : {}),
    ...(table === 'lead' ? { conversion: conversionStage(sandbox) } : {}),
    input: () => inputFor(sandbox),
    reset: () => {
      ahead = 0;
      sandbox.faults.clear();
      sandbox.reset();
      sandbox.resetRequests();
    },
    seed: (records) => sandbox.seed(table, records).ids,
    remove: (id) => dynamicsElsewhere(sandbox).remove(table, id),
    records: () => sandbox.records(table).map((values) => ({ id: String(values[`${table}id`]), values })),
    calm: () => sandbox.faults.clear(),
    trouble: (trouble, on = 'write') => {
      if (trouble.kind === 'clock-skew') ahead = trouble.aheadMs;
      else sandbox.faults.set(faultOf(trouble, tried, on));
    },
    apiCalls: () => sandbox.requests().apiCalls,
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
}
