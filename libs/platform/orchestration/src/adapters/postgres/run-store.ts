import type { types } from '@signalbox/contracts';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import { RUN_CHANNEL, WORK_CHANNEL, type NewRun, type RunOutcome, type RunRow, type RunStore, type SettledPosition, type TallyCategory } from '../../application/ports.ts';
import { addTally, type TallyChange } from '../../domain/counts.ts';
import { hasEnded } from '../../domain/run-state.ts';
import { addCounts, readCounts } from './tallies.ts';

interface RunDbRow {
  workspace_id: string;
  id: string;
  orchestration_id: string;
  kind: string;
  plan_id: string;
  undoes_run_id: string;
  state: RunRow['state'];
  trigger: RunRow['trigger'];
  requested_by: string;
  overridden: boolean;
  problem_code: string;
  problem: string;
  planned: number;
  succeeded: number;
  skipped: number;
  failed: number;
  unknown_then_settled: number;
  to_write: number;
  dispatched: number;
  dispatched_through: number;
  next_batch: number;
  queued_at: Date;
  started_at: Date | null;
  applying_at: Date | null;
  finished_at: Date | null;
}

function toRun(row: RunDbRow): RunRow {
  return {
    workspaceId: row.workspace_id, id: row.id, orchestrationId: row.orchestration_id, kind: row.kind, planId: row.plan_id, undoesRunId: row.undoes_run_id, state: row.state,
    trigger: row.trigger, requestedBy: row.requested_by, overridden: row.overridden, problem: row.problem, problemCode: row.problem_code,
    tally: { planned: row.planned, succeeded: row.succeeded, skipped: row.skipped, failed: row.failed, unknownThenSettled: row.unknown_then_settled },
    toWrite: row.to_write, dispatched: row.dispatched, dispatchedThrough: row.dispatched_through, nextBatch: row.next_batch,
    queuedAt: row.queued_at, startedAt: row.started_at ?? undefined, applyingAt: row.applying_at ?? undefined, finishedAt: row.finished_at ?? undefined,
  };
}

const NOT_ENDED = `state in ('queued', 'planning', 'halted', 'applying', 'cancelling')`;
const OPEN = `state in ('queued', 'planning', 'halted', 'applying')`;

/** Runs, their batches, outcomes and counts in PostgreSQL. Whoever changes a run holds its row lock first. */
export class PostgresRunStore implements RunStore {
  constructor(private readonly database: Database) {}

  async open(tx: Transaction, workspaceId: string, orchestrationId: string): Promise<RunRow | undefined> {
    const rows = await tx.query<RunDbRow>(`select * from runs where workspace_id = $1 and orchestration_id = $2 and ${OPEN} for update`, [workspaceId, orchestrationId]);
    return rows[0] && toRun(rows[0]);
  }

  async insert(tx: Transaction, run: NewRun): Promise<void> {
    await tx.execute(
      'insert into runs (workspace_id, id, plan_id, orchestration_id, kind, trigger, requested_by, undoes_run_id) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [run.workspaceId, run.id, run.planId, run.orchestrationId, run.kind, run.trigger, run.requestedBy, run.undoesRunId ?? ''],
    );
  }

  async hold(tx: Transaction, workspaceId: string, id: string): Promise<RunRow | undefined> {
    const rows = await tx.query<RunDbRow>('select * from runs where workspace_id = $1 and id = $2 for update', [workspaceId, id]);
    return rows[0] && toRun(rows[0]);
  }

