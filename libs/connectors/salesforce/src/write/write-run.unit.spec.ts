import type { WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { testParts, type TestParts } from '@signalbox/connectors-sdk/testing';
import { CallFailure } from '../client/call-failure.ts';
import type { SalesforceCall, SalesforceClient } from '../client/client.ts';
import type { RowForm } from './requests.ts';
import { WriteRun } from './write-run.ts';

/** Orgs whose own automation gives up at a size: what a sandbox does not have. The client is the wire here, the run is real. */
interface Wire {
  calls: number[];
  parts: TestParts;
}

type Records = { body: { records: { Name: string }[] } };
const CPU = { statusCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message: 'System.LimitException: Apex CPU time limit exceeded', fields: [] };

function orgWithLimit(wire: Wire, most: number, hopeless = ''): SalesforceClient {
  const answerFor = (records: { Name: string }[], total: number) =>
    records.map((record) => (total > most || record.Name === hopeless ? { success: false, errors: [CPU] } : { id: `001${record.Name}`, success: true, errors: [] }));
  const send = async (call: SalesforceCall) => {
    const parts = (call.body as { compositeRequest?: (Records & { referenceId: string })[] }).compositeRequest;
    const lists = parts ? parts.map((p) => p.body.records) : [(call.body as Records['body']).records];
    const total = lists.reduce((sum, list) => sum + list.length, 0);
    wire.calls.push(total);
    if (!parts) return { at: undefined, body: answerFor(lists[0]!, total) };
    return { at: undefined, body: { compositeResponse: parts.map((p) => ({ referenceId: p.referenceId, httpStatusCode: 200, body: answerFor(p.body.records, total) })) } };
  };
  return { parts: wire.parts, send, now: () => wire.parts.clock.now(), versioned: (path: string) => path, settings: { origin: 'https://example.com' } } as unknown as SalesforceClient;
}

const form: RowForm = { object: 'Account', operation: 'create', keyField: '', fields: new Map() };
const rows = (count: number): WriteRow[] => Array.from({ length: count }, (_, i) => ({ changeId: `c${i}`, crmId: '', externalKey: '', values: { Name: `N${i}` } }));
async function run(client: SalesforceClient, list: WriteRow[]): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  for await (const some of new WriteRun(client, form, list, {}).outcomes()) outcomes.push(...some);
  return outcomes;
}

describe('an org whose automation gives up at a size', () => {
  it('is written 200 rows a call when 1,000 are too many', async () => {
    const wire: Wire = { calls: [], parts: testParts() };
    const outcomes = await run(orgWithLimit(wire, 200), rows(1000));
    expect(outcomes.filter((o) => o.kind === 'written')).toHaveLength(1000);
    expect(wire.calls).toEqual([1000, 200, 200, 200, 200, 200]);
  });

  it('is written in ever smaller calls, and each row once', async () => {
    const wire: Wire = { calls: [], parts: testParts() };
    const outcomes = await run(orgWithLimit(wire, 60), rows(450));
    expect(new Set(outcomes.map((o) => o.changeId)).size).toBe(450);
    expect(outcomes.every((o) => o.kind === 'written')).toBe(true);
    expect(outcomes).toHaveLength(450);
  });

  it('gives up only the row that is too much by itself', async () => {
    const wire: Wire = { calls: [], parts: testParts() };
    const outcomes = await run(orgWithLimit(wire, 1000, 'N33'), rows(64));
    expect(outcomes.filter((o) => o.kind !== 'written')).toMatchObject([{ kind: 'failed', changeId: 'c33' }]);
    expect(outcomes).toHaveLength(64);
  });
});

describe('a call that fails', () => {
  const failing = (wire: Wire, failure: CallFailure): SalesforceClient => ({ ...orgWithLimit(wire, 1000), send: async () => { throw failure; }, now: () => wire.parts.clock.now() }) as unknown as SalesforceClient;
  const failed = (status: number, errorCode: string) => new CallFailure({ operation: 'composite', host: 'h', answer: { status, headers: {}, body: JSON.stringify([{ errorCode, message: 'm' }]) } });

  it.each([[500, 'UNKNOWN_EXCEPTION'], [502, ''], [504, ''], [503, '']])('%i %s may have been done: its rows are unknown', async (status, code) => {
    const outcomes = await run(failing({ calls: [], parts: testParts() }, failed(status, code)), rows(3));
    expect(outcomes.map((o) => o.kind)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it.each([[429, 'REQUEST_LIMIT_EXCEEDED'], [503, 'SERVER_UNAVAILABLE'], [403, 'REQUEST_LIMIT_EXCEEDED']])('%i %s was certainly not done: nothing is reported, and it is to be asked again', async (status, code) => {
    await expect(run(failing({ calls: [], parts: testParts() }, failed(status, code)), rows(3))).rejects.toMatchObject({ kind: 'Retryable' });
  });
});
