import { startSalesforceSandbox } from '@signalbox/sandbox';
import { Api, firstSignIn, type PlanView, type RunView } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import type { StartTopology, Topology } from '../topology/topology.ts';
import type { Crm } from './crm.ts';

export type Sandbox = Awaited<ReturnType<typeof startSalesforceSandbox>>;

export interface PlanRecordView {
  changeId: string;
  companyName: string;
  action: string;
  reason: string;
  reasonText?: string;
  state: string;
  crmId?: string;
  outcomeCode?: string;
  evidence?: { rule?: string; score?: number; evidence?: unknown[]; otherCandidates?: unknown[] };
  changes: { field: string; before?: string; after?: string }[];
}

export interface CompanyRow {
  id: string;
  name: string;
  website?: string;
  country?: string;
}

/** States in which a run stays until somebody acts. */
export const ENDED = ['finished', 'cancelled', 'failed', 'halted'];
const cell = (value = '') => `"${value.replaceAll('"', '""')}"`;

/** The product in one topology, a Salesforce of its own, and the words that scenarios speak. */
export class World<C extends Crm = Sandbox> {
  // Fields of their own: the bench loads this file as Node reads TypeScript, by leaving the types out.
  readonly topology: Topology;
  readonly crm: C;
  readonly api: Api;

  constructor(topology: Topology, crm: C, api: Api) {
    this.topology = topology;
    this.crm = crm;
    this.api = api;
  }

  /** Connects the sandbox and pulls its accounts; returns the connection's id. */
  async connect(name?: string): Promise<string> {
    const id = await this.connectUnread(name);
    await this.pull(id);
    return id;
  }

  /** Connects the sandbox, of which nothing is read yet; returns the connection's id. */
  async connectUnread(name = 'Salesforce'): Promise<string> {
    const { id } = await this.api.post<{ id: string }>('/connections', {
      name, provider: 'salesforce', baseUrl: this.crm.url, authKind: 'client_credentials', environment: 'sandbox',
      settings: { client_id: this.crm.credentials.clientId }, secrets: { client_secret: this.crm.credentials.clientSecret },
    });
    await this.api.post(`/connections/${id}/test`);
    return id;
  }

  /** Takes in what has changed in the CRM. */
  async pull(connectionId: string, object = 'Account'): Promise<void> {
    await this.api.post(`/connections/${connectionId}/pull`, { object });
  }

  /** Imports companies; the answer is the import as the API shows it. */
  importCompanies(rows: CompanyRow[]): Promise<{ state: string; rowsCreated: number }> {
    const lines = rows.map((r) => [r.id, r.name, r.website, r.country].map(cell).join(','));
    const text = ['id,name,website,country', ...lines].join('\n');
    return this.api.upload('/companies/imports?fileName=spec.csv', new Blob([text]).stream(), 'text/csv');
  }

  /** A dynamic segment of the companies whose source id starts with `prefix`. */
  segmentOf(prefix: string): Promise<{ id: string; size: number }> {
    return this.api.post('/segments', { name: `Companies ${prefix}`, kind: 'dynamic', rule: { field: { field: 'source_id', operator: 'starts_with', values: [prefix] } } });
  }

  async profile(connectionId: string, more: { companyField?: string; crmField: string }[] = []): Promise<string> {
    const mappings = [{ companyField: 'name', crmField: 'Name' }, { companyField: 'website', crmField: 'Website' }, { companyField: 'country', crmField: 'BillingCountry' }, ...more];
    const { id } = await this.api.post<{ id: string }>('/mapping-profiles', { name: `Accounts ${Date.now()}`, connectionId, object: 'Account', environment: 'sandbox', externalIdField: 'Signalbox_Id__c', mappings });
    return id;
  }

  async orchestration(name: string, connectionId: string, segmentId: string, more: Record<string, unknown> = {}): Promise<string> {
    const mappingProfileId = await this.profile(connectionId);
    const body = { name, kind: 'create_accounts', segmentId, connectionId, mappingProfileId, schedule: { mode: 'manual' }, ...more };
    return (await this.api.post<{ id: string }>('/orchestrations', body)).id;
  }

  async preview(orchestrationId: string): Promise<PlanView> {
    return waitFor(async () => {
      const { latestPreviewId } = await this.api.get<{ latestPreviewId?: string }>(`/orchestrations/${orchestrationId}`);
      const plan = latestPreviewId ? await this.api.get<PlanView>(`/plans/${latestPreviewId}`) : undefined;
      return plan && plan.state !== 'generating' ? plan : undefined;
    }, { timeoutMs: 60_000, what: 'the preview' });
  }

  async newPreview(orchestrationId: string): Promise<PlanView> {
    await this.api.post(`/orchestrations/${orchestrationId}/previews`, {});
    return this.preview(orchestrationId);
  }

  async records(planId: string): Promise<PlanRecordView[]> {
    const all: PlanRecordView[] = [];
    for (let cursor = ''; ; ) {
      const page = await this.api.get<{ items: PlanRecordView[]; nextCursor?: string }>(`/plans/${planId}/records?limit=100${cursor ? `&cursor=${cursor}` : ''}`);
      all.push(...page.items);
      if (!page.nextCursor) return all;
      cursor = page.nextCursor;
    }
  }

  async csv(path: string): Promise<string> {
    const response = await this.api.raw(path);
    return response.text();
  }

  startRun(orchestrationId: string): Promise<RunView & { joined?: boolean }> {
    return this.api.post(`/orchestrations/${orchestrationId}/runs`, {});
  }

  async ended(runId: string, timeoutMs = 90_000): Promise<RunView> {
    return waitFor(async () => {
      const run = await this.api.get<RunView>(`/runs/${runId}`);
      return ENDED.includes(run.state) ? run : undefined;
    }, { timeoutMs, what: `the end of run ${runId}` });
  }

  async run(orchestrationId: string): Promise<RunView> {
    return this.ended((await this.startRun(orchestrationId)).id);
  }

  async stop(): Promise<void> {
    await this.topology.stop();
    await this.crm.close();
  }
}

/** A world whose Salesforce is made by `open`. */
export async function createWorldWith<C extends Crm>(start: StartTopology, open: () => Promise<C>): Promise<World<C>> {
  const crm = await open();
  const topology = await start();
  const { token } = await firstSignIn(topology.url);
  return new World(topology, crm, new Api(topology.url, token));
}

export const ownSandbox = (): Promise<Sandbox> => startSalesforceSandbox({ port: 0 });

export const createWorld = (start: StartTopology): Promise<World> => createWorldWith(start, ownSandbox);
