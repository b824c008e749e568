import type { WriteRow } from '@signalbox/connectors-sdk';
import { seededNumbers, testParts, writeUntilSettled } from '@signalbox/connectors-sdk/testing';
import { startHubspotSandbox, type HubspotFaultInput } from '@signalbox/sandbox';
import { connector } from './index.ts';

/** One clock for both sides, which moves by what is waited for. */
const parts = testParts();
const ROWS = 600;
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const CREATES = ['batch.upsert', 'batch.create'];

/** Everything that may go wrong, each by chance; rows with an `x` are refused for good. */
const STORM: HubspotFaultInput[] = [
  { kind: 'timeout-after-commit', operation: CREATES, probability: 0.2 }, { kind: 'truncated-answer', operation: CREATES, probability: 0.1 },
  { kind: 'timeout-before-commit', operation: 'write', probability: 0.1 }, { kind: 'connection-reset', probability: 0.05 }, { kind: 'server-error', operation: 'write', probability: 0.1 },
  { kind: 'rate-limited', operation: 'write', probability: 0.1 }, { kind: 'limit-exceeded', probability: 0.03 }, { kind: 'unavailable', status: 423, probability: 0.05 },
  { kind: 'session-expired', probability: 0.1 }, { kind: 'html', status: 502, operation: 'write', probability: 0.03 }, { kind: 'poison-record', matching: ' x' },
];

/** Taking whole calls apart needs many calls in a row, and each trouble ends the row: a third of them is storm enough. */
const milder = (faults: HubspotFaultInput[]) => faults.map((fault) => (fault.probability === undefined ? fault : { ...fault, probability: fault.probability / 3 }));

async function storm(seed: number, keyField: string, multiStatus: boolean): Promise<void> {
  const random = seededNumbers(seed);
  const sandbox = await startHubspotSandbox({ now: () => parts.clock.now().getTime(), random, multiStatus, faults: multiStatus ? STORM : milder(STORM), dailyLimit: 1_000_000 });
  open.push(() => sandbox.close());
  const { clientId, clientSecret, refreshToken } = sandbox.credentials;
  const session = connector.connect({
    baseUrl: sandbox.url, authKind: 'oauth', settings: { client_id: clientId }, secrets: { client_secret: clientSecret, refresh_token: refreshToken }, parts: { ...parts, random },
  });
  open.push(() => session.close());
  const isBad = (i: number) => i % 97 === 5;
  const rows = Array.from({ length: ROWS }, (_, i): WriteRow => ({ changeId: `change-${i}`, crmId: '', externalKey: `key-${i}`, values: { name: isBad(i) ? `Storm x${i}` : `Storm ${i}`, domain: `s${i}.example` } }));
  const done = [...(await writeUntilSettled({ session, object: 'Account', rows, keyField, parts })).values()];
  expect(done.filter((o) => o.kind === 'failed').map((o) => o.changeId).sort()).toEqual(rows.filter((_, i) => isBad(i)).map((row) => row.changeId).sort());
  const written = done.filter((o) => o.kind === 'written').map((o) => o.crmId);
  expect([...written].sort()).toEqual(sandbox.records('companies').map((r) => r['hs_object_id']!).sort());
  expect(written).toHaveLength(ROWS - done.filter((o) => o.kind === 'failed').length);
  expect(Object.keys(sandbox.requests().faults).length).toBeGreaterThan(1);
}

describe('in a storm of troubles', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('every company is there once and counted once, by a key (%i)', async (seed) => {
    await storm(seed, 'signalbox_id', true);
  });

  it.each([1, 2, 3, 4])('every company is there once and counted once, without a key (%i)', async (seed) => {
    await storm(seed, '', true);
  });

  it.each([1, 2, 3, 4])('also in an account whose batches fail as a whole (%i)', async (seed) => {
    await storm(seed, seed % 2 === 0 ? '' : 'signalbox_id', false);
  });
});
