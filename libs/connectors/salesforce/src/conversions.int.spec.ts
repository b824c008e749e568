import { isSignalboxError } from '@signalbox/kernel';
import type { Conversion, WriteRow } from '@signalbox/connectors-sdk';
import { errorOf } from '@signalbox/connectors-sdk/testing';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { connectTo, outcomesOf, type Connected } from './testing/connect.ts';

let sandbox: SalesforceSandbox;
let connected: Connected;
let accountId: string;

beforeAll(async () => { sandbox = await startSalesforceSandbox(); });
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.reset();
  sandbox.settings({ jwtAccessTokens: false });
  accountId = sandbox.seed('Account', [{ Name: 'Engines' }]).ids[0]!;
  connected = connectTo(sandbox);
  sandbox.resetRequests();
});
afterEach(() => connected.session.close());

function rows(count: number, more: Partial<Conversion> = {}): WriteRow[] {
  const { ids } = sandbox.seed('Lead', Array.from({ length: count }, (_, i) => ({ LastName: `Person ${i}`, Company: 'Engines & <Sons> "Ltd" 🚀' })));
  return ids.map((crmId, i) => ({ changeId: `c${i}`, crmId, externalKey: '', values: {}, conversion: { accountId, contactId: '', status: 'Closed - Converted', ...more } }));
}

const convert = (list: readonly WriteRow[], session = connected.session) => outcomesOf(session, { object: 'Lead', operation: 'convert', rows: list, externalIdField: '' });
const codes = (outcomes: Awaited<ReturnType<typeof convert>>) => outcomes.map((o) => ('code' in o ? o.code : o.kind));

