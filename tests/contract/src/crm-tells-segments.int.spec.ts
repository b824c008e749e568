import { segments, types } from '@signalbox/contracts';
import { OBJECT, Stage } from '@signalbox/crm-writer/testing';
import { matchingSettings, startMatching } from '@signalbox/matching';
import { readConfig } from '@signalbox/platform-config';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger } from '@signalbox/platform-telemetry';
import { startHubspotSandbox, type HubspotSandbox } from '@signalbox/sandbox';
import { segmentsSettings, startSegments } from '@signalbox/segments';
import { waitFor } from '@signalbox/testing';

const { CrmConditionKind: Kind, GroupOperator, SegmentKind } = segments;
const OPPORTUNITY = 'Opportunity';
let stage: Stage;
let hubspot: HubspotSandbox;
const services: RunningService[] = [];
let client: GrpcClient<typeof segments.SegmentsServiceDefinition>;

beforeAll(async () => {
  stage = await Stage.open();
  hubspot = await startHubspotSandbox({ burstLimit: 10_000 });
  const overrides = { ownsProcess: false, logger: createLogger({ service: 'spec', level: process.env['SPEC_LOG_LEVEL'] ?? 'silent' }) };
  const matching = await startMatching(readConfig(matchingSettings, stage.environment()), overrides);
  const environment = { ...stage.environment(), SIGNALBOX_MATCHING_ADDRESS: `127.0.0.1:${matching.grpcPort}`, SIGNALBOX_CRM_WRITER_ADDRESS: `127.0.0.1:${stage.service.grpcPort}` };
  const started = await startSegments(readConfig(segmentsSettings, environment), overrides);
  services.push(started, matching);
  client = createGrpcClient(segments.SegmentsServiceDefinition, { address: `127.0.0.1:${started.grpcPort}`, tokens: stage.tokens });
});
afterAll(async () => {
  client?.close();
  for (const service of services) await service.stop();
  await hubspot?.close();
  await stage?.close();
});

const group = (operator: segments.GroupOperator, ...children: segments.RuleNode[]): segments.RuleNode => ({ node: { $case: 'group', group: { operator, children } } });
const crm = (kind: segments.CrmConditionKind, connectionId: string, reference = ''): segments.RuleNode => ({ node: { $case: 'crm', crm: { kind, connectionId, reference } } });
const prospectsOf = (connectionId: string) => group(GroupOperator.ALL, crm(Kind.ACCOUNT, connectionId), group(GroupOperator.NONE, crm(Kind.OPPORTUNITY, connectionId, 'won')));
const save = (name: string, rule: segments.RuleNode) => client.createSegment({ name, kind: SegmentKind.DYNAMIC, rule }, stage.as);
const companies = (...all: [name: string, website: string][]) => client.upsertCompanies({ companies: all.map(([name, website]) => types.Company.fromPartial({ sourceId: name, name, website, country: 'US' })) }, stage.as);
const become = (segmentId: string, ...wanted: string[]) => waitFor(async () => {
  const { companies: found } = await client.listMembers({ segmentId }, stage.as);
  return found.map((c) => c.name).sort().join() === wanted.sort().join();
}, { timeoutMs: 30_000, what: `the members to be ${wanted.join(', ') || 'nobody'}` });
const pull = (connectionId: string, object: string) => stage.client.refreshMirror({ connectionId, object }, stage.as);

