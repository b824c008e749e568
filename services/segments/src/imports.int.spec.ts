import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { segments } from '@signalbox/contracts';
import { createGrpcClient } from '@signalbox/platform-grpc';
import { waitFor } from '@signalbox/testing';
import { field, group } from './testing/rules.ts';
import { importFile, importText, serviceTokens, startHarness, startOn, type Harness } from './testing/harness.ts';

const { ImportState } = segments;
let harness: Harness;
let n = 0;
/** A workspace that nothing else in this file uses. */
const freshWorkspace = () => `w-${n += 1}`;
beforeAll(async () => {
  harness = await startHarness({ SIGNALBOX_IMPORT_MAX_BYTES: '300000000' });
});
afterAll(() => harness.stop());

const counts = (i: segments.CompanyImport) => ({ read: i.rowsRead, created: i.rowsCreated, updated: i.rowsUpdated, unchanged: i.rowsUnchanged, rejected: i.rowsRejected });
const problemsOf = (i: segments.CompanyImport) => i.problems.map((p) => [p.line, p.code]);

async function companyNames(workspaceId: string): Promise<string[]> {
  const { companies } = await harness.client.listCompanies({ page: { limit: 1000 } }, { workspaceId });
  return companies.map((c) => c.name).sort();
}

describe('importing companies', () => {
  it('takes 12,000 real companies, recognises them the second time, and segments are right when it answers', async () => {
    const workspaceId = freshWorkspace();
    const bytes = readFileSync(new URL('../../../tests/data/companies/candidates.csv', import.meta.url));
    const segment = await harness.client.createSegment({ name: 'Known country', kind: segments.SegmentKind.DYNAMIC, rule: field('country', 'IS_KNOWN') }, { workspaceId });
    expect(segment.size).toBe(0);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) => bytes.subarray(i * 65_536, (i + 1) * 65_536));
    const first = await importFile(harness.client, workspaceId, pieces);
    expect(first).toMatchObject({ state: ImportState.FINISHED, failure: '', bytesRead: bytes.length, fileName: 'companies.csv' });
    const rows = 12_000;
    expect(counts(first)).toEqual({ read: rows, created: rows, updated: 0, unchanged: 0, rejected: 0 });
    const size = (await harness.client.getSegment({ id: segment.id }, { workspaceId })).size;
    expect(size).toBeGreaterThan(rows / 2);
    expect(counts(await importFile(harness.client, workspaceId, pieces))).toEqual({ read: rows, created: 0, updated: 0, unchanged: rows, rejected: 0 });
    expect((await harness.client.listCompanies({}, { workspaceId })).page?.total).toBe(rows);
  });

  it('rejects broken rows by their line, with a remedy, and takes the others', async () => {
    const workspaceId = freshWorkspace();
    const done = await importText(harness.client, workspaceId, 'id,name,country\n1,Acme,US\n2,Too,many,columns\n3,"Open,DE\n4,"Beta, Inc",DE\n5,,FR\n6,Ga\0mma,IT\n7,Delta,NL\n');
    expect(done.state).toBe(ImportState.FINISHED);
    expect(counts(done)).toEqual({ read: 7, created: 3, updated: 0, unchanged: 0, rejected: 4 });
    expect(problemsOf(done)).toEqual([[3, 'segments.import.column_count'], [4, 'segments.import.unterminated_quote'], [6, 'segments.import.name_missing'], [7, 'segments.import.nul_byte']]);
    for (const problem of done.problems) expect(problem.message).toMatch(/(import|try) the line again|Give it one/);
    expect(await companyNames(workspaceId)).toEqual(['Acme', 'Beta, Inc', 'Delta']);
    const page = await harness.client.listImportProblems({ id: done.id, page: { limit: 3 } }, { workspaceId });
    const rest = await harness.client.listImportProblems({ id: done.id, page: { limit: 3, cursor: page.page!.nextCursor } }, { workspaceId });
    expect([...page.problems, ...rest.problems]).toEqual(done.problems);
    expect(rest.page!.nextCursor).toBe('');
  });

  it('writes nothing when the header is wrong, and names the columns found and wanted', async () => {
    const workspaceId = freshWorkspace();
    const done = await importText(harness.client, workspaceId, 'firma,land\nAcme,DE\n');
    expect(done).toMatchObject({ state: ImportState.FAILED, rowsRead: 0, failure: expect.stringMatching(/Found: "firma", "land"\. Wanted: name .*website, country/) });
    expect(await companyNames(workspaceId)).toEqual([]);
    expect((await importText(harness.client, workspaceId, '')).failure).toContain('empty');
    const { imports } = await harness.client.listImports({}, { workspaceId });
    expect(imports.map((i) => i.state)).toEqual([ImportState.FAILED, ImportState.FAILED]);
  });

  it('reads UTF-16 of both orders, and names the lines that are not UTF-8', async () => {
    const workspaceId = freshWorkspace();
    const text = '\ufeffid,name\n1,株式会社\n2,Łódź\n';
    await importText(harness.client, workspaceId, Buffer.from(text, 'utf16le'));
    const second = await importText(harness.client, workspaceId, Buffer.from(text, 'utf16le').swap16());
    expect(counts(second)).toMatchObject({ unchanged: 2, rejected: 0 });
    const slipped = await importText(harness.client, workspaceId, Buffer.concat([Buffer.from('id,name\n3,'), Buffer.from('Müller', 'latin1'), Buffer.from('\n4,Øre\n')]));
    expect(problemsOf(slipped)).toEqual([[2, 'segments.import.encoding']]);
    expect(await companyNames(workspaceId)).toEqual(['Łódź', 'Øre', '株式会社'].sort());
  });

  it('lets the last row of an id win and leaves alone what the file does not have', async () => {
    const workspaceId = freshWorkspace();
    await importText(harness.client, workspaceId, 'id,name,website,tier\n1,Acme,acme.com,gold\n');
    const done = await importText(harness.client, workspaceId, 'id,name,size\n1,Acme Inc,big\n1,Acme Incorporated,big\n2,Beta,\n');
    expect(counts(done)).toEqual({ read: 3, created: 1, updated: 2, unchanged: 0, rejected: 0 });
    const { companies } = await harness.client.listCompanies({ search: 'acme' }, { workspaceId });
    expect(companies).toMatchObject([{ name: 'Acme Incorporated', website: 'acme.com', domain: 'acme.com', attributes: { tier: 'gold', size: 'big' } }]);
    await importText(harness.client, workspaceId, 'id,name,website,tier\n1,Acme Incorporated,,\n');
    expect((await harness.client.listCompanies({ search: 'acme' }, { workspaceId })).companies).toMatchObject([{ website: '', domain: '', attributes: { size: 'big' } }]);
    const { fields } = await harness.client.listCompanyFields({}, { workspaceId });
    expect(fields.map((f) => f.name)).toEqual(['name', 'website', 'domain', 'country', 'industry', 'employees', 'annual_revenue', 'source_id', 'attributes.size', 'attributes.tier']);
  });

  it('refuses a file over the limit with the setting that raises it, said or found out on the way', async () => {
    const workspaceId = freshWorkspace();
    async function* said() {
      yield { part: { $case: 'start' as const, start: { fileName: 'big.csv', sizeBytes: 2 ** 31 } } };
    }
    expect(await harness.client.importCompanies(said(), { workspaceId })).toMatchObject({ state: ImportState.FAILED, failure: expect.stringContaining('SIGNALBOX_IMPORT_MAX_BYTES') });
    await expect(importFile(harness.client, workspaceId, [], 'a\0b')).rejects.toMatchObject({ kind: 'Invalid', code: 'segments.import.file_name' });
    async function* cut() {
      yield { part: { $case: 'start' as const, start: { fileName: 'cut.csv', sizeBytes: 100 } } };
      yield { part: { $case: 'chunk' as const, chunk: Buffer.from('id,name\n1,Acme\n2,Be') } };
    }
    expect(await harness.client.importCompanies(cut(), { workspaceId })).toMatchObject({ state: ImportState.FAILED, failure: expect.stringContaining('was to have 100 bytes, and ended after 19') });
    async function* headless() {
      yield { part: { $case: 'chunk' as const, chunk: Buffer.from('name\n') } };
    }
    await expect(harness.client.importCompanies(headless(), { workspaceId })).rejects.toMatchObject({ kind: 'Invalid', code: 'segments.import.start_missing' });
  });

  it('shows its progress while it runs, and fails with the remedy when the upload breaks off', async () => {
    const workspaceId = freshWorkspace();
    const seen: segments.CompanyImport[] = [];
    async function* file() {
      yield Buffer.from(`id,name\n${Array.from({ length: 1500 }, (_, i) => `${i},Company ${i}`).join('\n')}\n`);
      seen.push(await waitFor(async () => (await harness.client.listImports({}, { workspaceId })).imports.find((i) => i.rowsCreated === 1000)));
      throw new Error('the line went dead');
    }
    await expect(importFile(harness.client, workspaceId, file())).rejects.toThrow();
    expect(seen).toMatchObject([{ state: ImportState.RUNNING, rowsRead: 1000, finishedAt: undefined }]);
    const ended = await waitFor(async () => (await harness.client.listImports({}, { workspaceId })).imports.find((i) => i.state === ImportState.FAILED));
    expect(ended.failure).toMatch(/broke off.*import the file again/);
    // The batch that was being collected is dropped with the last line, which may be half of one.
    expect(ended.rowsCreated).toBe(1000);
  });

  it('keeps memory flat however large the file is', async () => {
    const workspaceId = freshWorkspace();
    const filler = 'x'.repeat(3_800);
    const total = 160 * 2 ** 20;
    /** Least memory in use in each quarter of the file: what is left when rubbish has been collected. Client and service share this process. */
    const least = [Infinity, Infinity, Infinity, Infinity];
    function* file() {
      yield 'id,name,note\n';
      for (let row = 0, sent = 0; sent < total; ) {
        let piece = '';
        while (piece.length < 64 * 1024) piece += `${row % 500},Company ${row++ % 500},${filler}\n`;
        const quarter = Math.floor((4 * sent) / total);
        const { heapUsed, external } = process.memoryUsage();
        least[quarter] = Math.min(least[quarter]!, heapUsed + external);
        sent += piece.length;
        yield piece;
      }
    }
    const done = await importFile(harness.client, workspaceId, file());
    expect(done).toMatchObject({ state: ImportState.FINISHED, rowsCreated: 500, rowsRejected: 0 });
    expect(done.bytesRead).toBeGreaterThan(total);
    expect((least[3]! - least[0]!) / 2 ** 20).toBeLessThan(30);
  });

  it('is marked as interrupted when the process died, and the file can be imported again', async () => {
    const workspaceId = freshWorkspace();
    const child = spawn(process.execPath, ['--conditions=signalbox:source', '--experimental-transform-types', '--no-warnings', fileURLToPath(new URL('./testing/import-forever.ts', import.meta.url)), harness.database.url, workspaceId], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const running = await waitFor(async () => (await harness.client.listImports({}, { workspaceId })).imports.find((i) => i.rowsCreated >= 2000));
    expect(running.state).toBe(ImportState.RUNNING);
    child.kill('SIGKILL');
    await gone;
    const restarted = await startOn(harness.database.url);
    const client = createGrpcClient(segments.SegmentsServiceDefinition, { address: `127.0.0.1:${restarted.grpcPort}`, tokens: serviceTokens });
    try {
      const ended = await waitFor(async () => (await client.listImports({}, { workspaceId })).imports.find((i) => i.state === ImportState.FAILED));
      expect(ended.failure).toMatch(/interrupted.*import the file again: rows are recognised by their id/);
      const kept = (await client.listCompanies({}, { workspaceId })).page!.total;
      expect(kept).toBe(ended.rowsCreated);
      const again = await importText(client, workspaceId, `id,name\n${Array.from({ length: kept }, (_, i) => `${i},Company ${i}`).join('\n')}\n`);
      expect(counts(again)).toEqual({ read: kept, created: 0, updated: 0, unchanged: kept, rejected: 0 });
    } finally {
      client.close();
      await restarted.stop();
    }
  });

  it('keeps workspaces apart', async () => {
    const [mine, other] = [freshWorkspace(), freshWorkspace()];
    const done = await importText(harness.client, mine, 'id,name\n1,Mine\n');
    await importText(harness.client, other, 'id,name\n1,Other\n');
    expect(await companyNames(mine)).toEqual(['Mine']);
    expect(await companyNames(other)).toEqual(['Other']);
    await expect(harness.client.getImport({ id: done.id }, { workspaceId: other })).rejects.toMatchObject({ kind: 'NotFound' });
    await expect(harness.client.listImportProblems({ id: done.id }, { workspaceId: other })).rejects.toMatchObject({ kind: 'NotFound' });
    const everyone = await harness.client.createSegment({ name: 'All', kind: segments.SegmentKind.DYNAMIC, rule: group('ALL', field('name', 'IS_KNOWN')) }, { workspaceId: other });
    expect(everyone.size).toBe(1);
  });
});
