import type { ConnectorSession, Conversion, WriteOutcome } from '@signalbox/connectors-sdk';
import { testParts } from '@signalbox/connectors-sdk/testing';
import { startDynamicsSandbox, type DynamicsSandbox } from '@signalbox/sandbox';
import { connector } from './index.ts';
import { inputFor } from './testing/dynamics-harness.ts';

/** Conversions as Dynamics 365 has them: what stands on a lead, who else is at work on it, and what is made of it. */
let sandbox: DynamicsSandbox;
let session: ConnectorSession;
let account: string;

beforeAll(async () => { sandbox = await startDynamicsSandbox(); });
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.settings({ qualifyTiesContacts: true });
  sandbox.reset();
  session = connector.connect({ ...inputFor(sandbox), parts: testParts() });
  account = sandbox.seed('account', [{ name: 'Employer' }]).ids[0]!;
});
afterEach(() => session.close());

const lead = (more: Record<string, unknown> = {}) => sandbox.seed('lead', [{ companyname: 'Lead', lastname: 'L', emailaddress1: 'l@lead.example', ...more }]).ids[0]!;
const contactOf = (of: string) => sandbox.seed('contact', [{ lastname: 'C', 'parentcustomerid_account@odata.bind': `/accounts(${of})` }]).ids[0]!;
const leadRow = (id: string) => sandbox.records('lead').find((row) => row['leadid'] === id)!;
const rowFor = (crmId: string, more: Partial<Conversion> = {}) => ({ changeId: crmId, crmId, externalKey: '', values: {}, conversion: { accountId: account, contactId: '', status: '3', ...more } });

async function convert(crmId: string, more: Partial<Conversion> = {}): Promise<WriteOutcome> {
  const outcomes: WriteOutcome[] = [];
  for await (const some of session.write({ object: 'Lead', operation: 'convert', externalIdField: '', rows: [rowFor(crmId, more)] })) outcomes.push(...some);
  expect(outcomes).toHaveLength(1);
  return outcomes[0]!;
}

describe('what stands on the lead (CLC-5)', () => {
  it('a lead that belongs to another account in the CRM is skipped, and left as it is', async () => {
    const other = sandbox.seed('account', [{ name: 'Another' }]).ids[0]!;
    const id = lead({ 'parentaccountid@odata.bind': `/accounts(${other})` });
    const before = leadRow(id);
    expect(await convert(id)).toMatchObject({ kind: 'skipped', code: 'belongs_to_other_account', crmId: id, message: expect.stringContaining(other) });
    expect(leadRow(id)).toEqual(before);
  });

  it('a lead that belongs to the account already is converted', async () => {
    const id = lead({ 'parentaccountid@odata.bind': `/accounts(${account})` });
    expect(await convert(id)).toMatchObject({ kind: 'written', contactId: expect.any(String) });
    expect(leadRow(id)).toMatchObject({ statecode: 1, statuscode: 3, parentaccountid: account });
  });

  it('the contact that stands on a lead is merged into when it is one of the account, and is no other than the one that is asked for', async () => {
    const contact = contactOf(account);
    const [first, second] = [lead({ 'parentcontactid@odata.bind': `/contacts(${contact})` }), lead({ 'parentcontactid@odata.bind': `/contacts(${contact})` })];
    expect(await convert(first)).toMatchObject({ kind: 'written', contactId: contact });
    expect(await convert(second, { contactId: contactOf(account) })).toMatchObject({ kind: 'skipped', code: 'belongs_to_other_contact' });
    const elsewhere = lead({ 'parentcontactid@odata.bind': `/contacts(${contactOf(sandbox.seed('account', [{ name: 'Another' }]).ids[0]!)})` });
    expect(await convert(elsewhere)).toMatchObject({ kind: 'skipped', code: 'belongs_to_other_contact' });
    expect(sandbox.counts()['contact']).toBe(3);
    expect([leadRow(second)['statecode'], leadRow(second)['parentaccountid'] ?? '']).toEqual([0, '']);
  });

  it('a disqualified lead is not opened again', async () => {
    expect(await convert(lead({ statecode: 2, statuscode: 5 }))).toMatchObject({ kind: 'failed', code: 'lead_closed', message: expect.stringContaining('disqualified') });
  });
});

