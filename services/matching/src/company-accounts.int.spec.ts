import { TOPICS, matching } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { PostgresLogBroker } from '@signalbox/platform-messaging';
import { MatchingStage } from './testing/matching-stage.ts';

const { MatchType, ReviewAnswerKind: Answer } = matching;

let stage: MatchingStage;
let broker: PostgresLogBroker;
const told: matching.CompanyAccountsChanged[] = [];
let n = 0;

const account = (crmId: string, name: string, website = '', country = 'US', deleted = false) => ({ crmId, object: 'Account', name, website, country, deleted, fields: {} });
const company = (companyId: string, name: string, website = '', country = 'US') => ({ companyId, name, website, country });
const workspace = (): string => `w${n += 1}`;
/** What was told last of each company. */
const toldOf = (workspaceId: string): Record<string, string[]> =>
  Object.fromEntries(told.filter((one) => one.workspaceId === workspaceId).flatMap((one) => one.companies.map((c) => [c.companyId, c.accountIds])));

beforeAll(async () => {
  stage = await MatchingStage.open();
  broker = await PostgresLogBroker.open({ url: stage.crm.url, pollMs: 100 });
  await broker.subscribe({ group: 'spec.pairs', topics: [TOPICS.companyAccountsChanged.name], handler: async (record) => { told.push(TOPICS.companyAccountsChanged.decode(record.value)); } });
});
afterAll(async () => {
  await broker?.close();
  await stage?.close();
});

const ACME = account('001A', 'Acme Robotics Inc.', 'acmerobotics.com');
const BOSCH = account('001B', 'Robert Bosch GmbH', 'bosch.de', 'DE');

it('keeps the accounts of all companies from the first following on, and tells of them', async () => {
  const w = workspace();
  await stage.pulled(w, [ACME, BOSCH, account('001C', 'Somebody Else', 'else.com')]);
  await stage.changed(w, company('c1', 'Acme Robotics', 'www.acmerobotics.com'), company('c2', 'Robert Bosch GmbH', 'bosch.de', 'DE'), company('c3', 'Quite Unknown', 'unknown.org'));
  expect(await stage.kept(w)).toEqual(['c1 001A', 'c2 001B']);
  await waitFor(() => Object.keys(toldOf(w)).length === 2, { what: 'the accounts being told' });
  expect(toldOf(w)).toEqual({ c1: ['001A'], c2: ['001B'] });
  expect(await stage.client.followCompanyAccounts({ connectionId: 'sf' }, { workspaceId: w })).toEqual({ mirrorSequence: 3, companiesVersion: 1, waiting: 0, companies: 3 });
});

it('follows accounts that appear, are renamed, and are deleted', async () => {
  const w = workspace();
  await stage.changed(w, company('c1', 'Acme Robotics', 'acmerobotics.com'), company('c2', 'Robert Bosch GmbH', 'bosch.de', 'DE'));
  expect(await stage.kept(w)).toEqual([]);
  await stage.pulled(w, [ACME]);
  expect(await stage.kept(w)).toEqual(['c1 001A']);
  await stage.pulled(w, [{ ...ACME, name: 'Robert Bosch GmbH', website: 'bosch.de', country: 'DE' }]);
  expect(await stage.kept(w)).toEqual(['c2 001A']);
  await stage.pulled(w, [{ ...ACME, deleted: true }]);
  expect(await stage.kept(w)).toEqual([]);
  await waitFor(() => toldOf(w)['c2']?.length === 0, { what: 'the end of it being told' });
  expect(toldOf(w)).toEqual({ c1: [], c2: [] });
});

it('asks about no company when an account changes in what says nothing of which it is', async () => {
  const w = workspace();
  await stage.changed(w, company('c1', 'Acme Robotics', 'acmerobotics.com'));
  await stage.pulled(w, [ACME]);
  expect(await stage.kept(w)).toEqual(['c1 001A']);
  const keys = () => stage.crm.database.query('select k.key, k.xmin::text from matching.index_keys k join matching.index_accounts a on a.space = k.space and a.number = k.number where a.workspace_id = $1 order by 1', [w]);
  const before = await keys();
  expect(before.length).toBeGreaterThan(0);
  // Our own write of another field, or a person's.
  await stage.pulled(w, [ACME]);
  expect(await stage.client.followCompanyAccounts({ connectionId: 'sf' }, { workspaceId: w })).toMatchObject({ waiting: 0 });
  expect(await stage.crm.database.query('select 1 from matching.account_changes where workspace_id = $1', [w])).toEqual([]);
  expect(await keys()).toEqual(before);
});

it('tells of all once more to who asks for that, each company with all its accounts, and of nobody else\'s', async () => {
  const w = workspace();
  const other = workspace();
  const many = Array.from({ length: 1_201 }, (_, i) => i);
  await stage.pulled(w, [...many.map((i) => account(`001${String(i).padStart(5, '0')}`, `Number ${i} Works`, `number${i}.example`)), ACME, { ...ACME, crmId: '001D' }]);
  await stage.changed(w, ...many.map((i) => company(`c${i}`, `Number ${i} Works`, `number${i}.example`)), company('acme', 'Acme Robotics Inc.', 'acmerobotics.com'));
  expect(await stage.kept(w)).toHaveLength(1_203);
  await waitFor(() => Object.keys(toldOf(w)).length === 1_202, { what: 'everything being told' });
  const before = toldOf(w);
  told.length = 0;
  await stage.client.followCompanyAccounts({ connectionId: 'sf' }, { workspaceId: w });
  await stage.client.followCompanyAccounts({ connectionId: 'sf', tellAgain: true }, { workspaceId: other });
  await stage.client.followCompanyAccounts({ connectionId: 'sf', tellAgain: true }, { workspaceId: w });
  await waitFor(() => Object.keys(toldOf(w)).length === 1_202, { what: 'everything being told again' });
  expect(toldOf(w)).toEqual(before);
  expect(toldOf(w)['acme']).toEqual(['001A', '001D']);
  expect(told.filter((one) => one.workspaceId === w).map((one) => one.companies.length)).toEqual([500, 500, 202]);
  expect(told.filter((one) => one.workspaceId === other)).toEqual([]);
  // A change after that is told after that.
  await stage.pulled(w, [{ ...ACME, crmId: '001D', deleted: true }]);
  await waitFor(() => toldOf(w)['acme']?.length === 1, { what: 'the change being told' });
  expect(await stage.crm.database.query('select 1 from matching.company_accounts_again')).toEqual([]);
});

