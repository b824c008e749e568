import { crmWriter, matching } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { MatchingStage, type MatchingClient } from './testing/matching-stage.ts';

const { Decision, MatchType } = matching;
const { ChangeOutcome } = crmWriter;

let stage: MatchingStage;
let client: MatchingClient;

const record = (crmId: string, name: string, website: string, country: string, deleted = false) => ({ crmId, object: 'Account', name, website, country, deleted, fields: {} });
const pulled: MatchingStage['pulled'] = (...told) => stage.pulled(...told);
const written: MatchingStage['written'] = (...results) => stage.written(...results);
const match = (workspaceId: string, candidate: { id?: string; name: string; website?: string; country?: string }) => client.match({ connectionId: 'sf', candidate: { id: 'c', ...candidate } }, { workspaceId });

beforeAll(async () => {
  stage = await MatchingStage.open();
  ({ client } = stage);
});
afterAll(() => stage?.close());

describe('matching, through its door', () => {
  it('CNA-4 does not call Apple Inc. new beside Apple Computer, Inc, and says why', async () => {
    await pulled('cna4', [record('001A', 'Apple Computer, Inc', 'www.apple.com', 'USA'), record('001B', 'Applebee Group', 'applebees.com', 'USA')]);
    const decision = await match('cna4', { name: 'Apple Inc.', website: 'https://www.apple.com/', country: 'United States' });
    expect(decision).toMatchObject({ decision: Decision.MATCH, accountId: '001A', rule: 'site', rulesVersion: 1, modelVersion: expect.stringMatching(/^accounts-/) });
    expect(decision.evidence.slice(0, 4).map((e) => [e.comparison, e.outcome])).toEqual([['base', ''], ['name', 'similar'], ['website', 'equal'], ['country', 'equal']]);
    expect(decision.score).toBeCloseTo(1 / (1 + Math.exp(-decision.evidence.reduce((sum, e) => sum + e.contribution, 0))), 3);
    expect(decision.reason).toContain('Apple Computer, Inc');
  });

  it('CNA-5 calls ACME in Canada new beside ACME in the USA, and shows the one beside it', async () => {
    await pulled('cna5', [record('001A', 'ACME', 'acme.com', 'USA')]);
    const decision = await match('cna5', { name: 'ACME', website: 'acme.ca', country: 'Canada' });
    expect(decision).toMatchObject({ decision: Decision.NEW, accountId: '', otherCandidates: [{ accountId: '001A', country: 'USA' }] });
    expect((await match('cna5', { name: 'Acme, Inc.', website: 'acme.com', country: 'US' })).accountId).toBe('001A');
  });

  it('CNA-7 compares the candidates of one stream with each other, across its batches, but for those that get no account', async () => {
    await pulled('cna7', [record('001A', 'Somebody Else', 'else.com', 'US')]);
    const candidate = (id: string, name: string, website = 'apple.com') => matching.MatchCandidate.fromPartial({ id, name, website, country: 'US' });
    async function* batches() {
      yield matching.MatchStreamRequest.fromPartial({ connectionId: 'sf', candidates: [candidate('co0', 'Apple Inc.'), candidate('co1', 'Apple Inc.')], askedOnlyIds: ['co0'] });
      yield matching.MatchStreamRequest.fromPartial({ candidates: [candidate('co2', 'Apple Computer, Inc'), candidate('co3', 'Northwind Traders', 'northwind.com'), candidate('co4', 'Contoso', 'contoso.com')] });
    }
    const decisions: matching.MatchDecision[] = [];
    for await (const answer of client.matchStream(batches(), { workspaceId: 'cna7' })) decisions.push(...answer.decisions);
    expect(decisions.map((d) => [d.candidateId, d.decision, d.duplicateOfCandidateId])).toEqual([
      ['co0', Decision.NEW, ''], ['co1', Decision.NEW, ''], ['co2', Decision.NEW, 'co1'], ['co3', Decision.NEW, ''], ['co4', Decision.NEW, ''],
    ]);
    expect(decisions[2]?.evidence.find((e) => e.comparison === 'name')).toMatchObject({ accountValue: 'Apple Inc.' });
    expect(decisions[2]?.reason).toContain('"Apple Inc." (co1), earlier in this list');
  });

  it('CNA-6 decides by the workspace\'s own blocks, strict to loose, and by nothing else', async () => {
    const workspace = { workspaceId: 'cna6' };
    await pulled('cna6', [record('001A', 'Globex Corporation', 'globex.com', 'USA'), record('001B', 'Globex Canada', 'www.globex.com', 'Canada'), record('001C', 'Initech', 'shop.initech.com', 'USA')]);
    const rules = await client.putMatchRules({ blocks: [
      { name: 'same name', allOf: [MatchType.NORMALISED_NAME, MatchType.DOMAIN] },
      { name: 'same host', allOf: [MatchType.DOMAIN_AND_SUBDOMAIN] },
      { name: 'any country', allOf: [MatchType.NORMALISED_NAME], ignoreCountry: true },
    ] }, workspace);
    expect(rules).toMatchObject({ version: 2, builtIn: false });
    expect(await match('cna6', { name: 'Globex', website: 'globex.com', country: 'US' })).toMatchObject({ decision: Decision.MATCH, accountId: '001A', rule: 'same name', rulesVersion: 2 });
    expect(await match('cna6', { name: 'Something Else', website: 'globex.com', country: 'Canada' })).toMatchObject({ decision: Decision.MATCH, accountId: '001B', rule: 'same host' });
    expect(await match('cna6', { name: 'GLOBEX Ltd', country: 'Japan' })).toMatchObject({ decision: Decision.MATCH, accountId: '001A', rule: 'any country' });
    // The domain alone is in no block, and no block leaves anything to a person.
    expect(await match('cna6', { name: 'Other', website: 'initech.com', country: 'US' })).toMatchObject({ decision: Decision.NEW });
    expect((await client.putMatchRules({ blocks: rules.blocks }, workspace)).version).toBe(2);
    await expect(client.putMatchRules({ blocks: [], version: 1 }, workspace)).rejects.toMatchObject({ kind: 'Conflict', code: 'matching.rules.version', field: 'version', publicMessage: expect.stringContaining('repeat your change') });
    expect(await client.putMatchRules({ blocks: [], version: 2 }, workspace)).toMatchObject({ version: 3, builtIn: true });
  });

  it('CNA-6 refuses rules that cannot work, naming the block and the remedy', async () => {
    const put = client.putMatchRules({ blocks: [{ name: 'a', allOf: [MatchType.SIMILAR_NAME] }, { name: 'A', allOf: [] }] }, { workspaceId: 'bad' });
    await expect(put).rejects.toMatchObject({ kind: 'Invalid', code: 'matching.rules.invalid', problems: [{ field: 'blocks[0].all_of' }, { field: 'blocks[1].name' }, { field: 'blocks[1].all_of' }] });
  });

  it('forgets the accounts and links of a connection that was deleted, and of no other', async () => {
    await pulled('gone', [record('001A', 'Apple Computer, Inc', 'www.apple.com', 'USA')]);
    await pulled('stays', [record('001A', 'Apple Computer, Inc', 'www.apple.com', 'USA')]);
    for (const workspaceId of ['gone', 'stays']) await written(workspaceId, [{ companyId: 'co1', crmId: '001A', outcome: ChangeOutcome.SUCCEEDED, code: 'created' }]);
    const linked = (workspaceId: string) => client.listLinks({ connectionId: 'sf' }, { workspaceId }).then(({ links }) => links.length);
    await waitFor(async () => (await linked('gone')) + (await linked('stays')) === 2);
    await stage.told('gone', { object: '', connectionRemoved: true });
    await waitFor(async () => (await linked('gone')) === 0);
    const apple = { id: 'co1', name: 'Apple Inc.', website: 'apple.com', country: 'USA' };
    expect(await match('gone', apple)).toMatchObject({ decision: Decision.NEW, accountId: '' });
    expect(await client.getIndexPosition({ connectionId: 'sf' }, { workspaceId: 'gone' })).toMatchObject({ sequence: 0 });
    expect(await match('stays', apple)).toMatchObject({ decision: Decision.MATCH, accountId: '001A' });
  });

  it('CNA-10 answers a company that was created before with its own account, until that is deleted', async () => {
    await pulled('cna10', [record('001A', 'Old Name', 'old.example.net', 'USA')]);
    await written('cna10', [
      { companyId: 'co1', crmId: '001N', outcome: ChangeOutcome.SUCCEEDED, code: 'created' },
      { companyId: 'co2', crmId: '001M', outcome: ChangeOutcome.UNKNOWN_THEN_SETTLED, code: 'created' },
      { companyId: 'co3', crmId: '001A', outcome: ChangeOutcome.SKIPPED, code: 'appeared_since_preview' },
      { companyId: 'co5', crmId: '001P', outcome: ChangeOutcome.SKIPPED, code: 'created_before' },
      { companyId: 'co6', crmId: '001Q', outcome: ChangeOutcome.SUCCEEDED, code: 'updated', beforeImage: [{ field: 'Name', before: 'x' }] },
      { companyId: 'co4', crmId: '', outcome: ChangeOutcome.FAILED, code: 'field_validation' },
    ]);
    await waitFor(async () => (await client.listLinks({ connectionId: 'sf' }, { workspaceId: 'cna10' })).links.length === 3);
    // The mirror has not brought the new accounts yet, and the name may have changed since.
    expect(await match('cna10', { id: 'co1', name: 'Whatever Now' })).toMatchObject({ decision: Decision.MATCH, accountId: '001N', rule: 'link', score: 1 });
    expect(await match('cna10', { id: 'co2', name: 'Second' })).toMatchObject({ accountId: '001M', rule: 'link' });
    expect((await match('cna10', { id: 'co3', name: 'Third' })).decision).toBe(Decision.NEW);
    expect(await match('elsewhere', { id: 'co1', name: 'Whatever Now' })).toMatchObject({ decision: Decision.NEW });
    await pulled('cna10', [record('001N', '', '', '', true)]);
    expect(await match('cna10', { id: 'co1', name: 'Whatever Now' })).toMatchObject({ decision: Decision.NEW });
  });

  it('pages through the links and finds those asked for', async () => {
    await written('links', Array.from({ length: 5 }, (_, i) => ({ companyId: `co${i}`, crmId: `00${i}`, outcome: ChangeOutcome.SUCCEEDED, code: 'created' })));
    const workspace = { workspaceId: 'links' };
    await waitFor(async () => (await client.listLinks({ connectionId: 'sf' }, workspace)).links.length === 5);
    const first = await client.listLinks({ connectionId: 'sf', page: { limit: 2 } }, workspace);
    const rest = await client.listLinks({ connectionId: 'sf', page: { limit: 3, cursor: first.page?.nextCursor } }, workspace);
    expect([...first.links, ...rest.links].map((l) => l.companyId)).toEqual(['co0', 'co1', 'co2', 'co3', 'co4']);
    expect(rest.page?.nextCursor).toBe('');
    expect((await client.listLinks({ connectionId: 'sf', companyIds: ['co3', 'co9'] }, workspace)).links).toMatchObject([{ companyId: 'co3', accountId: '003', origin: 'created' }]);
    await expect(client.listLinks({ connectionId: 'sf', page: { cursor: 'x' } }, workspace)).rejects.toMatchObject({ code: 'page.cursor' });
  });

  it('follows changes and deletions, never backwards, and keeps workspaces and connections apart', async () => {
    await pulled('follow', [record('001A', 'Umbrella', 'umbrella.com', 'US')]);
    await pulled('follow', [record('001A', 'Renamed Ltd', 'renamed.com', 'GB')]);
    expect(await match('follow', { name: 'Renamed', website: 'renamed.com' })).toMatchObject({ accountId: '001A' });
    expect(await match('follow', { name: 'Umbrella', website: 'umbrella.com', country: 'US' })).toMatchObject({ decision: Decision.NEW });
    await stage.told('follow', { sequence: 1, records: [record('001A', 'Umbrella', 'umbrella.com', 'US')] }, { object: 'Contact', sequence: 99, records: [record('003A', 'Renamed', 'renamed.com', 'GB')] });
    await pulled('follow', [record('001B', 'Last', 'last.com', 'GB', false)]);
    expect(await match('follow', { name: 'Renamed', website: 'renamed.com' })).toMatchObject({ accountId: '001A' });
    expect(await client.getIndexPosition({ connectionId: 'sf' }, { workspaceId: 'follow' })).toEqual({ sequence: 3, accounts: 2 });
    expect(await match('other-workspace', { name: 'Renamed', website: 'renamed.com' })).toMatchObject({ decision: Decision.NEW });
    await pulled('follow', [record('001A', 'Renamed Ltd', 'renamed.com', 'GB', true)]);
    expect(await match('follow', { name: 'Renamed', website: 'renamed.com' })).toMatchObject({ decision: Decision.NEW });
  });

  it('leaves to a person what is less sure than the workspace wants it, with the account shown', async () => {
    await client.putMatchRules({ blocks: [], matchAt: 0.99999, reviewAt: 0.1 }, { workspaceId: 'review' });
    await pulled('review', [record('001A', 'Northwind Traders', 'northwind.com', 'US')]);
    expect(await match('review', { name: 'Contoso Pharmaceuticals', website: 'northwind.com', country: 'US' })).toMatchObject({ decision: Decision.REVIEW, accountId: '', otherCandidates: [{ accountId: '001A' }] });
  });

  it('settles a tie by the smallest CRM id', async () => {
    await pulled('tie', [record('001C', 'Twin', 'twin.com', 'US'), record('001A', 'Twin', 'twin.com', 'US'), record('001B', 'Twin', 'twin.com', 'US')]);
    const decision = await match('tie', { name: 'Twin Inc', website: 'twin.com', country: 'US' });
    expect(decision.accountId).toBe('001A');
    expect(decision.otherCandidates.map((o) => o.accountId)).toEqual(['001B', '001C']);
  });

  it('explains a candidate against one account, block by block', async () => {
    await pulled('explain', [record('001A', 'Soylent Corp', 'soylent.com', 'US'), record('001B', 'Soylent Green', 'green.com', 'US')]);
    const candidate = { id: 'c', name: 'Soylent', website: 'soylent.com', country: 'US' };
    const explained = await client.explain({ connectionId: 'sf', candidate, accountId: '001B' }, { workspaceId: 'explain' });
    expect(explained.decision?.accountId).toBe('001A');
    expect(explained.blocks.map((b) => [b.block?.name, b.holds])).toEqual([['strict', false]]);
    expect(explained.score).toBeLessThan(0.5);
    expect(explained.score).toBeCloseTo(1 / (1 + Math.exp(-explained.evidence.reduce((sum, e) => sum + e.contribution, 0))), 3);
    expect(explained.reason).toContain('different websites');
    await expect(client.explain({ connectionId: 'sf', candidate, accountId: 'none' }, { workspaceId: 'explain' })).rejects.toMatchObject({ kind: 'NotFound', code: 'matching.account_unknown' });
  });

  it('finds the accounts that are one company, as clusters', async () => {
    await pulled('dups', [
      record('001A', 'Hooli', 'hooli.com', 'US'), record('001B', 'Hooli, Inc.', '', 'USA'), record('001C', 'Hooli', 'hooli.com', 'France'), record('001D', 'Hooli Inc', 'www.hooli.com', ''), record('001E', 'Piper', 'piper.com', 'US'),
    ]);
    const clusters = [];
    for await (const cluster of client.findDuplicates({ connectionId: 'sf' }, { workspaceId: 'dups' })) clusters.push(cluster.accounts.map((a) => a.accountId));
    expect(clusters).toEqual([['001A', '001B', '001D']]);
  });

  it('takes names no database likes, and asks for what it needs', async () => {
    await pulled('odd', [record('001A', 'Nul\0l', 'null.com', 'US')]);
    expect(await match('odd', { id: '\0', name: 'N\0ull', website: 'null.com' })).toMatchObject({ accountId: '001A' });
    expect(await match('odd', { name: '  ' })).toMatchObject({ decision: Decision.REVIEW });
    await expect(client.match({ connectionId: '', candidate: { name: 'x' } }, { workspaceId: 'odd' })).rejects.toMatchObject({ kind: 'Invalid', field: 'connection_id' });
    await expect(client.match({ connectionId: 'sf' }, { workspaceId: 'odd' })).rejects.toMatchObject({ kind: 'Invalid', field: 'candidate' });
  });
});
