import { crmWriter, segments, TOPICS, types } from '@signalbox/contracts';
import { PostgresLogBroker } from '@signalbox/platform-messaging';
import { waitFor } from '@signalbox/testing';
import { CrmTeller, deal } from './testing/crm-teller.ts';
import { startHarness, type Harness } from './testing/harness.ts';
import { field, group, hasOpportunity, inCrm, member } from './testing/rules.ts';

const { SegmentKind } = segments;
let harness: Harness;
let teller: CrmTeller;
let broker: PostgresLogBroker;
let n = 0;
const changes: segments.SegmentMembershipChanged[] = [];

beforeAll(async () => {
  // Neither matching nor crm-writer answers there.
  harness = await startHarness({ SIGNALBOX_MATCHING_ADDRESS: '127.0.0.1:1', SIGNALBOX_CRM_WRITER_ADDRESS: '127.0.0.1:1' });
  teller = await CrmTeller.open(harness.database.url);
  broker = await PostgresLogBroker.open({ url: harness.database.url });
  await broker.subscribe({ group: 'spec', topics: [TOPICS.segmentMembershipChanged.name], handler: async (record) => void changes.push(TOPICS.segmentMembershipChanged.decode(record.value)) });
});
afterAll(async () => {
  await broker?.close();
  await teller?.close();
  await harness?.stop();
});

/** A workspace with companies "c0" … by their source ids. */
async function workspaceOf(companies: number): Promise<{ workspaceId: string; ids: string[] }> {
  const workspaceId = `crm-${n += 1}`;
  const { results } = await harness.client.upsertCompanies({ companies: Array.from({ length: companies }, (_, i) => types.Company.fromPartial({ sourceId: `c${i}`, name: `Company ${i}` })) }, { workspaceId });
  return { workspaceId, ids: results.map((r) => r.companyId) };
}
const dynamic = (workspaceId: string, name: string, rule: segments.RuleNode) => harness.client.createSegment({ name, kind: SegmentKind.DYNAMIC, rule }, { workspaceId });
const members = async (workspaceId: string, segmentId: string) => (await harness.client.listMembers({ segmentId }, { workspaceId })).companies.map((c) => c.sourceId).sort();
const become = (workspaceId: string, segmentId: string, wanted: string[]) => waitFor(async () => (await members(workspaceId, segmentId)).join() === wanted.join(), { what: `${wanted.join(', ') || 'nobody'} to be the members` });