  async save(tx: Transaction, run: RunRow): Promise<void> {
    await tx.execute(
      `update runs set state = $3, problem_code = $4, problem = $5, overridden = $6, planned = $7, succeeded = $8, skipped = $9, failed = $10, unknown_then_settled = $11,
         to_write = $12, dispatched = $13, dispatched_through = $14, next_batch = $15,
         started_at = case when $3 = 'queued' then null else coalesce(started_at, now()) end,
         applying_at = case when $3 = 'applying' then coalesce(applying_at, clock_timestamp()) else applying_at end,
         finished_at = case when $16 then coalesce(finished_at, clock_timestamp()) end
       where workspace_id = $1 and id = $2`,
      [
        run.workspaceId, run.id, run.state, run.problemCode, run.problem, run.overridden, run.tally.planned, run.tally.succeeded, run.tally.skipped, run.tally.failed,
        run.tally.unknownThenSettled, run.toWrite, run.dispatched, run.dispatchedThrough, run.nextBatch, hasEnded(run.state),
      ],
    );
    await tx.query('select pg_notify($1, $2)', [RUN_CHANNEL, `${run.workspaceId}/${run.id}`]);
  }

  async find(workspaceId: string, id: string, tx?: Transaction): Promise<RunRow | undefined> {
    const rows = await (tx ?? this.database).query<RunDbRow>('select * from runs where workspace_id = $1 and id = $2', [workspaceId, id]);
    return rows[0] && toRun(rows[0]);
  }

  async list(workspaceId: string, orchestrationId: string, before: string, limit: number): Promise<RunRow[]> {
    const rows = await this.database.query<RunDbRow>(
      `select * from runs where workspace_id = $1 ${orchestrationId ? 'and orchestration_id = $4' : ''} and ($2 = '' or id < $2) order by id desc limit $3`,
      orchestrationId ? [workspaceId, before, limit, orchestrationId] : [workspaceId, before, limit],
    );
    return rows.map(toRun);
  }

  async latest(workspaceId: string, orchestrationIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.database.query<{ orchestration_id: string; id: string }>(
      'select distinct on (orchestration_id) orchestration_id, id from runs where workspace_id = $1 and orchestration_id = any($2::text[]) order by orchestration_id, id desc',
      [workspaceId, orchestrationIds],
    );
    return new Map(rows.map((r) => [r.orchestration_id, r.id]));
  }

  async addOccurrence(tx: Transaction, workspaceId: string, occurrenceId: string, runId: string): Promise<void> {
    await tx.execute('insert into run_occurrences (workspace_id, occurrence_id, run_id) values ($1, $2, $3) on conflict do nothing', [workspaceId, occurrenceId, runId]);
  }

  async ofOccurrence(tx: Transaction, workspaceId: string, occurrenceId: string): Promise<RunRow | undefined> {
    const rows = await tx.query<RunDbRow>(
      'select u.* from run_occurrences o join runs u on u.workspace_id = o.workspace_id and u.id = o.run_id where o.workspace_id = $1 and o.occurrence_id = $2', [workspaceId, occurrenceId],
    );
    return rows[0] && toRun(rows[0]);
  }

  async occurrences(tx: Transaction, workspaceId: string, runId: string): Promise<string[]> {
    const rows = await tx.query<{ occurrence_id: string }>('select occurrence_id from run_occurrences where workspace_id = $1 and run_id = $2 order by 1', [workspaceId, runId]);
    return rows.map((r) => r.occurrence_id);
  }

  async addBatch(tx: Transaction, run: RunRow, number: number, lane: number, size: number): Promise<void> {
    await tx.execute('insert into batches (workspace_id, run_id, number, lane, size) values ($1, $2, $3, $4, $5)', [run.workspaceId, run.id, number, lane, size]);
  }

  async inFlight(tx: Transaction, run: RunRow): Promise<number> {
    const rows = await tx.query<{ count: number }>('select count(*) as count from batches where workspace_id = $1 and run_id = $2 and settled < size', [run.workspaceId, run.id]);
    return rows[0]?.count ?? 0;
  }

