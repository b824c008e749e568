import { startSalesforceSandbox, type SalesforceSandbox } from './index.ts';
import { connectJsforce, refusalOf, type JsforceConnection } from './testing/connect.ts';

interface Job {
  id: string;
  state: string;
  numberRecordsProcessed: number;
  numberRecordsFailed: number;
  errorMessage?: string;
}

describe("Bulk API 2.0, by jsforce's bulk2, unmodified", () => {
  let sandbox: SalesforceSandbox;
  let connection: JsforceConnection;
  let now = 0;

  beforeAll(async () => { sandbox = await startSalesforceSandbox({ now: () => Date.now() + now, bulkBatchMs: 50 }); });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    sandbox.faults.clear();
    sandbox.reset();
    sandbox.settings({ bulkBatchMs: 50 });
    connection = await connectJsforce(sandbox, '60.0');
    sandbox.resetRequests();
  });

  const load = (operation: 'insert' | 'update' | 'upsert' | 'delete', input: Record<string, string>[] | string, more: { externalIdFieldName?: string } = {}) =>
    connection.bulk2.loadAndWaitForResults({ object: 'Account', operation, input: input as never, pollInterval: 20, pollTimeout: 10_000, ...more });
  const names = (rows: unknown) => (rows as { Name: string }[]).map((r) => r.Name).sort();

  it('inserts, updates, upserts and deletes, with results row by row in another order than that of the rows', async () => {
    const made = await load('insert', [{ Name: 'Good', Industry: 'Banking' }, { Name: '', Industry: 'Banking' }, ...Array.from({ length: 40 }, (_, i) => ({ Name: `Row ${i}`, Industry: '' }))]);
    expect(made.successfulResults).toHaveLength(41);
    expect(made.failedResults).toMatchObject([{ sf__Id: '', sf__Error: 'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --', Industry: 'Banking' }]);
    expect(names(made.successfulResults)).not.toEqual((made.successfulResults as unknown as { Name: string }[]).map((r) => r.Name));
    const good = sandbox.records('Account').find((r) => r['Name'] === 'Good')!;
    const [first] = made.successfulResults as unknown as { sf__Id: string; sf__Created: string; Name: string }[];
    expect(first).toMatchObject({ sf__Created: 'true', sf__Id: sandbox.records('Account').find((r) => r['Name'] === first!.Name)!['Id'] });

    const changed = await load('update', [{ Id: String(good['Id']), Industry: '#N/A', Site: 'Leeds' }, { Id: '0015f0000000zzz', Industry: '', Site: 'x' }]);
    expect(changed.failedResults).toHaveLength(1);
    expect(sandbox.records('Account').find((r) => r['Id'] === good['Id'])).toMatchObject({ Industry: null, Site: 'Leeds', Name: 'Good' });

    const upserted = await load('upsert', [{ Signalbox_Id__c: 'k1', Name: 'By key' }, { Signalbox_Id__c: 'k1', Name: 'Twice' }, { Signalbox_Id__c: '', Name: 'No key' }], { externalIdFieldName: 'Signalbox_Id__c' });
    expect([upserted.successfulResults.length, upserted.failedResults.length]).toEqual([1, 2]);
    const gone = await load('delete', [{ Id: String(good['Id']) }]);
    expect(gone.successfulResults).toMatchObject([{ sf__Id: good['Id'], sf__Created: 'false' }]);
    expect(sandbox.requests()).toMatchObject({ rows: { created: 42, updated: 1, deleted: 1, failed: 4 }, operations: { 'bulk.create': 4, 'bulk.upload': 4, 'bulk.patch': 4, 'bulk.results': 12 } });
  });

  it('row faults strike inside jobs as well, and a duplicate rule is never passed over', async () => {
    sandbox.seed('Account', [{ Name: 'Twin', Website: 'twin.example' }]);
    sandbox.faults.set({ kind: 'poison-record', matching: 'Bad' }, { kind: 'duplicate-rule', action: 'alert' }, { kind: 'lock-row', matching: 'Locked' });
    const { failedResults, successfulResults } = await load('insert', [{ Name: 'Bad', Website: '' }, { Name: 'Twin', Website: 'twin.example' }, { Name: 'Locked', Website: '' }, { Name: 'Fine', Website: '' }]);
    expect(names(successfulResults)).toEqual(['Fine']);
    expect((failedResults as unknown as { sf__Error: string }[]).map((r) => r.sf__Error.split(':')[0]).sort()).toEqual(['DUPLICATES_DETECTED', 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'UNABLE_TO_LOCK_ROW']);
  });

  it('a job goes through its states batch by batch; one that is aborted keeps what it did and gives the rest back', async () => {
    sandbox.settings({ bulkBatchMs: 60_000 });
    const job = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
    await job.open();
    await job.uploadData(`Name\n${Array.from({ length: 25_000 }, (_, i) => `Row ${i}`).join('\n')}\n`);
    expect((await job.check()).state).toBe('Open');
    await job.close();
    const look = async () => (await job.check()) as unknown as Job;
    now += 1_000;
    expect(await look()).toMatchObject({ state: 'InProgress', numberRecordsProcessed: 0 });
    now += 60_000;
    expect(await look()).toMatchObject({ state: 'InProgress', numberRecordsProcessed: 10_000, numberRecordsFailed: 0 });
    expect(sandbox.counts()['Account']).toBe(10_000);
    await job.abort();
    expect(await look()).toMatchObject({ state: 'Aborted' });
    expect(await job.getUnprocessedRecords()).toHaveLength(15_000);
    now += 600_000;
    await look();
    expect(sandbox.counts()['Account']).toBe(10_000);
  });

  it('refuses what the vendor refuses: a second upload, a header that is not known, a state that is over, an object that is not there', async () => {
    await expect(load('insert', 'Name,Colour\nA,red\n')).rejects.toThrow('InvalidBatch : Field name not found : Colour');
    const job = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
    await job.open();
    await job.uploadData('Name\nOnce\n');
    const second = await fetch(`${sandbox.url}/services/data/v60.0/jobs/ingest/${job.id}/batches`, { method: 'PUT', body: 'Name\nTwice\n', headers: { 'content-type': 'text/csv', 'authorization': `Bearer ${connection.accessToken}` } });
    expect([second.status, await second.text()]).toEqual([400, expect.stringContaining('Found multiple contents for job')]);
    await job.close();
    await job.poll(10, 5_000);
    await expect(job.abort()).rejects.toThrow('Aborting already Completed Job not allowed');
    await job.delete();
    expect((await refusalOf(job.check())).name).toBe('NOT_FOUND');
    expect((await refusalOf(connection.bulk2.createJob({ object: 'Nothing', operation: 'insert' }).open())).name).toBe('INVALIDENTITY');
    sandbox.faults.set({ kind: 'bulk-job-failed', message: 'InternalServerError : no' });
    await expect(load('insert', [{ Name: 'x' }])).rejects.toThrow('InternalServerError : no');
  });

  it('queries with deleted records, parents and every type, and pages by locator', async () => {
    const [id] = sandbox.seed('Account', [{ Name: 'Tëst "quoted", 🚀\nline', AnnualRevenue: 1000, NumberOfEmployees: 7 }, ...Array.from({ length: 5 }, (_, i) => ({ Name: `Row ${i}` }))]).ids;
    sandbox.seed('Contact', [{ LastName: 'Byron', AccountId: id }]);
    const records: Record<string, string>[] = [];
    const stream = await connection.bulk2.query('SELECT Id, Name, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate, Industry, Owner.Name FROM Account ORDER BY Id', { pollInterval: 20, scanAll: true });
    for await (const record of stream) records.push(record as Record<string, string>);
    expect(records).toHaveLength(6);
    expect(records[0]).toEqual({ Id: id, Name: 'Tëst "quoted", 🚀\nline', AnnualRevenue: '1000.0', NumberOfEmployees: '7', IsDeleted: 'false', CreatedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.000Z$/), Industry: '', 'Owner.Name': 'Integration User' });

    const { id: jobId } = await connection.requestPost<Job>('/jobs/query', { operation: 'query', query: 'SELECT Id FROM Account ORDER BY Id' });
    now += 1_000;
    await connection.requestGet(`/jobs/query/${jobId}`);
    const page = (query: string) => fetch(`${sandbox.url}/services/data/v60.0/jobs/query/${jobId}/results?${query}`, { headers: { authorization: `Bearer ${connection.accessToken}` } });
    const first = await page('maxRecords=4');
    expect([first.headers.get('sforce-numberofrecords'), (await first.text()).split('\n').length]).toEqual(['4', 6]);
    const second = await page(`maxRecords=4&locator=${first.headers.get('sforce-locator')}`);
    expect([second.headers.get('sforce-numberofrecords'), second.headers.get('sforce-locator')]).toEqual(['2', 'null']);
    for (const query of ['SELECT COUNT(Id) FROM Account', 'SELECT Id, (SELECT Id FROM Contacts) FROM Account', 'SELECT Id FROM Account LIMIT 1 OFFSET 1', 'SELECT BillingAddress FROM Account']) {
      expect((await refusalOf(connection.requestPost('/jobs/query', { operation: 'query', query }))).name).toBe('API_ERROR');
    }
  });
});
