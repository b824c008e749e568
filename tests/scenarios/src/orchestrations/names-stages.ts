import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { crmWriter } from '@signalbox/contracts';
import { startDynamicsSandbox, startHubspotSandbox, startSalesforceSandbox } from '@signalbox/sandbox';

/** The fields of one CRM that take names, in words that all have in common. */
export interface NamesStage {
  readonly provider: string;
  readonly connection: crmWriter.CreateConnectionRequest;
  readonly fields: {
    text: string;
    longText: string;
    /** Takes "Strategic", "Cloud" and "Retail" only. */
    closedList: string;
    /** Takes any value; where the CRM has such lists. */
    openList?: string;
    /** Takes one value. */
    singleList: string;
  };
  account(name: string, website: string, values?: Record<string, unknown>): string;
  value(accountId: string, field: string): string;
  /** Calls that wrote something, by the CRM's own count. */
  rowsWritten(): number;
  close(): Promise<void>;
}

type Row = Record<string, unknown>;

function schemaFile(schema: object): { file: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'names-schema-'));
  const file = join(folder, 'schema.json');
  writeFileSync(file, JSON.stringify(schema));
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}

const VALUES = ['Strategic', 'Cloud', 'Retail'];
const text = (rows: readonly Row[], id: string, accountId: string, field: string): string => String(rows.find((row) => row[id] === accountId)?.[field] ?? '');
const written = ({ rows }: { rows: { created: number; updated: number; deleted: number } }): number => rows.created + rows.updated + rows.deleted;
const given = (connection: Partial<crmWriter.CreateConnectionRequest> & { name: string }): crmWriter.CreateConnectionRequest =>
  ({ provider: '', baseUrl: '', authKind: 'client_credentials', environment: 'sandbox', dailyCalls: 0, settings: {}, secrets: {}, ...connection });

export async function salesforceNames(): Promise<NamesStage> {
  const { file, remove } = schemaFile({ objects: { Account: { fields: [
    { name: 'Segments__c', type: 'string', length: 255 }, { name: 'Long__c', type: 'textarea', length: 32_000 }, { name: 'Closed__c', type: 'multipicklist', values: VALUES, restricted: true },
    { name: 'Open__c', type: 'multipicklist', values: ['Other'] }, { name: 'One__c', type: 'picklist', values: VALUES },
  ] } } });
  const sandbox = await startSalesforceSandbox({ schemaFile: file });
  const { clientId, clientSecret } = sandbox.credentials;
  return {
    provider: 'salesforce', fields: { text: 'Segments__c', longText: 'Long__c', closedList: 'Closed__c', openList: 'Open__c', singleList: 'One__c' },
    connection: given({ name: 'A Salesforce', provider: 'salesforce', baseUrl: sandbox.url, settings: { client_id: clientId }, secrets: { client_secret: clientSecret } }),
    account: (Name, Website, values = {}) => sandbox.seed('Account', [{ Name, Website, BillingCountry: 'Germany', ...values }]).ids[0]!,
    value: (id, field) => text(sandbox.records('Account'), 'Id', id, field),
    rowsWritten: () => written(sandbox.requests()),
    close: async () => {
      await sandbox.close();
      remove();
    },
  };
}

export async function dynamicsNames(): Promise<NamesStage> {
  const options = VALUES.map((label, i) => ({ value: 100_000_000 + i, label }));
  const { file, remove } = schemaFile({ entities: { account: { attributes: [
    { name: 'new_segments', type: 'String', maxLength: 400 }, { name: 'new_long', type: 'Memo', maxLength: 20_000 }, { name: 'new_closed', type: 'MultiSelectPicklist', options }, { name: 'new_one', type: 'Picklist', options },
  ] } } });
  const sandbox = await startDynamicsSandbox({ schemaFile: file });
  const { tenantId, clientId, clientSecret } = sandbox.credentials;
  const label = (value: string) => value.split(',').map((part) => options.find((one) => String(one.value) === part)?.label ?? part).join(';');
  return {
    provider: 'dynamics', fields: { text: 'new_segments', longText: 'new_long', closedList: 'new_closed', singleList: 'new_one' },
    connection: given({ name: 'A Dynamics', provider: 'dynamics', baseUrl: sandbox.url, settings: { tenant_id: tenantId, client_id: clientId, authority: sandbox.url }, secrets: { client_secret: clientSecret } }),
    account: (name, websiteurl, values = {}) => sandbox.seed('account', [{ name, websiteurl, address1_country: 'Germany', ...values }]).ids[0]!,
    value: (id, field) => label(text(sandbox.records('account'), 'accountid', id, field)),
    rowsWritten: () => written(sandbox.requests()),
    close: async () => {
      await sandbox.close();
      remove();
    },
  };
}

export async function hubspotNames(): Promise<NamesStage> {
  const { file, remove } = schemaFile({ objects: { companies: { properties: [
    { name: 'segments', type: 'string', fieldType: 'text' }, { name: 'long_segments', type: 'string', fieldType: 'textarea' },
    { name: 'closed_segments', type: 'enumeration', fieldType: 'checkbox', options: VALUES }, { name: 'one_segment', type: 'enumeration', fieldType: 'select', options: VALUES },
  ] } } });
  const sandbox = await startHubspotSandbox({ schemaFile: file });
  return {
    provider: 'hubspot', fields: { text: 'segments', longText: 'long_segments', closedList: 'closed_segments', singleList: 'one_segment' },
    connection: given({ name: 'A HubSpot', provider: 'hubspot', baseUrl: sandbox.url, authKind: 'access_token', secrets: { access_token: sandbox.credentials.accessToken } }),
    account: (name, domain, values = {}) => sandbox.seed('companies', [{ name, domain: domain.replace('https://', ''), country: 'Germany', ...values }]).ids[0]!,
    value: (id, field) => text(sandbox.records('companies'), 'hs_object_id', id, field),
    rowsWritten: () => written(sandbox.requests()),
    close: async () => {
      await sandbox.close();
      remove();
    },
  };
}