describe('converting leads by SOAP', () => {
  it('1,000 leads are 10 API calls, as Salesforce itself counts them', async () => {
    const outcomes = await convert(rows(1000));
    expect(outcomes.filter((o) => o.kind === 'written')).toHaveLength(1000);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 10, operations: { convertLead: 10 } });
    expect(connected.counter.take()).toEqual({ convertLead: 10 });
    expect(sandbox.counts()).toMatchObject({ Account: 1, Contact: 1000, Opportunity: 0 });
  });

  it('CLC-4 a conversion that names no account is never sent, nor are those beside it', async () => {
    const list = rows(3);
    for (const bad of [{ ...list[1]!, conversion: { ...list[1]!.conversion!, accountId: '' } }, { ...list[1]!, conversion: undefined }, { ...list[1]!, crmId: '' }]) {
      expect(await errorOf(convert([list[0]!, bad, list[2]!]))).toMatchObject({ kind: 'Invalid', code: 'salesforce.conversion_incomplete', publicMessage: expect.stringContaining("'c1'") });
    }
    expect(sandbox.requests().apiCalls).toBe(0);
  });

  it('a duplicate rule is never passed over, and an alert of one neither', async () => {
    sandbox.seed('Contact', [{ LastName: 'Person 0' }]);
    sandbox.faults.set({ kind: 'duplicate-rule', object: 'Contact', fields: ['LastName'], action: 'alert' });
    expect(codes(await convert(rows(2)))).toEqual(['crm_duplicate_rule', 'written']);
  });

  it('a refused lead fails with the field named, and an owner that is a queue is named as such', async () => {
    const queue = String(sandbox.records('Group')[0]!['Id']);
    sandbox.seed('Lead', []);
    const [lead] = sandbox.seed('Lead', [{ LastName: 'Queued', Company: 'Engines', OwnerId: queue }]).ids;
    const [outcome] = await convert([{ ...rows(1)[0]!, crmId: lead! }]);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'owner_is_queue', message: expect.stringContaining('OwnerId') });
  });

  it('an account that was deleted fails its lead, and not as a lead that is gone', async () => {
    const other = sandbox.seed('Account', [{ Name: 'Going' }]).ids[0]!;
    await outcomesOf(connected.session, { object: 'Account', operation: 'delete', externalIdField: '', rows: [{ changeId: 'd', crmId: other, externalKey: '', values: {} }] });
    const [outcome] = await convert(rows(1, { accountId: other }));
    expect(outcome).toMatchObject({ kind: 'failed', code: 'reference_not_found', message: expect.stringContaining(other) });
  });

  it('an answer that is half, or not SOAP at all, leaves the leads unknown', async () => {
    sandbox.faults.set({ kind: 'truncated-answer', operation: 'convertLead', times: 1 });
    expect(codes(await convert(rows(2)))).toEqual(['unknown', 'unknown']);
    sandbox.faults.set({ kind: 'html', operation: 'convertLead', status: 200, times: 1 });
    expect(codes(await convert(rows(2)))).toEqual(['unknown', 'unknown']);
    sandbox.faults.set({ kind: 'server-error', operation: 'convertLead', times: 1 });
    expect(codes(await convert(rows(2)))).toEqual(['unknown', 'unknown']);
  });

  it.each([['limit-exceeded', 'Retryable', 'salesforce.daily_limit'], ['api-disabled', 'Forbidden', 'salesforce.api_disabled'], ['unavailable', 'Retryable', 'salesforce.unavailable'], ['rate-limited', 'Retryable', 'salesforce.too_many_requests']] as const)('%s: nothing was done, and it says what to do', async (kind, expected, code) => {
    sandbox.faults.set({ kind, operation: 'convertLead' });
    expect(await errorOf(convert(rows(2)))).toMatchObject({ kind: expected, code });
    expect(sandbox.counts()['Contact']).toBe(0);
  });

  it('an app that gives out JWTs is named with its remedy, before anything is sent; version 68 takes them', async () => {
    sandbox.settings({ jwtAccessTokens: true });
    const list = rows(1);
    expect(await errorOf(convert(list))).toMatchObject({ kind: 'Invalid', code: 'salesforce.session_is_jwt', publicMessage: expect.stringContaining('JSON Web Token (JWT)-based access tokens') });
    expect(sandbox.requests().operations).toEqual({ token: 1 });
    const { session } = connectTo(sandbox, { settings: { client_id: sandbox.credentials.clientId, api_version: '68.0' } });
    expect(codes(await convert(list, session))).toEqual(['written']);
    session.close();
  });

  it('a right that is missing is named with where it is given', async () => {
    sandbox.faults.set({ kind: 'poison-record', object: 'Contact', field: 'LastName', matching: '.', statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'insufficient access rights' });
    expect(await convert(rows(1))).toMatchObject([{ kind: 'failed', code: 'permission_missing', message: expect.stringContaining("'Convert Leads'") }]);
  });

  it('CLC-8 through a storm of troubles every lead is converted once, whatever answers are lost', async () => {
    const list = rows(350);
    sandbox.faults.set(
      { kind: 'timeout-after-commit', operation: 'convertLead', probability: 0.3, hangMs: 1 }, { kind: 'truncated-answer', operation: 'convertLead', probability: 0.2 }, { kind: 'connection-reset', operation: 'convertLead', probability: 0.1 },
      { kind: 'server-error', operation: 'convertLead', probability: 0.1 }, { kind: 'session-expired', operation: 'convertLead', probability: 0.1 }, { kind: 'rate-limited', operation: 'convertLead', probability: 0.1 },
      { kind: 'unavailable', operation: 'convertLead', probability: 0.1 }, { kind: 'lock-row', object: 'Lead', field: 'Company', matching: '.', probability: 0.2 },
    );
    const contacts = new Map<string, string>();
    let waiting = list;
    for (let round = 0; waiting.length > 0; round++) {
      expect(round).toBeLessThan(200);
      const attemptedAt = connected.parts.clock.now();
      try {
        for await (const some of connected.session.write({ object: 'Lead', operation: 'convert', rows: waiting, externalIdField: '' })) {
          for (const o of some) {
            expect(o.kind === 'written' && contacts.has(o.crmId)).toBe(false);
            if (o.kind === 'written') contacts.set(o.crmId, o.contactId ?? '');
          }
        }
      } catch (error) {
        if (!isSignalboxError(error) || error.kind === 'Fatal') throw error;
      }
      const open = list.filter((row) => !contacts.has(row.crmId)).map((row) => ({ ...row, attemptedAt }));
      const answers = await connected.session.settle({ object: 'Lead', operation: 'convert', rows: open, externalIdField: '', quietMs: 0 });
      for (const answer of answers) if (answer.crmIds[0]) contacts.set(answer.crmIds[0], answer.contactId ?? '');
      waiting = list.filter((row) => !contacts.has(row.crmId));
      connected.parts.pass(5 * 60_000);
    }
    expect(new Set(contacts.values())).toEqual(new Set(sandbox.records('Contact').map((c) => c['Id'])));
    expect(sandbox.counts()).toMatchObject({ Account: 1, Contact: 350, Opportunity: 0 });
  }, 60_000);

  it('the allowance is watched in what SOAP tells of it', async () => {
    sandbox.settings({ apiUsage: 500 });
    await convert(rows(1));
    expect(connected.session.usage()).toMatchObject({ used: 501, allowed: 100_000 });
    sandbox.settings({ apiUsage: 0 });
  });
});
