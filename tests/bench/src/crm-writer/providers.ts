import { Client as HubspotClient } from '@hubspot/api-client';
import { DynamicsWebApi } from 'dynamics-web-api';
import { bareLoop } from '../create-accounts/bare-loop.ts';

/** What a sandbox prints when it starts: its address and what it accepts at sign-in, by its labels. */
export interface SandboxAccess {
  url: string;
  facts: Readonly<Record<string, string>>;
}

export interface Company {
  key: string;
  name: string;
  website: string;
}

/** A CRM as the bench uses it. */
export interface BenchProvider {
  name: string;
  /** Of the sandbox's command line, besides what all have. */
  options: readonly string[];
  /** The CRM's names for what is written. */
  fields: { name: string; website: string; key: string };
  connection(access: SandboxAccess): { baseUrl: string; authKind: string; settings: Record<string, string>; secrets: Record<string, string> };
  /** What anyone would write without the product: the provider's client, one batch after the other, as large as ours. Gives how many were created. */
  bare(access: SandboxAccess, companies: readonly Company[]): Promise<number>;
}

function* batches<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

export const salesforce: BenchProvider = {
  name: 'salesforce', options: ['--api-limit', '100000000'], fields: { name: 'Name', website: 'Website', key: 'Signalbox_Id__c' },
  connection: ({ url, facts }) => ({ baseUrl: url, authKind: 'client_credentials', settings: { client_id: facts['client id'] ?? '' }, secrets: { client_secret: facts['client secret'] ?? '' } }),
  bare: async ({ url, facts }, companies) => (await bareLoop({ url, clientId: facts['client id'] ?? '', clientSecret: facts['client secret'] ?? '' },
    companies.map(({ key, name, website }) => ({ Name: name, Website: website, Signalbox_Id__c: key })))).created,
};

const dynamics: BenchProvider = {
  name: 'dynamics', options: ['--request-limit', '1000000'], fields: { name: 'name', website: 'websiteurl', key: 'signalbox_id' },
  connection: ({ url, facts }) => ({ baseUrl: url, authKind: 'client_credentials', settings: { tenant_id: facts['tenant id'] ?? '', client_id: facts['client id'] ?? '', authority: url }, secrets: { client_secret: facts['client secret'] ?? '' } }),
  async bare({ url, facts }, companies) {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: facts['client id'] ?? '', client_secret: facts['client secret'] ?? '', scope: `${url}/.default` });
    const { access_token: token } = (await (await fetch(`${url}/${facts['tenant id']}/oauth2/v2.0/token`, { method: 'POST', body })).json()) as { access_token: string };
    const client = new DynamicsWebApi({ serverUrl: url, dataApi: { version: '9.2' }, onTokenRefresh: () => Promise.resolve(token) });
    let created = 0;
    for (const some of batches(companies, 1_000)) {
      const targets = some.map(({ key, name, website }) => ({ '@odata.type': 'Microsoft.Dynamics.CRM.account', name, websiteurl: website, signalbox_id: key }));
      created += (await client.callAction<{ Ids: string[] }>({ collection: 'accounts', actionName: 'Microsoft.Dynamics.CRM.CreateMultiple', action: { Targets: targets } })).Ids.length;
    }
    return created;
  },
};

const hubspot: BenchProvider = {
  name: 'hubspot', options: ['--burst-limit', '1000000', '--daily-limit', '100000000'], fields: { name: 'name', website: 'domain', key: 'signalbox_id' },
  connection: ({ url, facts }) => ({ baseUrl: url, authKind: 'access_token', settings: {}, secrets: { access_token: facts['access token'] ?? '' } }),
  async bare({ url, facts }, companies) {
    const client = new HubspotClient({ accessToken: facts['access token'], basePath: url, numberOfApiCallRetries: 0 });
    let created = 0;
    for (const some of batches(companies, 100)) {
      const inputs = some.map(({ key, name, website }) => ({ id: key, idProperty: 'signalbox_id', properties: { name, domain: website, signalbox_id: key } }));
      created += (await client.crm.companies.batchApi.upsert({ inputs })).results.length;
    }
    return created;
  },
};

export const PROVIDERS: Readonly<Record<string, BenchProvider>> = { salesforce, dynamics, hubspot };
