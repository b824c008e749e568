import { TOPICS, type crmWriter } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { OBJECT, Stage } from './testing/index.ts';

let stage: Stage;
beforeAll(async () => { stage = await Stage.open(); });
afterAll(() => stage.close());
beforeEach(() => stage.sandbox.reset());

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const refresh = (connectionId: string, fields: string[] = []) => stage.client.refreshMirror({ connectionId, object: OBJECT, fields }, stage.as);
async function values(connectionId: string, field: string): Promise<{ expected: number; records: crmWriter.RecordValue[]; largest: number }> {
  const found = { expected: 0, records: [] as crmWriter.RecordValue[], largest: 0 };
  for await (const { expected, records } of stage.client.streamRecordValues({ connectionId, object: OBJECT, field }, stage.as)) {
    found.expected = Math.max(found.expected, expected);
    found.largest = Math.max(found.largest, records.length);
    found.records.push(...records);
  }
  return found;
}

describe('one field of all records', () => {
  it('comes in the order of ids, in batches, with when each was made', async () => {
    const { ids } = stage.sandbox.seed(OBJECT, Array.from({ length: 2_300 }, (_, i) => ({ Name: `Account ${i}`, Site: i % 2 === 0 ? `Site ${i}` : '', CreatedDate: ago(i % 10).toISOString() })));
    const connection = await stage.connect();
    await refresh(connection.id);
    const { expected, records, largest } = await values(connection.id, 'Site');
    expect([expected, records.length, largest]).toEqual([2_300, 2_300, 1_000]);
    const given = records.map((one) => one.crmId);
    expect(given).toEqual([...new Set(given)].sort());
    expect(records.find((one) => one.crmId === ids[4])).toMatchObject({ name: 'Account 4', value: 'Site 4' });
    expect(records.find((one) => one.crmId === ids[5])).toMatchObject({ value: '' });
    expect(Math.abs(records.find((one) => one.crmId === ids[3])!.createdAt!.getTime() - ago(3).getTime())).toBeLessThan(60_000);
    const counted = await stage.client.countRecords({ connectionId: connection.id, object: OBJECT, createdSince: [ago(6.5), ago(0.5)] }, stage.as);
    expect(counted).toMatchObject({ records: 2_300, created: [7 * 230, 230], pulledAt: expect.any(Date) });
    expect(await stage.client.countRecords({ connectionId: connection.id, object: OBJECT }, stage.as)).toMatchObject({ records: 2_300, created: [] });
  });

  it('is refused where the mirror does not keep it, and is kept from then on once it is asked for by name', async () => {
    const long = 'x'.repeat(20_000);
    const { ids } = stage.sandbox.seed(OBJECT, [{ Name: 'Long', Description: long }, { Name: 'Short' }]);
    const connection = await stage.connect();
    await refresh(connection.id);
    await expect(values(connection.id, 'Description')).rejects.toMatchObject({ kind: 'Conflict', code: 'crm_writer.field_not_mirrored' });
    expect((await refresh(connection.id, ['Description', 'Nowhere__c'])).fields).toContain('Description');
    expect((await values(connection.id, 'Description')).records.map((one) => one.value).sort()).toEqual(['', long]);
    stage.sandbox.seed(OBJECT, [{ Name: 'Later', Description: 'later' }]);
    expect((await refresh(connection.id)).fields).not.toContain('Nowhere__c');
    expect((await values(connection.id, 'Description')).records.map((one) => one.value).sort()).toEqual(['', 'later', long]);
    expect(ids).toHaveLength(2);
  });

  it('is kept when somebody asks for it while the mirror is being pulled without it', async () => {
    stage.sandbox.seed(OBJECT, Array.from({ length: 500 }, (_, i) => ({ Name: `Account ${i}`, Description: 'text' })));
    const connection = await stage.connect();
    const [plain, asking] = await Promise.all([refresh(connection.id), refresh(connection.id, ['Description'])]);
    expect([plain.records, asking.records]).toEqual([500, 500]);
    expect(new Set((await values(connection.id, 'Description')).records.map((one) => one.value))).toEqual(new Set(['text']));
  });

  it('counts nothing for a connection that was never pulled', async () => {
    const connection = await stage.connect();
    expect(await stage.client.countRecords({ connectionId: connection.id, object: OBJECT, createdSince: [ago(7)] }, stage.as)).toMatchObject({ records: 0, created: [0], pulledAt: undefined });
  });
});

it('tells once that a connection was deleted', async () => {
  const told: crmWriter.ConnectionDeleted[] = [];
  const topic = TOPICS.connectionDeleted;
  const subscription = await stage.broker.subscribe({ group: 'spec.deleted', topics: [topic.name], handler: async (record) => void told.push(topic.decode(record.value)) });
  const connection = await stage.connect();
  await stage.client.deleteConnection({ id: connection.id }, stage.as);
  await stage.client.deleteConnection({ id: connection.id }, stage.as);
  const other = await stage.connect();
  await stage.client.deleteConnection({ id: other.id }, stage.as);
  await waitFor(() => told.some((one) => one.connectionId === other.id));
  expect(told).toEqual([connection, other].map(({ id }) => ({ workspaceId: stage.workspaceId, connectionId: id })));
  await subscription.stop();
});
