import { CallCounter, objectOf, type ConnectorSession, type WriteOperation, type WriteOutcome, type WriteRow } from '@signalbox/connectors-sdk';
import { errorOf, testParts, type TestParts } from '@signalbox/connectors-sdk/testing';
import { startHubspotSandbox, type HubspotSandbox, type HubspotSandboxOptions } from '@signalbox/sandbox';
import { connector } from './index.ts';

const KEY = 'signalbox_id';
let sandbox: HubspotSandbox;
let session: ConnectorSession;
let parts: TestParts;
/** How far the account's clock is ahead: a test's waits move it along, as they would the real one. */
let ahead = 0;

async function open(options: HubspotSandboxOptions = {}): Promise<void> {
  ahead = 0;
  sandbox = await startHubspotSandbox({ now: () => Date.now() + ahead, ...options });
  parts = testParts();
  const wait = parts.wait.bind(parts);
  parts.wait = async (ms) => {
    ahead += ms;
    await wait(ms);
  };
  session = connector.connect({ baseUrl: sandbox.url, authKind: 'access_token', settings: {}, secrets: { access_token: sandbox.credentials.accessToken }, parts });
}

afterEach(async () => {
  session.close();
  await sandbox.close();
});

const row = (n: number, values: Record<string, string | null> = {}): WriteRow => ({ changeId: `change-${n}`, crmId: '', externalKey: `key-${n}`, values: { name: `Company ${n}`, domain: `c${n}.example.com`, country: 'Germany', ...values } });
const rows = (count: number): WriteRow[] => Array.from({ length: count }, (_, i) => row(i));

async function write(given: readonly WriteRow[], operation: WriteOperation = 'create', object = 'Account', by: ConnectorSession = session): Promise<WriteOutcome[]> {
  const all: WriteOutcome[] = [];
  for await (const some of by.write({ object, operation, rows: given, externalIdField: KEY })) all.push(...some);
  return all;
}

/** As another client of the account would. */
const call = (method: string, path: string, body: object) =>
  fetch(`${sandbox.url}${path}`, { method, body: JSON.stringify(body), headers: { authorization: `Bearer ${sandbox.credentials.accessToken}`, 'content-type': 'application/json' } });

async function pull(position?: string, object = 'Account') {
  const fields = session.mirrorFields(object, await session.describe(object, { withinMs: 600_000 }));
  const pages = [];
  for await (const page of session.pull(object, { fields, position })) pages.push(page);
  return { records: pages.flatMap((p) => p.records), position: pages.at(-1)!.position, pages };
}

describe('API calls, as the account counts them', () => {
  it('creates 1,000 companies with 10 calls, and updates them with 10', async () => {
    await open();
    await session.describe('Account');
    sandbox.resetRequests();
    const created = await write(rows(1000));
    expect(created.filter((o) => o.kind === 'written')).toHaveLength(1000);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 10, operations: { 'batch.upsert': 10 }, rows: { created: 1000 } });
    sandbox.resetRequests();
    const changes = created.map((o, i): WriteRow => ({ changeId: `u${i}`, crmId: o.kind === 'written' ? o.crmId : '', externalKey: '', values: { city: 'Ulm' } }));
    expect((await write(changes, 'update')).every((o) => o.kind === 'written')).toBe(true);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 10, operations: { 'batch.update': 10 }, rows: { updated: 1000 } });
  });

  it('deletes 1,000 companies with 20 calls: what was gone before is read first, since archiving does not tell', async () => {
    await open();
    const { ids } = sandbox.seed('companies', Array.from({ length: 1000 }, (_, i) => ({ name: `C${i}` })));
    await session.describe('Account');
    sandbox.resetRequests();
    const outcomes = await write(ids.map((crmId) => ({ changeId: crmId, crmId, externalKey: '', values: {} })), 'delete');
    expect(outcomes.every((o) => o.kind === 'written')).toBe(true);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 20, operations: { 'batch.read': 10, 'batch.archive': 10 } });
    expect(sandbox.counts()['companies']).toBe(0);
  });

  it('an idle pull is a search and a look at what was archived; 1,000 changes among many cost as much as they are', async () => {
    await open();
    sandbox.seed('companies', Array.from({ length: 3000 }, (_, i) => ({ name: `Old ${i}` })));
    ahead += 3_600_000;
    const first = await pull();
    ahead += 60_000;
    sandbox.resetRequests();
    const idle = await pull(first.position);
    expect(idle.records).toEqual([]);
    expect(sandbox.requests().apiCalls).toBe(2);
    ahead += 60_000;
    sandbox.seed('companies', Array.from({ length: 1000 }, (_, i) => ({ name: `New ${i}` })));
    sandbox.resetRequests();
    expect((await pull(idle.position)).records).toHaveLength(1000);
    // Five full pages, and the one that says there is no more.
    expect(sandbox.requests()).toMatchObject({ operations: { search: 6, list: 1 } });
  });

  it('keeps below the limits that the headers tell, and searches no faster than allowed', async () => {
    await open({ burstLimit: 20 });
    await write(rows(6000));
    expect(sandbox.requests().statuses['429']).toBeUndefined();
    const names = Array.from({ length: 700 }, (_, i) => `Company ${i}`);
    await session.lookup('Account', { field: 'name', values: names, fields: ['name'] });
    expect(sandbox.requests().operations['search']).toBeGreaterThanOrEqual(7);
    expect(sandbox.requests().statuses).toEqual({ 200: sandbox.requests().apiCalls });
    expect(session.usage()).toMatchObject({ allowed: 650_000 });
  });

  it('stops before the day is used up, since other systems share it', async () => {
    await open({ dailyLimit: 1000 });
    sandbox.settings({ dailyUsage: 960 });
    await session.describe('Account');
    expect(await errorOf(session.describe('Account'))).toMatchObject({ kind: 'Retryable', code: 'connector.allowance_reserved', publicMessage: expect.stringContaining('961 of the 1000') });
  });
});

