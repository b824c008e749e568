import { crmWriter } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { byCompany, OBJECT, Stage } from './testing/index.ts';

const { ChangeOperation, ChangeOutcome } = crmWriter;
let stage: Stage;
let connectionId: string;
beforeAll(async () => { stage = await Stage.open(); });
afterAll(() => stage.close());
beforeEach(async () => {
  stage.sandbox.faults.clear();
  stage.sandbox.reset();
  connectionId = (await stage.connect()).id;
});

const refresh = () => stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
/** A deletion of each of these accounts, expecting the name that they were given here. */
const deletions = (ids: readonly string[]) => ids.map((crmId, i) => ({ changeId: `del-${crmId}`, companyId: `co-${crmId}`, crmId, fields: [{ field: 'Name', before: `A ${i}` }] }));
const seeded = async (count: number): Promise<string[]> => {
  const { ids } = stage.sandbox.seed(OBJECT, Array.from({ length: count }, (_, i) => ({ Name: `A ${i}`, Website: `a${i}.example.com`, Phone: `${i}` })));
  await refresh();
  return ids;
};
const sequence = async () => (await stage.client.getMirrorStatus({ connectionId, object: OBJECT }, stage.as)).sequence;
const records = async (crmIds: string[]) => (await stage.client.listCrmRecords({ connectionId, object: OBJECT, crmIds, page: { limit: 1000 } }, stage.as)).records;
const access = async () => (await (await fetch(`${stage.sandbox.url}/services/oauth2/token`, {
  method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: stage.sandbox.credentials.clientId, client_secret: stage.sandbox.credentials.clientSecret }),
})).json()) as { access_token: string };
/** What a person does in the CRM. */
async function person(method: 'PATCH' | 'DELETE', id: string, body?: Record<string, unknown>): Promise<void> {
  const { access_token: token } = await access();
  const answer = await fetch(`${stage.sandbox.url}/services/data/v62.0/sobjects/${OBJECT}/${id}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  expect(answer.status).toBe(204);
}

describe('Deleting what a run created', () => {
  it('ORC-11 deletes a thousand records in one batch with few looks at the CRM before, and says so to whoever follows the mirror', async () => {
    const ids = await seeded(1_000);
    const before = await sequence();
    stage.sandbox.resetRequests();
    const done = await stage.results(await stage.request({ operation: ChangeOperation.DELETE, changes: deletions(ids), checkBefore: true, plannedAtSequence: before }, { connectionId }));
    expect(new Set(done.results.map((r) => `${r.outcome} ${r.code}`))).toEqual(new Set([`${ChangeOutcome.SUCCEEDED} deleted`]));
    expect(stage.sandbox.counts()[OBJECT]).toBe(0);
    // One look at what changed, and three at what the CRM would delete along with these accounts.
    expect(done.apiCalls.filter((c) => c.name.includes('query') || c.name === 'recheck').reduce((n, c) => n + c.count, 0)).toBeLessThanOrEqual(4);
    expect(done.results[0]?.beforeImage).toEqual([{ field: 'Name', before: 'A 0', after: '', clear: true }]);
    const mirrored = await records(ids);
    expect(mirrored.every((r) => r.deleted)).toBe(true);
    expect(await sequence()).toBe(before + 1_000);
    await waitFor(() => stage.changed.filter((m) => m.connectionId === connectionId).flatMap((m) => m.records).filter((r) => r.deleted).length === 1_000, { what: 'the deletions being announced' });
    // The ledger has the record as it was, whole.
    const { writes } = await stage.client.listWrites({ connectionId, crmId: ids[5]! }, stage.as);
    expect(writes[0]).toMatchObject({ operation: ChangeOperation.DELETE, state: 'succeeded', code: 'deleted' });
    expect(Object.fromEntries(writes[0]!.changes.map((c) => [c.field, c.before]))).toMatchObject({ Name: 'A 5', Website: 'a5.example.com', Phone: '5' });
    // What comes back with the next pull is no news by others.
    await refresh();
    expect((await records(ids)).every((r) => r.deleted)).toBe(true);
  });

  it('ORC-11 leaves alone what somebody has changed or deleted after it was planned, in whatever field', async () => {
    const ids = await seeded(4);
    const plannedAtSequence = await sequence();
    await person('PATCH', ids[0]!, { Name: 'Renamed' });
    await person('PATCH', ids[1]!, { Phone: '+49 30 1' });
    await person('DELETE', ids[2]!);
    const done = await stage.results(await stage.request({ operation: ChangeOperation.DELETE, changes: deletions(ids), checkBefore: true, plannedAtSequence }, { connectionId }));
    const results = ids.map((id) => byCompany(done).get(`co-${id}`));
    expect(results.map((r) => [r?.outcome, r?.code])).toEqual([
      [ChangeOutcome.SKIPPED, 'changed_since'], [ChangeOutcome.SKIPPED, 'changed_since'], [ChangeOutcome.SKIPPED, 'deleted_in_crm'], [ChangeOutcome.SUCCEEDED, 'deleted'],
    ]);
    expect(results[0]?.message).toBe('Name was changed in the CRM since this was planned. The record is left as it is.');
    expect(stage.sandbox.counts()[OBJECT]).toBe(2);
  });

  it('settles a deletion whose answer was lost by asking, and deletes nothing twice', async () => {
    const ids = await seeded(300);
    stage.sandbox.faults.set({ kind: 'timeout-after-commit', operation: ['composite', 'collections.delete'], times: 1, hangMs: 30 });
    const done = await stage.results(await stage.request({ operation: ChangeOperation.DELETE, changes: deletions(ids) }, { connectionId }));
    expect(new Set(done.results.map((r) => r.outcome))).toEqual(new Set([ChangeOutcome.UNKNOWN_THEN_SETTLED]));
    expect(done.results[0]).toMatchObject({ code: 'deleted', message: expect.stringContaining('no longer has the record') });
    expect(stage.sandbox.counts()[OBJECT]).toBe(0);
  });

  it('does not hold a company for one with an account once that was deleted again', async () => {
    const account = { companyId: 'again', name: 'Again', website: 'again.example.com', country: 'Germany' };
    const first = await stage.results(await stage.plan([account], { connectionId }));
    const crmId = first.results[0]!.crmId;
    await stage.results(await stage.request({ operation: ChangeOperation.DELETE, changes: [{ changeId: 'del-again', companyId: 'again', crmId, fields: [] }] }, { connectionId }));
    const second = await stage.results(await stage.plan([{ ...account, changeId: 'again-2' }], { connectionId }));
    expect(second.results[0]).toMatchObject({ outcome: ChangeOutcome.SUCCEEDED, code: 'created' });
    expect(second.results[0]?.crmId).not.toBe(crmId);
  });
});

describe('What belongs to an account', () => {
  it('ORC-11 is told, whether it is mirrored or not, and as it is now', async () => {
    const ids = await seeded(3);
    stage.sandbox.seed('Contact', [{ LastName: 'Lee', Email: 'ann@a0.example.com', AccountId: ids[0] }]);
    const of = async () => (await stage.client.listRecordsOfAccounts({ connectionId, accountIds: ids }, stage.as)).records.map((r) => [r.accountId, r.object, r.name]);
    // Before contacts are mirrored, the CRM itself is asked.
    expect(await of()).toEqual([[ids[0], 'Contact', 'ann@a0.example.com']]);
    await stage.client.refreshMirror({ connectionId, object: 'Contact' }, stage.as);
    stage.sandbox.seed('Contact', Array.from({ length: 7 }, (_, i) => ({ LastName: `B ${i}`, Email: `b${i}@a1.example.com`, AccountId: ids[1] })));
    expect(await of()).toEqual([[ids[0], 'Contact', 'ann@a0.example.com']]);
    await stage.client.refreshMirror({ connectionId, object: OBJECT, withAttached: true }, stage.as);
    expect((await of()).map(([account]) => account)).toEqual([ids[0], ...Array(5).fill(ids[1])]);
  });
});

describe('Converting leads', () => {
  it('CLC-3 offers the statuses that mean "converted" to this CRM, as it has them now', async () => {
    const named = async () => (await stage.client.listConvertedStatuses({ connectionId }, stage.as)).statuses;
    expect(await named()).toEqual([{ name: 'Closed - Converted', label: 'Closed - Converted', isDefault: false }]);
  });

  it('CLC-1 refuses by name a CRM whose leads are not converted', async () => {
    const { id } = await stage.client.createConnection({
      name: 'A HubSpot', provider: 'hubspot', baseUrl: stage.sandbox.url, authKind: 'access_token', environment: 'sandbox', secrets: { access_token: 'x' },
    }, stage.as);
    await expect(stage.client.listConvertedStatuses({ connectionId: id }, stage.as)).rejects.toMatchObject({ kind: 'Invalid', publicMessage: expect.stringContaining('HubSpot') });
    const { providers } = await stage.client.listProviders({}, stage.as);
    expect(providers.filter((p) => p.convertsLeads).map((p) => p.label).sort()).toEqual(['Dynamics 365', 'Salesforce']);
  });

  it('becomes a contact of the account, on record with the contact, and a second time is told as it was', async () => {
    const [accountId] = await seeded(1);
    const { ids } = stage.sandbox.seed('Lead', [{ LastName: 'Lee', FirstName: 'Ann', Company: 'A 0', Email: 'ann@a0.example.com' }]);
    const changes = [{ changeId: `convert-${ids[0]}`, companyId: 'co', crmId: ids[0], conversion: { accountId, contactId: '', status: 'Closed - Converted' } }];
    const done = await stage.results(await stage.request({ operation: ChangeOperation.CONVERT, object: 'Lead', changes }, { connectionId }));
    expect(done.results).toMatchObject([{ outcome: ChangeOutcome.SUCCEEDED, code: 'converted', crmId: ids[0], contactId: expect.stringMatching(/^003/), beforeImage: [] }]);
    const { contactId } = done.results[0]!;
    expect(stage.sandbox.records('Contact')).toMatchObject([{ Id: contactId, AccountId: accountId }]);
    const { writes } = await stage.client.listWrites({ connectionId, crmId: ids[0]! }, stage.as);
    expect(writes).toMatchObject([{ operation: ChangeOperation.CONVERT, state: 'succeeded', contactId }]);
    const again = await stage.results(await stage.request({ operation: ChangeOperation.CONVERT, object: 'Lead', changes }, { connectionId, batchId: 'again' }));
    expect(again.results).toEqual(done.results);
  });
});

describe('Setting fields back', () => {
  it('ORC-11 writes nothing into a record of which one of the fields is no longer what the plan says', async () => {
    const ids = await seeded(3);
    await person('PATCH', ids[0]!, { Phone: 'theirs' });
    await person('PATCH', ids[1]!, { Site: 'North' });
    const changes = ids.map((crmId, i) => ({ changeId: `back-${crmId}`, companyId: `co-${crmId}`, crmId, fields: [{ field: 'Phone', before: `${i}`, clear: true }] }));
    const done = await stage.results(await stage.request({ operation: ChangeOperation.UPDATE, changes, checkBefore: true, plannedAtSequence: await sequence() }, { connectionId }));
    expect(ids.map((id) => byCompany(done).get(`co-${id}`)?.code)).toEqual(['changed_since', 'updated', 'updated']);
    expect(stage.sandbox.records(OBJECT).map((r) => r['Phone'])).toEqual(['theirs', null, null]);
  });
});
