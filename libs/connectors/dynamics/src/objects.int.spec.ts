import type { ConnectorSession, RemoteRecord, WriteOperation, WriteOutcome } from '@signalbox/connectors-sdk';
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

  it('an object that there is not is refused by name', async () => {
    expect(await errorOf(session.describe('Invoice'))).toMatchObject({ kind: 'NotFound', code: 'dynamics.object_unknown', publicMessage: expect.stringContaining('Account, Contact, Lead, Opportunity') });
  });
});