describe('what HubSpot does otherwise than one would think', () => {
  it('a search ends at 10,000 results: more changes are read by ids', async () => {
    await open({ burstLimit: 1_000_000 });
    const first = await pull();
    sandbox.seed('companies', Array.from({ length: 10_400 }, (_, i) => ({ name: `Bulk ${i}` })));
    const next = await pull(first.position);
    expect(new Set(next.records.map((r) => r.id)).size).toBe(10_400);
    expect(sandbox.requests().statuses['400']).toBeUndefined();
  });

  it('goes on in the middle of the changes from the position of any page', async () => {
    await open({ burstLimit: 1_000_000 });
    const first = await pull();
    sandbox.seed('companies', Array.from({ length: 900 }, (_, i) => ({ name: `Bulk ${i}` })));
    const fields = ['name'];
    const seen: string[] = [];
    let position = first.position;
    for await (const page of session.pull('Account', { position, fields })) {
      seen.push(...page.records.map((r) => r.id));
      position = page.position;
      if (seen.length >= 400) break; // as after a crash
    }
    for await (const page of session.pull('Account', { position, fields })) seen.push(...page.records.map((r) => r.id));
    expect(seen).toHaveLength(900);
    expect(new Set(seen).size).toBe(900);
  });

  it('the index of searches lags: a later pull still finds what one did not see', async () => {
    await open({ searchLagMs: 40_000 });
    const first = await pull();
    sandbox.seed('companies', [{ name: 'Not in the index yet' }]);
    const second = await pull(first.position);
    expect(second.records).toEqual([]);
    ahead += 45_000;
    expect((await pull(second.position)).records.map((r) => r.name)).toEqual(['Not in the index yet']);
  });

  it('CNA-8 the index of searches lags: what one look at the moment of writing did not see, the next one does, though the look before had news', async () => {
    await open({ searchLagMs: 60_000 });
    const { position } = await pull();
    const look = (from: string) => session.changedSince('Account', { position: from, fields: [], exceptWithField: KEY });
    sandbox.seed('companies', [{ name: 'Added first' }]);
    ahead += 20_000;
    sandbox.seed('companies', [{ name: 'Added by a colleague' }]);
    ahead += 45_000;
    const first = await look(position);
    expect(first.records.map((r) => r.name)).toEqual(['Added first']);
    ahead += 20_000;
    expect((await look(first.position)).records.map((r) => r.name)).toContain('Added by a colleague');
  });

  it('the index of searches lags: our key is found all the same', async () => {
    await open({ searchLagMs: 60_000 });
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'batch.upsert', times: 1 });
    expect((await write(rows(3))).map((o) => o.kind)).toEqual(['unknown', 'unknown', 'unknown']);
    const attempted = rows(3).map((r) => ({ ...r, attemptedAt: parts.clock.now() }));
    const answers = await session.settle({ object: 'Account', operation: 'create', rows: attempted, externalIdField: KEY, quietMs: 60_000 });
    expect(answers.every((a) => a.final && a.crmIds.length === 1)).toBe(true);
    const searched = await session.settle({ object: 'Account', operation: 'create', rows: attempted, externalIdField: '', quietMs: 60_000 });
    expect(searched.every((a) => !a.final && a.crmIds.length === 0)).toBe(true);
  });

  it('a search takes 3,000 characters: properties that do not fit are read by id', async () => {
    await open();
    for (let i = 0; i < 90; i++) await sandboxProperty(`a_rather_long_name_of_a_property_${i}`);
    const first = await pull();
    sandbox.seed('companies', [{ name: 'Wide', a_rather_long_name_of_a_property_77: 'here' }]);
    sandbox.resetRequests();
    const next = await pull(first.position);
    expect(next.records.find((r) => r.name === 'Wide')?.fields['a_rather_long_name_of_a_property_77']).toBe('here');
    expect(sandbox.requests().operations).toMatchObject({ search: 1, 'batch.read': 1 });
  });

  it('a record that was merged into another is gone under its own id, and an update of it reaches the other', async () => {
    await open();
    const [kept, merged] = sandbox.seed('companies', [{ name: 'Kept' }, { name: 'Merged' }]).ids as [string, string];
    const first = await pull();
    await call('POST', '/crm/v3/objects/companies/merge', { primaryObjectId: kept, objectIdToMerge: merged });
    const next = await pull(first.position);
    expect(next.records.map((r) => [r.id, r.deleted])).toEqual([[kept, false], [merged, true]]);
    expect(await write([{ changeId: 'u', crmId: merged, externalKey: '', values: { city: 'Ulm' } }], 'update')).toEqual([{ kind: 'written', changeId: 'u', crmId: kept, existed: false }]);
  });

  it('a record that was merged into another is not deleted by its old id, which leads to the other', async () => {
    await open();
    const [kept, merged] = sandbox.seed('companies', [{ name: 'Stays' }, { name: 'Merged' }]).ids as [string, string];
    await call('POST', '/crm/v3/objects/companies/merge', { primaryObjectId: kept, objectIdToMerge: merged });
    expect(await write([{ changeId: 'c', crmId: merged, externalKey: '', values: {} }], 'delete')).toMatchObject([{ kind: 'skipped', code: 'deleted_in_crm' }]);
    expect(sandbox.records('companies').map((r) => r['name'])).toEqual(['Stays']);
  });

  it('deletions are found however many there were before, and a crash in between loses none', async () => {
    await open({ burstLimit: 1_000_000 });
    const { ids } = sandbox.seed('companies', Array.from({ length: 1_500 }, (_, i) => ({ name: `Old ${i}` })));
    const first = await pull();
    for (const id of ids.slice(0, 1_300)) sandbox.archive('companies', id);
    const fields = ['name'];
    let position = first.position;
    for await (const page of session.pull('Account', { position, fields })) {
      position = page.position;
      break; // as after a crash, before what was archived is looked at
    }
    ahead += 60_000;
    const second = await pull(position);
    expect(second.records.filter((r) => r.deleted)).toHaveLength(1_300);
    sandbox.archive('companies', ids[1_400]!);
    sandbox.resetRequests();
    const third = await pull(second.position);
    expect(third.records.some((r) => r.deleted)).toBe(false);
    expect(sandbox.requests().operations['list']).toBeUndefined();
    ahead += 11 * 60_000;
    expect((await pull((await pull(third.position)).position)).records.some((r) => r.id === ids[1_400] && r.deleted)).toBe(true);
  });

  it('an update whose answer was lost is settled by its values, also those that HubSpot spells otherwise', async () => {
    await open();
    const [id] = sandbox.seed('companies', [{ name: 'A' }]).ids;
    const values = { numberofemployees: '12.0', first_seen: '2026-01-31', web_technologies: 'shopify;hubspot', notes_next_activity_date: '2026-03-01T10:00:00+01:00', city: null };
    const change: WriteRow = { changeId: 'u', crmId: id!, externalKey: '', values };
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'batch.update', times: 1 });
    expect(await write([change], 'update')).toMatchObject([{ kind: 'unknown' }]);
    const ask = (given: WriteRow) => session.settle({ object: 'Account', operation: 'update', rows: [{ ...given, attemptedAt: parts.clock.now() }], externalIdField: '', quietMs: 0 });
    expect(await ask(change)).toEqual([{ changeId: 'u', final: true, crmIds: [id] }]);
    expect(await ask({ ...change, values: { ...values, zip: '1' } })).toEqual([{ changeId: 'u', final: true, crmIds: [] }]);
  });
});