describe('what the CRM\'s records say', () => {
  it('a company whose opportunity is won leaves the prospects within seconds, is told to have left, and comes back when the opportunity is deleted', async () => {
    const { workspaceId, ids } = await workspaceOf(3);
    await teller.accounts(workspaceId, { companies: [{ companyId: ids[0]!, accountIds: ['a0'] }, { companyId: ids[1]!, accountIds: ['a1', 'a1b'] }] });
    await teller.records(workspaceId, { sequence: 2, records: [deal('o0', 'a0', 'OPEN'), deal('o1', 'a1b', 'OPEN')] });
    await teller.heard();
    const prospects = await dynamic(workspaceId, 'Prospects', group('ALL', inCrm('sf'), group('NONE', hasOpportunity('sf', 'won'))));
    expect(await members(workspaceId, prospects.id)).toEqual(['c0', 'c1']);
    const open = await dynamic(workspaceId, 'In talks', group('ALL', member(prospects.id), hasOpportunity('sf', 'open')));
    expect(open.size).toBe(2);
    await teller.records(workspaceId, { sequence: 3, records: [deal('o1', 'a1b', 'WON')] });
    await become(workspaceId, prospects.id, ['c0']);
    await become(workspaceId, open.id, ['c0']);
    await waitFor(() => changes.some((c) => c.segmentId === prospects.id && c.removedCompanyIds.join() === ids[1]), { what: 'the change to be told' });
    await teller.records(workspaceId, { sequence: 4, records: [deal('o1', 'a1b', 'WON', { deleted: true })] });
    await become(workspaceId, prospects.id, ['c0', 'c1']);
    await waitFor(() => changes.some((c) => c.segmentId === prospects.id && c.addedCompanyIds.join() === ids[1]), { what: 'the change back to be told' });
    expect(await members(workspaceId, open.id)).toEqual(['c0']);
  });

  it('holds for the accounts that a company is now, for that connection and in that workspace alone', async () => {
    const { workspaceId, ids } = await workspaceOf(3);
    const other = await workspaceOf(1);
    const lost = await dynamic(workspaceId, 'Lost', hasOpportunity('sf', 'lost'));
    const known = await dynamic(workspaceId, 'Known', inCrm('sf'));
    const elsewhere = await dynamic(workspaceId, 'Known elsewhere', inCrm('hs'));
    const theirs = await dynamic(other.workspaceId, 'Known', inCrm('sf'));
    await teller.records(workspaceId, { sequence: 1, records: [deal('o', 'a', 'LOST')] });
    await teller.accounts(workspaceId, { companies: [{ companyId: ids[0]!, accountIds: ['a'] }, { companyId: ids[2]!, accountIds: ['x'] }] });
    await become(workspaceId, lost.id, ['c0']);
    await become(workspaceId, known.id, ['c0', 'c2']);
    await teller.accounts(workspaceId, { companies: [{ companyId: ids[0]!, accountIds: [] }, { companyId: ids[1]!, accountIds: ['a'] }] });
    await become(workspaceId, lost.id, ['c1']);
    await become(workspaceId, known.id, ['c1', 'c2']);
    // The deal goes to another account.
    await teller.records(workspaceId, { sequence: 2, records: [deal('o', 'x', 'LOST')] });
    await become(workspaceId, lost.id, ['c2']);
    expect(await members(workspaceId, elsewhere.id)).toEqual([]);
    expect(await members(other.workspaceId, theirs.id)).toEqual([]);
  });

  it('is gone with its connection, and what is told of that later brings nothing back', async () => {
    const { workspaceId, ids } = await workspaceOf(2);
    const known = await dynamic(workspaceId, 'Known', inCrm('sf'));
    const won = await dynamic(workspaceId, 'Won', hasOpportunity('sf', 'won'));
    await teller.accounts(workspaceId, { companies: [{ companyId: ids[0]!, accountIds: ['a'] }] });
    await teller.records(workspaceId, { sequence: 1, records: [deal('o', 'a', 'WON')] });
    await become(workspaceId, won.id, ['c0']);
    await teller.records(workspaceId, { object: '', connectionRemoved: true });
    await become(workspaceId, won.id, []);
    expect(await members(workspaceId, known.id)).toEqual([]);
    await teller.accounts(workspaceId, { companies: [{ companyId: ids[1]!, accountIds: ['a'] }] }, { connectionRemoved: true });
    await teller.records(workspaceId, { sequence: 2, records: [deal('o', 'a', 'WON')] });
    await teller.heard();
    expect(await members(workspaceId, known.id)).toEqual([]);
    expect((await harness.client.getSegment({ id: won.id }, { workspaceId })).notices).toEqual([expect.stringContaining('was deleted')]);
    const left = await harness.database.database.query<{ rows: number }>('select (select count(*) from segments.crm_opportunities where workspace_id = $1) + (select count(*) from segments.crm_company_accounts where workspace_id = $1) as rows', [workspaceId]);
    expect(left[0]!.rows).toBe(0);
  });

  it('makes only the companies change of which it says something else, and none where no rule goes by it', async () => {
    const { workspaceId, ids } = await workspaceOf(3);
    const versions = async () => (await harness.database.database.query<{ v: number }>('select changed_version as v from segments.companies where workspace_id = $1 order by source_id', [workspaceId])).map((row) => row.v);
    await teller.accounts(workspaceId, { companies: ids.map((companyId, i) => ({ companyId, accountIds: [`a${i}`] })) });
    await teller.records(workspaceId, { sequence: 2, records: [deal('o0', 'a0', 'OPEN'), deal('o1', 'a1', 'OPEN')] });
    await teller.heard();
    expect(await versions()).toEqual([1, 1, 1]);
    const won = await dynamic(workspaceId, 'Won', hasOpportunity('sf', 'won'));
    // The same once more, an older state, and other records of the CRM change nothing.
    await teller.records(workspaceId, { sequence: 2, records: [deal('o0', 'a0', 'OPEN'), deal('o1', 'a1', 'OPEN')] }, { sequence: 1, records: [deal('o1', 'a1', 'WON')] });
    await teller.records(workspaceId, { object: 'Contact', sequence: 9, records: [{ crmId: 'p', object: 'Contact', accountId: 'a2', progress: crmWriter.Progress.UNSPECIFIED }] });
    await teller.accounts(workspaceId, { companies: [{ companyId: ids[2]!, accountIds: ['a2'] }, { companyId: 'nobody', accountIds: ['a2'] }] });
    await teller.heard();
    expect(await versions()).toEqual([1, 1, 1]);
    await teller.records(workspaceId, { sequence: 3, records: [deal('o0', 'a0', 'OPEN'), deal('o1', 'a1', 'WON')] });
    await become(workspaceId, won.id, ['c1']);
    expect(await versions()).toEqual([1, 2, 1]);
  });
});

