import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectOf, type ConnectorSession, type RemoteRecord, type WriteOperation, type WriteOutcome } from '@signalbox/connectors-sdk';
import { errorOf, testParts } from '@signalbox/connectors-sdk/testing';
import { startDynamicsSandbox, type DynamicsSandbox } from '@signalbox/sandbox';
import { connector } from './index.ts';
import { inputFor } from './testing/dynamics-harness.ts';

let sandbox: DynamicsSandbox;
let session: ConnectorSession;

beforeAll(async () => { sandbox = await startDynamicsSandbox(); });
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.reset();
  session = connector.connect({ ...inputFor(sandbox), parts: testParts() });
});
afterEach(() => session.close());

async function write(object: string, values: Record<string, string | null>, crmId = ''): Promise<WriteOutcome> {
  const operation: WriteOperation = crmId ? 'update' : 'create';
  const outcomes: WriteOutcome[] = [];
  for await (const some of session.write({ object, operation, externalIdField: 'signalbox_id', rows: [{ changeId: 'c', crmId, externalKey: `key of ${object}`, values }] })) outcomes.push(...some);
  return outcomes[0]!;
}

async function idOf(object: string, values: Record<string, string>): Promise<string> {
  const outcome = await write(object, values);
  if (outcome.kind !== 'written') throw new Error(JSON.stringify(outcome));
  return outcome.crmId;
}

async function pull(object: string, fields: string[]): Promise<RemoteRecord[]> {
  const records: RemoteRecord[] = [];
  for await (const page of session.pull(object, { fields })) records.push(...page.records);
  return records;
}