describe('contacts and deals', () => {
  it('HubSpot keeps contacts apart by email: one that is there is a skip with its id, found by the email', async () => {
    await open();
    const [there] = sandbox.seed('contacts', [{ email: 'ada@example.com', lastname: 'Byron' }]).ids;
    const contact = (n: number, email: string): WriteRow => ({ changeId: `c${n}`, crmId: '', externalKey: '', values: { email, firstname: 'Ada' } });
    const outcomes = await write([contact(1, 'Ada@Example.com'), contact(2, 'grace@example.com')], 'create', 'Contact');
    expect(outcomes.find((o) => o.changeId === 'c1')).toMatchObject({ kind: 'skipped', code: 'crm_duplicate_rule', crmId: there });
    expect(outcomes.find((o) => o.changeId === 'c2')).toMatchObject({ kind: 'written' });
    expect((await session.lookup('Contact', { field: 'email', values: ['ada@example.com'], fields: ['lastname'] })).map((r) => r.fields['lastname'])).toEqual(['Byron']);
    const changed = await pull((await pull(undefined, 'Contact')).position, 'Contact');
    expect(changed.records.map((r) => r.name).sort()).toEqual(['ada@example.com', 'grace@example.com']);
  });

  it('deals tell whether they are open, won or lost, in any pipeline', async () => {
    await open();
    const deals = [['Open', 'contractsent'], ['Won', 'closedwon'], ['Lost', 'closedlost']].map(([dealname, dealstage], i): WriteRow => ({ changeId: `d${i}`, crmId: '', externalKey: `deal-${i}`, values: { dealname: dealname!, dealstage: dealstage! } }));
    expect((await write(deals, 'create', 'Opportunity')).every((o) => o.kind === 'written')).toBe(true);
    const { records } = await pull(undefined, 'Opportunity');
    expect(records.map((r) => [r.name, r.fields['hs_is_closed'], r.fields['hs_is_closed_won']])).toEqual([['Open', 'false', 'false'], ['Won', 'true', 'true'], ['Lost', 'true', 'false']]);
    expect(await write([{ ...deals[0]!, values: { dealname: 'Bad', dealstage: 'no such stage' } }], 'create', 'Opportunity')).toMatchObject([{ kind: 'failed', code: 'picklist_value_refused', message: expect.stringContaining('no such stage') }]);
  });

  it('CLC-9 the manifest names the company of contacts and deals, also of one that is put to another, and what won and lost deals have', async () => {
    await open();
    const [first, second] = sandbox.seed('companies', [{ name: 'First' }, { name: 'Second' }]).ids as [string, string];
    for (const [object, type, values] of [['Contact', 'contacts', { email: 'a@first.example' }], ['Opportunity', 'deals', { dealname: 'Deal', dealstage: 'closedwon', pipeline: 'default', hs_is_closed_won: 'true' }]] as const) {
      const { account, progress } = objectOf(connector.manifest, object)!;
      const [id] = sandbox.seed(type, [values]).ids;
      const companyOf = async (position?: string) => {
        const pulled = await pull(position, object);
        return { position: pulled.position, company: pulled.records.at(-1)?.fields[account!], fields: pulled.records.at(-1)!.fields };
      };
      await call('PUT', `/crm/v4/objects/${type}/${id}/associations/default/companies/${first}`, {});
      const before = await companyOf();
      expect(before.company).toBe(first);
      if (progress) expect([progress.won, progress.lost].map((conditions) => conditions.every(({ field, value }) => before.fields[field] === value))).toEqual([true, false]);
      const primary = type === 'contacts' ? 1 : 5;
      await call('PUT', `/crm/v4/objects/${type}/${id}/associations/companies/${second}`, [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: primary }]);
      expect((await companyOf(before.position)).company).toBe(second);
    }
  });

  it('an object that is not there is refused by name', async () => {
    await open();
    expect(await errorOf(session.describe('Ticket'))).toMatchObject({ kind: 'NotFound', publicMessage: expect.stringContaining('Account, Contact, Opportunity') });
  });
});