describe('the contact', () => {
  it('that the CRM made without an account is put to it', async () => {
    sandbox.settings({ qualifyTiesContacts: false });
    const outcome = await convert(lead());
    expect(sandbox.records('contact')).toMatchObject([{ contactid: (outcome as { contactId: string }).contactId, parentcustomerid: account }]);
  });

  it('that was made without an account, and without an answer, is put to it by asking', async () => {
    sandbox.settings({ qualifyTiesContacts: false });
    const id = lead();
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'batch', times: 1, hangMs: 10 });
    expect(await convert(id)).toMatchObject({ kind: 'unknown' });
    expect(sandbox.records('contact').map((row) => row['parentcustomerid'] ?? '')).toEqual(['']);
    const [answer] = await session.settle({ object: 'Lead', operation: 'convert', rows: [{ ...rowFor(id), attemptedAt: new Date() }], externalIdField: '', quietMs: 0 });
    expect(sandbox.records('contact')).toMatchObject([{ contactid: answer!.contactId, parentcustomerid: account }]);
    expect(answer).toMatchObject({ crmIds: [id], final: true });
  });

  it('that a duplicate detection rule of the CRM finds is never passed over: the lead is skipped and left as it was', async () => {
    sandbox.seed('contact', [{ lastname: 'There', emailaddress1: 'l@lead.example' }]);
    sandbox.faults.set({ kind: 'duplicate-rule', object: 'contact', fields: ['emailaddress1'] });
    const id = lead();
    const before = leadRow(id);
    expect(await convert(id)).toMatchObject({ kind: 'skipped', code: 'crm_duplicate_rule' });
    expect(leadRow(id)).toEqual(before);
    expect(sandbox.counts()['contact']).toBe(1);
  });
});

describe('somebody else', () => {
  it('who changes the lead after it was looked at is not overwritten: it is looked at again', async () => {
    const [busy, taken] = [lead(), lead()];
    const other = sandbox.seed('account', [{ name: 'Another' }]).ids[0]!;
    const { tenantId, clientId, clientSecret } = sandbox.credentials;
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: `${sandbox.url}/.default` });
    const { access_token: token } = (await (await fetch(`${sandbox.url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body: form })).json()) as { access_token: string };
    const patch = (id: string, body: object) => fetch(`${sandbox.url}/api/data/v9.2/leads(${id})`, { method: 'PATCH', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    // The batch is held up by a short lock, and in that wait the others are at work.
    const parts = testParts();
    let meanwhile: Promise<unknown> | undefined;
    const wait = async (ms: number) => {
      meanwhile ??= Promise.all([patch(busy, { jobtitle: 'Promoted' }), patch(taken, { 'parentaccountid@odata.bind': `/accounts(${other})` })]);
      await meanwhile;
      parts.pass(ms);
    };
    const own = connector.connect({ ...inputFor(sandbox), parts: { ...parts, wait } });
    sandbox.faults.set({ kind: 'lock-row', field: 'companyname', matching: 'Lead', times: 2 });
    const outcomes: WriteOutcome[] = [];
    for await (const some of own.write({ object: 'Lead', operation: 'convert', externalIdField: '', rows: [rowFor(busy), rowFor(taken)] })) outcomes.push(...some);
    own.close();
    expect(Object.fromEntries(outcomes.map((o) => [o.changeId, o.kind === 'skipped' ? o.code : o.kind]))).toEqual({ [busy]: 'written', [taken]: 'belongs_to_other_account' });
    expect(leadRow(busy)).toMatchObject({ statecode: 1, jobtitle: 'Promoted', parentaccountid: account });
    expect(leadRow(taken)).toMatchObject({ statecode: 0, parentaccountid: other });
  });
});

it('ids that are none are refused before anything is sent', async () => {
  const id = lead();
  await session.describe('Lead');
  sandbox.resetRequests();
  expect(await convert(id, { accountId: 'x)/$ref' })).toMatchObject({ kind: 'failed', message: expect.stringContaining('not the id') });
  expect(await convert(id, { contactId: '../leads' })).toMatchObject({ kind: 'failed' });
  expect(sandbox.requests().operations['batch'] ?? 0).toBe(0);
});