  /** Each record is found by its key; `limit` keeps the planner from joining the whole plan where statistics are old. */
  async settle(tx: Transaction, run: RunRow, outcomes: readonly RunOutcome[]): Promise<SettledPosition[]> {
    return tx.query<SettledPosition>(
      `insert into record_outcomes (workspace_id, plan_id, position, state, crm_id, code, message, before_image, contact_id)
       select r.workspace_id, r.plan_id, r.position, o.state, o.crm_id, o.code, o.message, o.before_image::jsonb, o.contact_id
       from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $10::text[]) as o(position, state, crm_id, code, message, before_image, contact_id)
       cross join lateral (select * from plan_records p where p.workspace_id = $1 and p.plan_id = $2 and p.position = o.position limit 1) r
       where r.action <> 'skip' and r.position <= $9
       on conflict (workspace_id, plan_id, position) do nothing
       returning position, state, code`,
      [
        run.workspaceId, run.planId, outcomes.map((o) => o.position), outcomes.map((o) => o.state), outcomes.map((o) => o.crmId), outcomes.map((o) => o.code),
        outcomes.map((o) => o.message), outcomes.map((o) => JSON.stringify(o.beforeImage)), run.dispatchedThrough,
        outcomes.map((o) => o.contactId),
      ],
    );
  }

  async batchSettled(tx: Transaction, run: RunRow, number: number, records: number): Promise<void> {
    await tx.execute(
      'update batches set settled = settled + $4, settled_at = case when settled + $4 >= size then now() end where workspace_id = $1 and run_id = $2 and number = $3',
      [run.workspaceId, run.id, number, records],
    );
  }

  async skipUnsent(tx: Transaction, run: RunRow, code: string, message: string): Promise<number> {
    return tx.execute(
      `insert into record_outcomes (workspace_id, plan_id, position, state, crm_id, code, message, before_image)
       select workspace_id, plan_id, position, 'skipped', '', $4, $5, '[]' from plan_records
       where workspace_id = $1 and plan_id = $2 and position > $3 and action <> 'skip' on conflict do nothing`,
      [run.workspaceId, run.planId, run.dispatchedThrough, code, message],
    );
  }

  async addTally(tx: Transaction, run: RunRow, change: TallyChange): Promise<void> {
    run.tally = addTally(run.tally, change);
    await addCounts(tx, run.workspaceId, run.id, 'skipped', change.skippedByReason);
    await addCounts(tx, run.workspaceId, run.id, 'failed', change.failedByReason);
  }

  addCounts(tx: Transaction, workspaceId: string, ownerId: string, category: TallyCategory, counts: Iterable<readonly [string, number]>): Promise<void> {
    return addCounts(tx, workspaceId, ownerId, category, counts);
  }

  counts(workspaceId: string, ownerId: string, tx?: Transaction): Promise<Record<TallyCategory, types.NamedCount[]>> {
    return readCounts(tx ?? this.database, workspaceId, ownerId);
  }

  async wakeWorkers(tx: Transaction): Promise<void> {
    await tx.query('select pg_notify($1, $2)', [WORK_CHANNEL, '']);
  }

  async activity(): Promise<{ runs: { state: RunRow['state']; count: number }[]; oldestBatchSeconds: number }> {
    const [runs, oldest] = await Promise.all([
      this.database.query<{ state: RunRow['state']; count: number }>(`select state, count(*) as count from runs where ${NOT_ENDED} group by state`),
      this.database.query<{ seconds: number }>(
        `select coalesce(extract(epoch from now() - min(b.dispatched_at)), 0)::float8 as seconds from runs u join batches b on b.workspace_id = u.workspace_id and b.run_id = u.id and b.settled < b.size
         where u.state in ('applying', 'cancelling')`,
      ),
    ]);
    return { runs, oldestBatchSeconds: oldest[0]?.seconds ?? 0 };
  }

  async stranded(limit: number, window: number): Promise<{ workspaceId: string; id: string }[]> {
    const rows = await this.database.query<{ workspace_id: string; id: string }>(
      `select u.workspace_id, u.id from runs u
       cross join lateral (select count(*) as count from batches b where b.workspace_id = u.workspace_id and b.run_id = u.id and b.settled < b.size) f
       where (u.state = 'applying' and (f.count < $2 and u.dispatched < u.to_write or f.count = 0)) or (u.state = 'cancelling' and f.count = 0) limit $1`,
      [limit, window],
    );
    return rows.map((r) => ({ workspaceId: r.workspace_id, id: r.id }));
  }
}
