import { TOPICS, type segments } from '@signalbox/contracts';
import { PostgresLogBroker } from '@signalbox/platform-messaging';
import { waitFor } from '@signalbox/testing';
import { importText, startHarness, type Harness } from './testing/harness.ts';

let harness: Harness;
let broker: PostgresLogBroker;
const told: segments.CompaniesChanged[] = [];

beforeAll(async () => {
  harness = await startHarness({ SIGNALBOX_SEGMENTS_REFRESH_MS: '200' });
  broker = await PostgresLogBroker.open({ url: harness.database.url, pollMs: 100 });
  await broker.createTopics([TOPICS.companiesChanged]);
  await broker.subscribe({ group: 'spec.news', topics: [TOPICS.companiesChanged.name], handler: async (record) => { told.push(TOPICS.companiesChanged.decode(record.value)); } });
});
afterAll(async () => {
  await broker.close();
  await harness.stop();
});

const of = (workspaceId: string) => told.filter((one) => one.workspaceId === workspaceId);
const lastVersion = (workspaceId: string) => of(workspaceId).at(-1)?.version ?? 0;

async function caughtUp(workspaceId: string): Promise<segments.CompaniesPosition> {
  const position = await harness.client.getCompaniesPosition({}, { workspaceId });
  await waitFor(() => lastVersion(workspaceId) >= position.version, { what: 'the companies being told' });
  return position;
}

it('tells every company once, in messages of at most 500, and the version up to which everything has been told', async () => {
  const workspaceId = 'many';
  const rows = Array.from({ length: 2_600 }, (_, i) => `${i},Company ${i},site${i}.com,US`);
  await importText(harness.client, workspaceId, `id,name,website,country\n${rows.join('\n')}\n`);
  const position = await caughtUp(workspaceId);
  expect(position.companies).toBe(2_600);
  expect(of(workspaceId).every((one) => one.companies.length <= 500)).toBe(true);
  expect(of(workspaceId).map((one) => one.version)).toEqual(of(workspaceId).map((one) => one.version).sort((a, b) => a - b));
  const ids = of(workspaceId).flatMap((one) => one.companies.map((c) => c.companyId));
  expect(new Set(ids).size).toBe(2_600);
  expect(ids).toHaveLength(2_600);
});

it('tells what a company became, and nothing of those that stayed as they were', async () => {
  const workspaceId = 'few';
  await importText(harness.client, workspaceId, 'id,name,website,country\n1,Apple,apple.com,US\n2,Bosch,bosch.de,DE\n');
  const before = await caughtUp(workspaceId);
  const known = of(workspaceId).length;
  await importText(harness.client, workspaceId, 'id,name,website,country\n1,Apple,apple.com,US\n2,Robert Bosch,bosch.de,DE\n');
  const after = await caughtUp(workspaceId);
  expect(after.version).toBeGreaterThan(before.version);
  expect(of(workspaceId).slice(known).flatMap((one) => one.companies)).toMatchObject([{ name: 'Robert Bosch', website: 'bosch.de', country: 'DE' }]);
});

it('tells companies once that were there before anybody was told of any', async () => {
  const workspaceId = 'upgraded';
  await importText(harness.client, workspaceId, 'id,name\n1,Apple\n2,Bosch\n');
  const { version } = await caughtUp(workspaceId);
  const known = of(workspaceId).length;
  await harness.database.database.query('delete from segments.company_news where workspace_id = $1', [workspaceId]);
  await waitFor(() => of(workspaceId).length > known && lastVersion(workspaceId) === version, { what: 'the companies being told again' });
  expect(of(workspaceId).slice(known).flatMap((one) => one.companies.map((c) => c.name)).sort()).toEqual(['Apple', 'Bosch']);
});

it('says with the names of segments from which version of the companies on they are', async () => {
  const workspaceId = 'few';
  const { version } = await harness.client.getCompaniesPosition({}, { workspaceId });
  const versions: number[] = [];
  for await (const part of harness.client.streamCompanyNames({}, { workspaceId })) versions.push(part.version);
  expect(versions[0]).toBe(version);
});

it('knows nothing of a workspace without companies', async () => {
  expect(await harness.client.getCompaniesPosition({}, { workspaceId: 'empty' })).toEqual({ version: 0, companies: 0 });
});