describe('a segment that goes by the CRM', () => {
  it('is looked at by keys, also right after a first pull, when the database knows nothing of its tables yet', async () => {
    const { workspaceId } = await workspaceOf(1);
    const { database } = harness.database;
    for (const table of ['companies', 'crm_company_accounts', 'crm_opportunities']) await database.execute(`alter table segments.${table} set (autovacuum_enabled = false)`);
    await database.execute(`insert into segments.companies (workspace_id, id, source_id, name, website, domain, country, country_key, industry, attributes, changed_version)
      select $1, gen_random_uuid(), i, 'C' || i, '', '', '', '', '', '{}', 1 from generate_series(1, 20000) i`, [workspaceId]);
    await database.execute(`insert into segments.crm_company_accounts (workspace_id, connection_id, company_id, account_id) select workspace_id, 'sf', id, 'a' || source_id from segments.companies where workspace_id = $1`, [workspaceId]);
    await database.execute(`insert into segments.crm_opportunities (workspace_id, connection_id, record_id, account_id, progress, sequence)
      select $1, 'sf', 'o' || i, 'a' || 1 + i % 20000, case when i % 20 = 0 then 'won' else 'open' end, 1 from generate_series(1, 40000) i`, [workspaceId]);
    // Seconds, where going through all accounts for each company takes minutes: the call would end before.
    expect((await harness.client.previewRule({ rule: group('ALL', inCrm('sf'), group('NONE', hasOpportunity('sf', 'won'))) }, { workspaceId })).size).toBe(19_001);
    expect((await dynamic(workspaceId, 'Won', hasOpportunity('sf', 'won'))).size).toBe(1_000);
  }, 90_000);

  it('says why its members may not be right as long as the CRM cannot be asked for them', async () => {
    const { workspaceId } = await workspaceOf(1);
    const { id } = await dynamic(workspaceId, 'Won', hasOpportunity('sf', 'won'));
    const plain = await dynamic(workspaceId, 'Named', field('name', 'IS_KNOWN'));
    expect(plain.notices).toEqual([]);
    const notices = () => harness.client.getSegment({ id }, { workspaceId }).then((s) => s.notices);
    await waitFor(async () => (await notices())[0]?.startsWith('The CRM cannot be read, which is tried again: '), { what: 'the reason' });
    const tried = async () => (await harness.database.database.query<{ attempts: number }>('select attempts from segments.crm_follows where workspace_id = $1', [workspaceId]))[0]!.attempts;
    await waitFor(async () => (await tried()) >= 2, { what: 'it to be tried again', timeoutMs: 30_000 });
    const metrics = await (await fetch(`http://127.0.0.1:${harness.service.httpPort}/metrics`)).text();
    expect(metrics).toMatch(/signalbox_segments_crm_connections_awaited\S* [1-9]/);
    for (const name of ['signalbox_segments_lag_messages{consumer="segments.opportunities"', 'signalbox_segments_crm_facts{kind="company_account"']) expect(metrics).toContain(name);
    // A rule that no longer goes by it needs nothing of it.
    await harness.client.updateSegment({ id, rule: field('name', 'IS_KNOWN') }, { workspaceId });
    expect(await notices()).toEqual([]);
  });
});
