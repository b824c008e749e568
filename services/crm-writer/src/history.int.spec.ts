import { crmWriter } from '@signalbox/contracts';
import { Database } from '@signalbox/platform-postgres';
import { forgetOldWrites } from './adapters/postgres/ledger-retention.ts';
import { SCHEMA } from './adapters/postgres/migrations.ts';
import { byCompany, OBJECT, Stage } from './testing/index.ts';

const { ChangeOperation, ChangeOutcome } = crmWriter;
let stage: Stage;
let connectionId: string;
let database: Database;
const listed = async (filter: Parameters<Stage['client']['listWrites']>[0]) => (await stage.client.listWrites({ connectionId, ...filter }, stage.as)).writes;
const namesOf = (writes: crmWriter.WriteRecord[]) => writes.map((write) => write.name).sort();

/** Two accounts made, one refused, and one of the two changed. */
beforeAll(async () => {
  stage = await Stage.open();
  database = await Database.open({ url: stage.databases.service.url, schema: SCHEMA });
  connectionId = (await stage.connect()).id;
  await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
  stage.sandbox.faults.set({ kind: 'poison-record', matching: '^Bad', message: 'Bad is not wanted.' });
  const accounts = ['Acme Works', 'Beacon 100% Ltd', 'Bad Company'].map((name, i) => ({ companyId: `h-${i}`, name, website: `h-${i}.example.com`, country: 'Norway' }));
  const made = byCompany(await stage.results(await stage.plan(accounts, { connectionId, runId: 'run-1' })));
  const changes = [{ changeId: 'h-up', companyId: 'h-0', crmId: made.get('h-0')!.crmId, fields: [{ field: 'Site', before: '', after: 'North' }, { field: 'Website', before: '', clear: true }] }];
  await stage.results(await stage.request({ operation: ChangeOperation.UPDATE, changes }, { connectionId, runId: 'run-2' }));
}, 60_000);
afterAll(async () => {
  await database.close();
  await stage.close();
});

describe('the history of a CRM record', () => {
  it('has every write to it, newest first: by which run, each field before and after, and the CRM\'s answer', async () => {
    const writes = await listed({ search: 'acme' });
    expect(writes).toMatchObject([
      { operation: ChangeOperation.UPDATE, runId: 'run-2', state: 'succeeded', name: 'Acme Works', companyId: 'h-0', changes: [{ field: 'Site', before: '', after: 'North' }, { field: 'Website', before: 'h-0.example.com', clear: true }] },
      { operation: ChangeOperation.CREATE, runId: 'run-1', state: 'succeeded', name: 'Acme Works', changes: expect.arrayContaining([expect.objectContaining({ field: 'Name', after: 'Acme Works' })]) },
    ]);
    expect(await listed({ search: writes[0]!.crmId })).toEqual(writes);
    expect(await listed({ crmId: writes[0]!.crmId })).toEqual(writes);
  });

  it('is searched by name, outcome, run and time', async () => {
    expect(namesOf(await listed({ search: '100%' }))).toEqual(['Beacon 100% Ltd']);
    expect(await listed({ search: '_%' })).toEqual([]);
    expect(await listed({ state: 'failed' })).toMatchObject([{ companyId: 'h-2', crmId: '', message: expect.stringContaining('Bad is not wanted.') }]);
    expect(await listed({ runId: 'run-2' })).toHaveLength(1);
    const [newest] = await listed({});
    expect(await listed({ since: newest!.intendedAt })).toHaveLength(1);
    expect(await listed({ until: newest!.intendedAt })).toHaveLength(3);
  });

  it('names the field of a filter that cannot be', async () => {
    await expect(listed({ state: 'lost' })).rejects.toMatchObject({ kind: 'Invalid', code: 'crm_writer.writes.state', field: 'state' });
    await expect(listed({ search: 'x' })).rejects.toMatchObject({ kind: 'Invalid', code: 'crm_writer.writes.search', field: 'search' });
  });

  it('is forgotten after its time, but not that a record was created: its company is not created once more', async () => {
    await database.execute("update write_ledger set settled_at = settled_at - interval '10 days', intended_at = intended_at - interval '10 days'");
    expect(await forgetOldWrites(database, 11)).toBe(0);
    expect(await forgetOldWrites(database, 9)).toBe(4);
    expect(await forgetOldWrites(database, 9)).toBe(0);
    expect(await listed({})).toMatchObject([{ companyId: 'h-1', state: 'succeeded', changes: [] }, { companyId: 'h-0', state: 'succeeded', changes: [] }]);
    const again = await stage.results(await stage.plan([{ companyId: 'h-0', name: 'Acme Works', website: 'h-0.example.com', changeId: 'h-again' }], { connectionId }));
    expect(again.results).toMatchObject([{ outcome: ChangeOutcome.SKIPPED, code: 'created_before' }]);
  });
});
