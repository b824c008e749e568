import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fatal } from '@signalbox/kernel';
import type { Api } from './api.ts';
import type { Progress } from '../cli/progress.ts';

export interface Org {
  url: string;
  clientId: string;
  clientSecret: string;
}

interface Named {
  id: string;
}

/** Connects the CRM, sees that it is healthy, and pulls its accounts. */
export async function connectCrm(api: Api, org: Org, progress: Progress): Promise<string> {
  const { id } = await api.post<Named>('/connections', {
    name: 'Salesforce (sandbox server)', provider: 'salesforce', baseUrl: org.url, authKind: 'client_credentials', environment: 'sandbox',
    settings: { client_id: org.clientId }, secrets: { client_secret: org.clientSecret },
  });
  const tested = await api.post<{ status: string; statusMessage?: string }>(`/connections/${id}/test`);
  if (tested.status !== 'healthy') throw fatal('demo.connection', `The connection is ${tested.status}: ${tested.statusMessage}`);
  progress.begin('Pulling the CRM’s accounts', 0);
  const pull = api.post<{ records: number }>(`/connections/${id}/pull`, { object: 'Account' });
  const timer = setInterval(() => {
    void api.get<{ records: number }>(`/connections/${id}/mirror?object=Account`).then((m) => progress.update(m.records), () => undefined);
  }, 250);
  try {
    const mirror = await pull;
    progress.end(`CRM accounts in the mirror: ${mirror.records}`);
  } finally {
    clearInterval(timer);
  }
  return id;
}

export interface ImportView {
  state: string;
  rowsRead: number;
  rowsCreated: number;
  rowsRejected: number;
  failure?: string;
}

/** Imports a company list; every row is either in or named with its line. */
export async function importCompanies(api: Api, file: string, progress: Progress): Promise<ImportView> {
  const { size } = await stat(file);
  progress.begin('Importing the company list (bytes)', size);
  let sent = 0;
  const bytes = createReadStream(file).on('data', (piece) => {
    sent += piece.length;
    progress.update(sent);
  });
  const result = await api.upload<ImportView>('/companies/imports?fileName=companies.csv', Readable.toWeb(bytes) as ReadableStream, 'text/csv');
  if (result.state !== 'finished') throw fatal('demo.import', `The import ended ${result.state}: ${result.failure}`);
  progress.end(`Companies imported: ${result.rowsCreated} of ${result.rowsRead}, ${result.rowsRejected} rejected`);
  return result;
}

/** A dynamic segment: companies of which the site or the country is known. */
export async function createSegment(api: Api): Promise<{ id: string; size: number }> {
  const known = (field: string) => ({ field: { field, operator: 'is_known', values: [] } });
  return api.post('/segments', { name: 'Companies we want in the CRM', kind: 'dynamic', rule: { group: { operator: 'any', children: [known('website'), known('country')] } } });
}

/** The mapping profile and the orchestration; saving runs nothing, and generates a preview. */
export async function createOrchestration(api: Api, connectionId: string, segmentId: string): Promise<{ id: string; notice: string }> {
  const profile = await api.post<Named>('/mapping-profiles', {
    name: 'Accounts', connectionId, object: 'Account', environment: 'sandbox', externalIdField: 'Signalbox_Id__c',
    mappings: [{ companyField: 'name', crmField: 'Name' }, { companyField: 'website', crmField: 'Website' }, { companyField: 'country', crmField: 'BillingCountry' }, { constant: 'Created by Signalbox', crmField: 'Description' }],
  });
  return api.post('/orchestrations', { name: 'Create New Accounts', kind: 'create_accounts', segmentId, connectionId, mappingProfileId: profile.id, schedule: { mode: 'manual' } });
}