describe('tables beside accounts and leads', () => {
  it('contacts belong to an account or another contact, and can be parted from it', async () => {
    const account = await idOf('Account', { name: 'Employer' });
    const contact = await idOf('Contact', { emailaddress1: 'ada@example.com', lastname: 'L', parentcustomerid: `account:${account}` });
    expect(await pull('Contact', ['parentcustomerid', 'lastname', 'ownerid'])).toMatchObject([{ id: contact, name: 'ada@example.com', website: '', fields: { parentcustomerid: account, lastname: 'L', ownerid: sandbox.userId } }]);
    expect(await write('Contact', { parentcustomerid: null }, contact)).toMatchObject({ kind: 'written', crmId: contact });
    expect(sandbox.records('contact')).toMatchObject([{ parentcustomerid: null, lastname: 'L' }]);
    expect(await write('Contact', { parentcustomerid: account.slice(0, 8) }, contact)).toMatchObject({ kind: 'failed', message: expect.stringContaining("account or contact as 'table:id'") });
  });

  it('opportunities have states by their names; a table without our key is created plainly', async () => {
    const account = await idOf('Account', { name: 'Buyer' });
    const opportunity = await idOf('Opportunity', { name: 'Deal', customerid: `account:${account}`, estimatedvalue: '1250.5', estimatedclosedate: '2026-12-31', statuscode: 'On Hold' });
    expect(await pull('Opportunity', ['statecode', 'statuscode', 'estimatedvalue', 'estimatedclosedate', 'customerid'])).toMatchObject([{
      id: opportunity, name: 'Deal', country: '', fields: { statecode: 'Open', statuscode: 'On Hold', estimatedvalue: '1250.5', estimatedclosedate: '2026-12-31', customerid: account },
    }]);
    await idOf('Opportunity', { name: 'Deal' });
    expect(sandbox.counts()['opportunity']).toBe(2);
    const attemptedAt = new Date();
    const rows = [{ changeId: 'c', crmId: opportunity, externalKey: '', values: { estimatedvalue: '1250.50', statuscode: 'On Hold', customerid: `account:${account}` }, attemptedAt }];
    expect(await session.settle({ object: 'Opportunity', operation: 'update', rows, externalIdField: '', quietMs: 0 })).toEqual([{ changeId: 'c', crmIds: [opportunity], final: true }]);
  });

  it('CLC-9 the manifest names the account of contacts, leads and opportunities, and what won and lost ones have, in whatever language the states are shown', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dynamics-german-'));
    const schemaFile = join(folder, 'schema.json');
    const options = ['Open', 'Won', 'Lost'].map((invariant, value) => ({ value, label: ['Offen', 'Gewonnen', 'Verloren'][value], invariant }));
    writeFileSync(schemaFile, JSON.stringify({ entities: { opportunity: { attributes: [{ name: 'statecode', label: 'Status', type: 'State', options, default: 0 }] } } }));
    const german = await startDynamicsSandbox({ schemaFile });
    const there = connector.connect({ ...inputFor(german), parts: testParts() });
    const [account] = german.seed('account', [{ name: 'Buyer' }]).ids;
    const bound = { 'customerid_account@odata.bind': `/accounts(${account})` };
    german.seed('opportunity', [{ name: 'W', statecode: 1, statuscode: 3, ...bound }, { name: 'L', statecode: 2, statuscode: 4, ...bound }, { name: 'O', ...bound }]);
    const object = objectOf(connector.manifest, 'Opportunity')!;
    const fields = there.mirrorFields('Opportunity', await there.describe('Opportunity'));
    const records: RemoteRecord[] = [];
    for await (const page of there.pull('Opportunity', { fields })) records.push(...page.records);
    const is = (record: RemoteRecord, conditions = object.progress!.won) => conditions.every(({ field, value }) => record.fields[field] === value);
    expect(records.map((record) => [record.name, is(record), is(record, object.progress!.lost), record.fields[object.account!]])).toEqual([['W', true, false, account], ['L', false, true, account], ['O', false, false, account]]);
    for (const name of ['Contact', 'Lead']) expect(there.mirrorFields(name, await there.describe(name))).toContain(objectOf(connector.manifest, name)!.account);
    there.close();
    await german.close();
    rmSync(folder, { recursive: true });
  });

  it('users can be read, at first all and then those that changed, and not written', async () => {
    const position = async (from?: string) => {
      const read = { names: [] as string[], position: '' };
      for await (const page of session.pull('User', { fields: ['internalemailaddress', 'isdisabled'], ...(from ? { position: from } : {}) })) {
        read.names.push(...page.records.map((r) => r.name));
        read.position = page.position;
      }
      return read;
    };
    sandbox.seed('systemuser', Array.from({ length: 5200 }, (_, i) => ({ firstname: 'User', lastname: String(i), modifiedon: '2026-01-01T00:00:00Z' })));
    const first = await position();
    expect(new Set(first.names).size).toBe(5201);
    sandbox.seed('systemuser', [{ firstname: 'The', lastname: 'Newcomer' }]);
    const next = await position(first.position);
    expect(next.names).toContain('The Newcomer');
    expect(next.names.length).toBeLessThan(10);
    expect(await errorOf(write('User', { firstname: 'X' }))).toMatchObject({ kind: 'Invalid', code: 'dynamics.operation_unknown', publicMessage: expect.stringContaining('Dynamics 365') });
  });

  it('goes on in the middle of the users', async () => {
    sandbox.seed('systemuser', Array.from({ length: 5200 }, (_, i) => ({ firstname: 'User', lastname: String(i) })));
    const seen = new Set<string>();
    for (let at: string | undefined, whole = false; !whole;) {
      const before: string | undefined = at;
      whole = true;
      for await (const page of session.pull('User', { fields: [], ...(before ? { position: before } : {}) })) {
        for (const record of page.records) seen.add(record.id);
        at = page.position;
        if (before) continue;
        whole = false;
        break; // as after a crash
      }
    }
    expect(seen.size).toBe(5201);
  });

  it('an object that there is not is refused by name', async () => {
    expect(await errorOf(session.describe('Invoice'))).toMatchObject({ kind: 'NotFound', code: 'dynamics.object_unknown', publicMessage: expect.stringContaining('Account, Contact, Lead, Opportunity, User') });
  });
});