it('follows a company that is renamed, and one that comes', async () => {
  const w = workspace();
  await stage.pulled(w, [ACME, BOSCH]);
  await stage.changed(w, company('c1', 'Nobody Knows', 'nobody.example'));
  expect(await stage.kept(w)).toEqual([]);
  await stage.changed(w, company('c1', 'Acme Robotics', 'acmerobotics.com'), company('c2', 'Bosch', 'bosch.de', 'DE'));
  expect(await stage.kept(w)).toEqual(['c1 001A', 'c2 001B']);
  await stage.changed(w, company('c1', 'Nobody Knows', 'nobody.example'));
  expect(await stage.kept(w)).toEqual(['c2 001B']);
});

it('PSN-6 keeps every account that a company is, and none in another country (CNA-5)', async () => {
  const w = workspace();
  await stage.pulled(w, [ACME, { ...ACME, crmId: '001D' }, { ...ACME, crmId: '001E', country: 'DE' }]);
  await stage.changed(w, company('c1', 'Acme Robotics Inc.', 'acmerobotics.com'));
  expect(await stage.kept(w)).toEqual(['c1 001A', 'c1 001D']);
});

it('decides anew by other rules', async () => {
  const w = workspace();
  await stage.pulled(w, [account('001A', 'Acme Robotics', 'acmerobotics.com'), account('001B', 'Acme Robotics', 'acme-robotics.net')]);
  await stage.changed(w, company('c1', 'Acme Robotics', 'acmerobotics.com'));
  expect(await stage.kept(w)).toContain('c1 001A');
  await stage.client.putMatchRules({ blocks: [{ name: 'same name', allOf: [MatchType.NORMALISED_NAME], ignoreCountry: false }] }, { workspaceId: w });
  expect(await stage.kept(w)).toEqual(['c1 001A', 'c1 001B']);
});

it('keeps the link of an account that we made, whatever the company is called now, until the account is deleted', async () => {
  const w = workspace();
  await stage.pulled(w, [ACME]);
  await stage.changed(w, company('c1', 'Quite Another Name', 'another.example'));
  expect(await stage.kept(w)).toEqual([]);
  await stage.written(w, [{ companyId: 'c1', crmId: '001A', outcome: 'CHANGE_OUTCOME_SUCCEEDED' as never }]);
  await waitFor(async () => (await stage.kept(w)).length === 1, { what: 'the link being kept' });
  expect(await stage.kept(w)).toEqual(['c1 001A']);
  await stage.pulled(w, [{ ...ACME, deleted: true }]);
  expect(await stage.kept(w)).toEqual([]);
});

it('lets people’s answers hold', async () => {
  const w = workspace();
  const workspaceId = w;
  await stage.client.putMatchRules({ matchAt: 0.999, reviewAt: 0.01 }, { workspaceId });
  await stage.pulled(w, [account('001A', 'Northwind Traders', 'northwind.com')]);
  await stage.changed(w, company('c1', 'Meridian Analytics', 'northwind.com'));
  expect(await stage.kept(w)).toEqual([]);
  await stage.planned(w, 'p', [{ id: 'c1', name: 'Meridian Analytics', website: 'northwind.com', country: 'US' }]);
  const answer = (kind: matching.ReviewAnswerKind) => stage.client.answerReview({ answers: [{ connectionId: 'sf', companyId: 'c1', accountId: '001A', answer: kind }] }, { workspaceId });
  await answer(Answer.YES);
  expect(await stage.kept(w)).toEqual(['c1 001A']);
  await answer(Answer.WITHDRAW);
  expect(await stage.kept(w)).toEqual([]);
  await stage.client.putMatchRules({ matchAt: 0.01, reviewAt: 0.01 }, { workspaceId });
  expect(await stage.kept(w)).toEqual(['c1 001A']);
  await answer(Answer.NO);
  expect(await stage.kept(w)).toEqual([]);
});

it('forgets everything of a connection that is deleted, and tells so', async () => {
  const w = workspace();
  await stage.pulled(w, [ACME]);
  await stage.changed(w, company('c1', 'Acme Robotics', 'acmerobotics.com'));
  expect(await stage.kept(w)).toEqual(['c1 001A']);
  await stage.told(w, { connectionRemoved: true, object: '' });
  await waitFor(() => told.some((one) => one.workspaceId === w && one.connectionRemoved), { what: 'the removal being told' });
  for (const table of ['company_accounts', 'company_follows', 'pending_companies', 'account_changes']) {
    expect(await stage.crm.database.query(`select 1 from matching.${table} where workspace_id = $1`, [w])).toEqual([]);
  }
});