describe('from a CRM to the members of a segment', () => {
  it('Salesforce: a company leaves the prospects when its opportunity is won, and comes back when that is deleted', async () => {
    const [acme, globex] = stage.sandbox.seed(OBJECT, [['Acme Rockets', 'acme-rockets.com'], ['Globex', 'globex.com'], ['Nobody\'s', 'nobodys.com']].map(([Name, Website]) => ({ Name, Website, BillingCountry: 'US' }))).ids as [string, string];
    await companies(['Acme Rockets', 'acme-rockets.com'], ['Globex', 'globex.com'], ['Initech', 'initech.com']);
    const { id: connectionId } = await stage.connect();
    // Nobody has pulled anything yet: the rule itself asks for what it needs.
    const prospects = await save('Prospects', prospectsOf(connectionId));
    expect(prospects.notices).toHaveLength(1);
    await become(prospects.id, 'Acme Rockets', 'Globex');
    await waitFor(async () => (await client.getSegment({ id: prospects.id }, stage.as)).notices.length === 0, { what: 'everything being followed' });
    const talks = await save('In talks', crm(Kind.OPPORTUNITY, connectionId, 'open'));
    const [deal] = stage.sandbox.seed(OPPORTUNITY, [{ AccountId: globex, Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-12-31' }]).ids as [string];
    await pull(connectionId, OPPORTUNITY);
    await become(talks.id, 'Globex');
    await salesforce('PATCH', deal, { StageName: 'Closed Won' });
    await pull(connectionId, OPPORTUNITY);
    await become(prospects.id, 'Acme Rockets');
    await become(talks.id);
    // It was Acme's in truth.
    await salesforce('PATCH', deal, { AccountId: acme });
    await pull(connectionId, OPPORTUNITY);
    await become(prospects.id, 'Globex');
    await salesforce('DELETE', deal);
    await pull(connectionId, OPPORTUNITY);
    await become(prospects.id, 'Acme Rockets', 'Globex');
  }, 120_000);

  it('a mirror and accounts that were told before anybody listened are told again when a rule comes to need them', async () => {
    const [hooli] = stage.sandbox.seed(OBJECT, [{ Name: 'Hooli', Website: 'hooli.com', BillingCountry: 'US' }]).ids as [string];
    stage.sandbox.seed(OPPORTUNITY, Array.from({ length: 1_100 }, (_, i) => ({ AccountId: hooli, Name: `Lost ${i}`, StageName: 'Closed Lost', CloseDate: '2026-12-31' })));
    await companies(['Hooli', 'hooli.com']);
    const { id: connectionId } = await stage.connect();
    for (const object of [OBJECT, OPPORTUNITY]) await pull(connectionId, object);
    const first = await save('In the CRM', crm(Kind.ACCOUNT, connectionId));
    await waitFor(async () => (await client.listMembers({ segmentId: first.id }, stage.as)).companies.some((c) => c.name === 'Hooli'), { timeoutMs: 30_000, what: 'the company' });
    const { database } = stage.databases.service;
    await waitFor(async () => (await database.query('select 1 from segments.crm_opportunities where connection_id = $1', [connectionId])).length === 1_100, { what: 'the opportunities' });
    // As if it had been installed only now: nothing was heard, and nothing asked for.
    await client.deleteSegment({ id: first.id }, stage.as);
    for (const table of ['crm_opportunities', 'crm_company_accounts', 'crm_follows']) await database.execute(`delete from segments.${table} where connection_id = $1`, [connectionId]);
    const lost = await save('Lost', crm(Kind.OPPORTUNITY, connectionId, 'lost'));
    await become(lost.id, 'Hooli');
    await waitFor(async () => (await database.query('select 1 from segments.crm_opportunities where connection_id = $1', [connectionId])).length === 1_100, { what: 'all opportunities' });
  }, 120_000);

  it('HubSpot: deals are opportunities, and a deleted connection leaves nobody', async () => {
    const [umbrella] = hubspot.seed('companies', [{ name: 'Umbrella', domain: 'umbrella.example', country: 'US' }]).ids as [string];
    await companies(['Umbrella', 'umbrella.example']);
    const { id: connectionId } = await stage.connect({ name: 'HubSpot', provider: 'hubspot', baseUrl: hubspot.url, authKind: 'access_token', settings: {}, secrets: { access_token: hubspot.credentials.accessToken } });
    const [deal] = hubspot.seed('deals', [{ dealname: 'Deal', dealstage: 'contractsent', pipeline: 'default' }]).ids as [string];
    const call = async (method: string, path: string, body: unknown) => {
      const answer = await fetch(`${hubspot.url}${path}`, { method, headers: { authorization: `Bearer ${hubspot.credentials.accessToken}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
      expect(answer.status).toBeLessThan(300);
    };
    await call('PUT', `/crm/v4/objects/deals/${deal}/associations/default/companies/${umbrella}`, {});
    const prospects = await save('HubSpot prospects', prospectsOf(connectionId));
    const talks = await save('HubSpot talks', crm(Kind.OPPORTUNITY, connectionId, 'open'));
    await become(prospects.id, 'Umbrella');
    await become(talks.id, 'Umbrella');
    await call('PATCH', `/crm/v3/objects/deals/${deal}`, { properties: { dealstage: 'closedwon' } });
    await pull(connectionId, OPPORTUNITY);
    await become(prospects.id);
    hubspot.archive('deals', deal);
    await pull(connectionId, OPPORTUNITY);
    await become(prospects.id, 'Umbrella');
    await stage.client.deleteConnection({ id: connectionId }, stage.as);
    await become(prospects.id);
    expect((await client.getSegment({ id: prospects.id }, stage.as)).notices).toEqual([expect.stringContaining('was deleted')]);
  }, 120_000);
});

/** What a colleague does in Salesforce. */
async function salesforce(method: 'PATCH' | 'DELETE', id: string, fields?: Record<string, string>): Promise<void> {
  const { clientId, clientSecret } = stage.sandbox.credentials;
  const token = await fetch(`${stage.sandbox.url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }) });
  const { access_token: accessToken } = (await token.json()) as { access_token: string };
  const answer = await fetch(`${stage.sandbox.url}/services/data/v62.0/sobjects/${OPPORTUNITY}/${id}`, {
    method, headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }, ...(fields ? { body: JSON.stringify(fields) } : {}),
  });
  expect(answer.status).toBe(204);
}
