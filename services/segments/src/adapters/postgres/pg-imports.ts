import { segments } from '@signalbox/contracts';
import type { IdSource } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import { toPage, type Page, type PageAsked } from '../../application/page.ts';
import type { BatchCounts, ImportBatch, ImportKey, Imports } from '../../application/ports.ts';
import { isId } from './ids.ts';
import { upsertCompanies } from './upsert.ts';

const COLUMNS = 'i.id, i.file_name, i.state, i.bytes_read, i.rows_read, i.rows_created, i.rows_updated, i.rows_unchanged, i.rows_rejected, i.failure, i.started_at, i.finished_at';
const PROBLEMS_SHOWN = 100;
const ABANDONED = 'The import was interrupted: the service stopped while it was reading the file. What was read up to there is kept; import the file again: rows are recognised by their id.';

const STATES = { running: segments.ImportState.RUNNING, finished: segments.ImportState.FINISHED, failed: segments.ImportState.FAILED };

interface ImportRecord {
  id: string;
  file_name: string;
  state: keyof typeof STATES;
  bytes_read: number;
  rows_read: number;
  rows_created: number;
  rows_updated: number;
  rows_unchanged: number;
  rows_rejected: number;
  failure: string;
  started_at: Date;
  finished_at: Date | null;
}

interface ProblemRecord {
  id: number;
  line: number;
  code: string;
  message: string;
}

const lockName = (key: ImportKey) => `segments.import/${key.workspaceId}/${key.id}`;
const toProblem = ({ line, code, message }: ProblemRecord): segments.ImportProblem => ({ line, code, message });

function toImport(row: ImportRecord, problems: segments.ImportProblem[]): segments.CompanyImport {
  return {
    id: row.id, fileName: row.file_name, state: STATES[row.state], bytesRead: row.bytes_read, rowsRead: row.rows_read, rowsCreated: row.rows_created, rowsUpdated: row.rows_updated,
    rowsUnchanged: row.rows_unchanged, rowsRejected: row.rows_rejected, problems, failure: row.failure, startedAt: row.started_at, finishedAt: row.finished_at ?? undefined,
  };
}

/** Imports in PostgreSQL. A lock that falls with the process tells a running import from an abandoned one. */
export class PgImports implements Imports {
  constructor(
    private readonly database: Database,
    private readonly ids: IdSource,
  ) {}

  whileAtWork<T>(key: ImportKey, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    return this.database.advisoryLock(lockName(key), ({ signal }) => work(signal));
  }

  async begin(key: ImportKey, file: { name: string; sizeBytes: number; startedAt: Date }): Promise<void> {
    await this.database.execute('insert into imports (workspace_id, id, file_name, size_bytes, started_at) values ($1, $2, $3, $4, $5)', [key.workspaceId, key.id, file.name, file.sizeBytes, file.startedAt]);
  }

  write(key: ImportKey, batch: ImportBatch): Promise<BatchCounts> {
    return this.database.transaction(async (tx) => {
      const outcomes = await upsertCompanies(tx, key.workspaceId, batch.companies, this.ids, { source: batch.columns });
      const created = outcomes.filter((o) => o.created).length;
      const updated = outcomes.filter((o) => o.changed && !o.created).length;
      const counts = { created, updated, unchanged: outcomes.length - created - updated };
      const { bytesRead, rowsRead, rowsRejected } = batch.progress;
      await tx.execute(`update imports set bytes_read = $3, rows_read = $4, rows_rejected = $5, rows_created = rows_created + $6, rows_updated = rows_updated + $7, rows_unchanged = rows_unchanged + $8
        where workspace_id = $1 and id = $2`, [key.workspaceId, key.id, bytesRead, rowsRead, rowsRejected, counts.created, counts.updated, counts.unchanged]);
      const { problems } = batch;
      if (problems.length > 0) {
        await tx.execute(`insert into import_problems (workspace_id, import_id, line, code, message)
          select $1, $2, line, code, message from unnest($3::bigint[], $4::text[], $5::text[]) with ordinality p (line, code, message, place) order by place`,
        [key.workspaceId, key.id, problems.map((p) => p.line), problems.map((p) => p.code), problems.map((p) => p.message)]);
      }
      return counts;
    });
  }

  async end(key: ImportKey, end: { failure?: string; bytesRead?: number; finishedAt: Date }): Promise<void> {
    await this.database.execute(`update imports set state = $3, failure = $4, finished_at = $5, bytes_read = coalesce($6, bytes_read) where workspace_id = $1 and id = $2 and state = 'running'`,
      [key.workspaceId, key.id, end.failure ? 'failed' : 'finished', end.failure ?? '', end.finishedAt, end.bytesRead ?? null]);
  }

  async failAbandoned(finishedAt: Date): Promise<number> {
    const running = await this.database.query<{ workspace_id: string; id: string }>(`select workspace_id, id from imports where state = 'running'`);
    let failed = 0;
    for (const row of running) {
      const key = { workspaceId: row.workspace_id, id: row.id };
      const done = await this.database.tryAdvisoryLock(lockName(key), () => this.end(key, { failure: ABANDONED, finishedAt }));
      if (done) failed += 1;
    }
    return failed;
  }

  async get(key: ImportKey): Promise<segments.CompanyImport | undefined> {
    const [row] = isId(key.id) ? await this.database.query<ImportRecord>(`select ${COLUMNS} from imports i where i.workspace_id = $1 and i.id = $2`, [key.workspaceId, key.id]) : [];
    if (!row) return undefined;
    const problems = await this.problems(key, { limit: PROBLEMS_SHOWN, after: undefined });
    return toImport(row, problems.items);
  }

  /** Newest first; without the problems, which `get` has. */
  async list(workspaceId: string, page: PageAsked): Promise<Page<segments.CompanyImport>> {
    const after = page.after?.[0];
    const rows = after !== undefined && !isId(after) ? [] : await this.database.query<ImportRecord>(`select ${COLUMNS} from imports i where i.workspace_id = $1 and ($2::uuid is null or i.id < $2::uuid) order by i.id desc limit $3`, [workspaceId, after ?? null, page.limit + 1]);
    const [count] = await this.database.query<{ total: number }>('select count(*) as total from imports where workspace_id = $1', [workspaceId]);
    return toPage(rows, page, count!.total, (row) => [row.id], (row) => toImport(row, []));
  }

  async problems(key: ImportKey, page: PageAsked): Promise<Page<segments.ImportProblem>> {
    const after = page.after?.[0] ?? '0';
    const rows = /^\d{1,18}$/.test(after) ? await this.database.query<ProblemRecord>('select id, line, code, message from import_problems where workspace_id = $1 and import_id = $2 and id > $3::bigint order by id limit $4', [key.workspaceId, key.id, after, page.limit + 1]) : [];
    return toPage(rows, page, -1, (row) => [String(row.id)], toProblem);
  }
}
