import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Database } from '@signalbox/platform-postgres';
import { PgImports } from '../adapters/postgres/pg-imports.ts';
import { PgMembers } from '../adapters/postgres/pg-members.ts';
import { PgSegments } from '../adapters/postgres/pg-segments.ts';
import { pause } from '../adapters/timers.ts';
import { ImportCompanies } from '../application/import-companies.ts';
import { RefreshMembers } from '../application/refresh-members.ts';

/** A process that imports a file without an end, until it is killed. Arguments: database, workspace. */
const [url, workspaceId] = process.argv.slice(2) as [string, string];

async function* file() {
  yield { part: { $case: 'start' as const, start: { fileName: 'endless.csv', sizeBytes: 0 } } };
  yield { part: { $case: 'chunk' as const, chunk: Buffer.from('id,name\n') } };
  for (let i = 0; ; i += 1) yield { part: { $case: 'chunk' as const, chunk: Buffer.from(`${i},Company ${i}\n`) } };
}

const database = await Database.open({ url, schema: 'segments' });
const ids = { next: () => randomUUID() };
const clock = { now: () => new Date() };
const measures = { importRows: () => undefined, importEnded: () => undefined, evaluated: () => undefined, evaluationFailed: () => undefined };
const refresher = new RefreshMembers(new PgSegments(database), new PgMembers(database), measures, () => performance.now());
const importing = new ImportCompanies(new PgImports(database, ids), refresher, measures, ids, clock, () => performance.now(), pause, { maxBytes: 2 ** 32 });
await importing.run(workspaceId, file(), new AbortController().signal);
