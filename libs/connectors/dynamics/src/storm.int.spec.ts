import type { WriteRow } from '@signalbox/connectors-sdk';
import { seededNumbers, testParts, writeUntilSettled } from '@signalbox/connectors-sdk/testing';
import { startDynamicsSandbox, type DynamicsFault, type DynamicsSandbox } from '@signalbox/sandbox';
import { connector } from './index.ts';
import { inputFor } from './testing/dynamics-harness.ts';

let sandbox: DynamicsSandbox;
/** One clock for both sides, which moves by what is waited for. */
const parts = testParts();

/** Everything that may go wrong, each by chance; `x` rows are refused for good. */
const STORM: DynamicsFault[] = [
  { kind: 'timeout-after-commit', operation: ['createMultiple', 'batch'], probability: 0.2 }, { kind: 'truncated-answer', operation: ['createMultiple', 'batch'], probability: 0.1 },
  { kind: 'timeout-before-commit', operation: 'write', probability: 0.1 }, { kind: 'connection-reset', probability: 0.05 }, { kind: 'server-error', operation: 'write', probability: 0.1 },
  { kind: 'rate-limited', operation: 'write', probability: 0.15, retryAfterSeconds: 1 }, { kind: 'session-expired', probability: 0.1 }, { kind: 'lock-row', field: 'name', matching: ' 3\\d$', probability: 0.05 },
  { kind: 'poison-record', field: 'name', matching: ' x' },
];

describe('in a storm of troubles', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('every account is there once and counted once, by a key (%i)', async (seed) => {
    await storm(seed, 'signalbox_id');
  });

  it.each([1, 2, 3, 4])('every account is there once and counted once, without a key (%i)', async (seed) => {
    await storm(seed, '');
  });
});

describe('deletions and conversions in a storm of troubles', () => {
  it.each([1, 2, 3, 4])('every lead is converted once, into one contact, and no account or opportunity is made (%i)', async (seed) => {
    const random = seededNumbers(seed);
    sandbox = await startDynamicsSandbox({ now: () => parts.clock.now().getTime(), random });
    sandbox.settings({ qualifyTiesContacts: seed % 2 === 0 });
    const [accountId] = sandbox.seed('account', [{ name: 'Employer' }]).ids;
    const names = Array.from({ length: 250 }, (_, i) => (i % 97 === 5 ? `Storm x${i}` : `Storm ${i}`));
    const { ids } = sandbox.seed('lead', names.map((companyname) => ({ companyname, lastname: companyname })));
    sandbox.faults.set(...STORM.map((fault) => ('field' in fault ? { ...fault, field: 'companyname' } : fault)));
    const rows = ids.map((crmId): WriteRow => ({ changeId: crmId, crmId, externalKey: '', values: {}, conversion: { accountId: accountId!, contactId: '', status: '3' } }));
    const session = connector.connect({ ...inputFor(sandbox), parts: { ...parts, random } });
    const done = await writeUntilSettled({ session, object: 'Lead', operation: 'convert', rows, keyField: '', parts });
    session.close();
    const refused = ids.filter((_, i) => i % 97 === 5);
    expect([...done.values()].filter((o) => o.kind !== 'written').map((o) => o.changeId).sort()).toEqual([...refused].sort());
    const contacts = sandbox.records('contact');
    expect(contacts.map((row) => row['parentcustomerid'])).toEqual(contacts.map(() => accountId));
    expect(new Set([...done.values()].flatMap((o) => (o.kind === 'written' ? [o.contactId] : [])))).toEqual(new Set(contacts.map((row) => row['contactid'])));
    expect(sandbox.counts()).toMatchObject({ account: 1, contact: ids.length - refused.length, opportunity: 0 });
    for (const row of sandbox.records('lead')) expect([row['statecode'], row['parentaccountid'] ?? '']).toEqual(refused.includes(String(row['leadid'])) ? [0, ''] : [1, accountId]);
    await sandbox.close();
  });

  it.each([1, 2, 3, 4])('every account is deleted, and no other (%i)', async (seed) => {
    const random = seededNumbers(seed);
    sandbox = await startDynamicsSandbox({ now: () => parts.clock.now().getTime(), random });
    const { ids } = sandbox.seed('account', Array.from({ length: 420 }, (_, i) => ({ name: `Storm ${i}` })));
    sandbox.faults.set(...STORM);
    const session = connector.connect({ ...inputFor(sandbox), parts: { ...parts, random } });
    const rows = ids.slice(20).map((crmId): WriteRow => ({ changeId: crmId, crmId, externalKey: '', values: {} }));
    const done = await writeUntilSettled({ session, object: 'Account', operation: 'delete', rows, keyField: '', parts });
    session.close();
    expect([...done.values()].filter((o) => o.kind !== 'written')).toEqual([]);
    expect(sandbox.records('account').map((row) => row['accountid'])).toEqual(ids.slice(0, 20));
    await sandbox.close();
  });
});

async function storm(seed: number, keyField: string): Promise<void> {
  const random = seededNumbers(seed);
  sandbox = await startDynamicsSandbox({ now: () => parts.clock.now().getTime(), random, faults: STORM });
  const name = (i: number) => (i % 97 === 5 ? `Storm x${i}` : `Storm ${i}`);
  const rows = Array.from({ length: 400 }, (_, i): WriteRow => ({ changeId: `change-${i}`, crmId: '', externalKey: `key-${i}`, values: { name: name(i), websiteurl: `s${i}.example` } }));
  const session = connector.connect({ ...inputFor(sandbox), parts: { ...parts, random } });
  const done = await writeUntilSettled({ session, object: 'Account', rows, keyField, parts });
  session.close();
  const written = [...done.values()].filter((o) => o.kind === 'written');
  const refused = rows.filter((_, i) => i % 97 === 5).map((row) => row.changeId);
  expect([...done.values()].filter((o) => o.kind === 'failed').map((o) => o.changeId).sort()).toEqual([...refused].sort());
  expect(new Set(written.map((o) => o.crmId))).toEqual(new Set(sandbox.records('account').map((r) => r['accountid'])));
  expect(sandbox.counts()['account']).toBe(400 - refused.length);
  await sandbox.close();
}