describe('work', () => {
  it('is counted by operation', async () => {
    await open();
    const counter = new CallCounter();
    await write(rows(150), 'create', 'Account', session.forWork({ counter }));
    expect(counter.take()).toEqual({ properties: 1, 'batch.upsert': 2 });
  });

  it('goes by the dated paths of the API as well', async () => {
    await open();
    const dated = connector.connect({ baseUrl: sandbox.url, authKind: 'access_token', settings: { api_version: '2026-03' }, secrets: { access_token: sandbox.credentials.accessToken }, parts });
    expect(await dated.test()).toMatchObject({ account: String(sandbox.portalId), apiVersion: '2026-03' });
    await write(rows(2), 'create', 'Account', dated);
    dated.close();
    expect(sandbox.requests(true).recent!.map((r) => r.path)).toEqual(['/account-info/2026-03/details', '/crm/properties/2026-03/companies', '/crm/objects/2026-03/companies/batch/upsert']);
  });
});

async function sandboxProperty(name: string): Promise<void> {
  ahead += 100;
  const answer = await fetch(`${sandbox.url}/crm/v3/properties/companies`, {
    method: 'POST', body: JSON.stringify({ name, label: name, type: 'string', fieldType: 'text', groupName: 'companyinformation' }),
    headers: { authorization: `Bearer ${sandbox.credentials.accessToken}`, 'content-type': 'application/json' },
  });
  if (answer.status !== 201) throw new Error(`the sandbox did not make the property: ${answer.status}`);
}
