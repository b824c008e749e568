import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { crmWriter } from '@signalbox/contracts';
import { startDynamicsSandbox, startHubspotSandbox, startSalesforceSandbox } from '@signalbox/sandbox';

export interface LeadGiven {
  company: string;
  email: string;
}

/** A CRM whose leads are converted, in words that both have in common. */
export interface CrmStage {
  readonly provider: string;
  readonly connection: crmWriter.CreateConnectionRequest;
  readonly status: string;
  /** Text field of a lead that nobody but us writes. */
  readonly accountIdField: string;
  /** Fields that a conversion sets itself, in this CRM. */
  readonly setByConversion: readonly string[];
  account(name: string, website: string): string;
  contact(accountId: string, email: string): string;
  lead(given: LeadGiven): string;
  leads(): Map<string, Record<string, unknown>>;
  contactsOf(accountId: string): string[];
  counts(): { accounts: number; opportunities: number };
  close(): Promise<void>;
}

type Rows = Record<string, unknown>[];

function schemaFile(schema: object): { file: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'lead-schema-'));
  const file = join(folder, 'schema.json');
  writeFileSync(file, JSON.stringify(schema));
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}

const byId = (rows: Rows, id: string): Map<string, Record<string, unknown>> => new Map(rows.map((row) => [String(row[id]), row]));
const idsOf = (rows: Rows, id: string, account: string, accountId: string): string[] => rows.filter((row) => row[account] === accountId).map((row) => String(row[id])).sort();

const STATUSES = (converted: string) => ['Open - Not Contacted', converted].map((name, i) => ({ MasterLabel: name, ApiName: name, SortOrder: i + 1, IsDefault: i === 0, IsConverted: name === converted }));

/** `converted`: the status of this org that means it. */
export async function salesforceStage(converted = 'Closed - Converted'): Promise<CrmStage> {
  const { file, remove } = schemaFile({ objects: { Lead: { fields: [{ name: 'Matched_Account__c', label: 'Matched account', type: 'string', length: 255 }] }, LeadStatus: { rows: STATUSES(converted) } } });
  const sandbox = await startSalesforceSandbox({ schemaFile: file });
  const one = (object: string, values: Record<string, unknown>) => sandbox.seed(object, [values]).ids[0]!;
  return {
    provider: 'salesforce', status: converted, accountIdField: 'Matched_Account__c',
    setByConversion: ['IsConverted', 'Status', 'ConvertedDate', 'ConvertedAccountId', 'ConvertedContactId', 'ConvertedOpportunityId', 'IsUnreadByOwner', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp'],
    connection: {
      name: 'A Salesforce', provider: 'salesforce', baseUrl: sandbox.url, authKind: 'client_credentials', environment: 'sandbox', dailyCalls: 0,
      settings: { client_id: sandbox.credentials.clientId }, secrets: { client_secret: sandbox.credentials.clientSecret },
    },
    account: (name, website) => one('Account', { Name: name, Website: website, BillingCountry: 'Germany' }),
    contact: (accountId, email) => one('Contact', { LastName: 'There', Email: email, AccountId: accountId }),
    lead: ({ company, email }) => one('Lead', { LastName: 'Lee', FirstName: 'Ann', Company: company, Email: email, Country: 'Germany', Title: 'Buyer', Description: 'Met at the fair', LeadSource: 'Web' }),
    leads: () => byId(sandbox.records('Lead'), 'Id'),
    contactsOf: (accountId) => idsOf(sandbox.records('Contact'), 'Id', 'AccountId', accountId),
    counts: () => ({ accounts: sandbox.counts()['Account'] ?? 0, opportunities: sandbox.counts()['Opportunity'] ?? 0 }),
    close: async () => {
      await sandbox.close();
      remove();
    },
  };
}

export async function dynamicsStage(): Promise<CrmStage> {
  const { file, remove } = schemaFile({ entities: { lead: { attributes: [{ name: 'new_matchedaccount', label: 'Matched account' }] } } });
  const sandbox = await startDynamicsSandbox({ schemaFile: file });
  const one = (entity: string, values: Record<string, unknown>) => sandbox.seed(entity, [values]).ids[0]!;
  const { tenantId, clientId, clientSecret } = sandbox.credentials;
  return {
    provider: 'dynamics', status: '3', accountIdField: 'new_matchedaccount',
    setByConversion: ['statecode', 'statuscode', 'parentaccountid', 'parentcontactid', 'modifiedon', 'modifiedby', 'versionnumber'],
    connection: {
      name: 'A Dynamics', provider: 'dynamics', baseUrl: sandbox.url, authKind: 'client_credentials', environment: 'sandbox', dailyCalls: 0,
      settings: { tenant_id: tenantId, client_id: clientId, authority: sandbox.url }, secrets: { client_secret: clientSecret },
    },
    account: (name, website) => one('account', { name, websiteurl: website, address1_country: 'Germany' }),
    contact: (accountId, email) => one('contact', { lastname: 'There', emailaddress1: email, 'parentcustomerid_account@odata.bind': `/accounts(${accountId})` }),
    lead: ({ company, email }) => one('lead', { lastname: 'Lee', firstname: 'Ann', subject: 'Interest', companyname: company, emailaddress1: email, address1_country: 'Germany', jobtitle: 'Buyer', description: 'Met at the fair' }),
    leads: () => byId(sandbox.records('lead'), 'leadid'),
    contactsOf: (accountId) => idsOf(sandbox.records('contact'), 'contactid', 'parentcustomerid', accountId),
    counts: () => ({ accounts: sandbox.counts()['account'] ?? 0, opportunities: sandbox.counts()['opportunity'] ?? 0 }),
    close: async () => {
      await sandbox.close();
      remove();
    },
  };
}

/** A CRM whose leads are contacts already. */
export async function hubspotConnection(): Promise<{ connection: crmWriter.CreateConnectionRequest; close(): Promise<void> }> {
  const sandbox = await startHubspotSandbox();
  return {
    connection: { name: 'A HubSpot', provider: 'hubspot', baseUrl: sandbox.url, authKind: 'access_token', environment: 'sandbox', dailyCalls: 0, settings: {}, secrets: { access_token: sandbox.credentials.accessToken } },
    close: () => sandbox.close(),
  };
}
