import type { IdSource } from '@signalbox/kernel';
import type { Outbox } from '@signalbox/platform-messaging';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { ListedOccurrence, ListedSchedule, SchedulerStore, SchedulerTransaction, StoredNightlySync } from '../../application/ports.ts';
import type { Instant } from '../../domain/local-time.ts';
import { SCHEDULE_COLUMNS, SYNC_COLUMNS, toOccurrence, toSync, type OccurrenceRow, type ScheduleRow, type SyncRow } from './rows.ts';
import { PgSchedulerTransaction } from './scheduler-transaction.ts';

export class PgSchedulerStore implements SchedulerStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly ids: IdSource,
  ) {}

  transaction<T>(work: (tx: SchedulerTransaction) => Promise<T>): Promise<T> {
    return this.database.transaction((tx) => work(this.inside(tx)));
  }

  /** The same operations in a transaction that is open already, e.g. a consumer's. */
  inside(tx: Transaction): SchedulerTransaction {
    return new PgSchedulerTransaction(tx, this.outbox, this.ids);
  }

  async nightlySyncOf(workspaceId: string): Promise<StoredNightlySync | undefined> {
    const [row] = await this.database.query<SyncRow>(`select ${SYNC_COLUMNS} from nightly_sync where workspace_id = $1`, [workspaceId]);
    return row && toSync(row);
  }

  async workspacesToAsk(askedBefore: { provisional: Instant; default: Instant }, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ workspace_id: string }>(`
      select workspace_id from schedules s where mode <> 'manual' and next_due_at is null and not exists (select 1 from nightly_sync n where n.workspace_id = s.workspace_id)
      union
      select workspace_id from nightly_sync where not chosen and (asked_at is null or asked_at < case when provisional then $1::timestamptz else $2::timestamptz end)
      limit $3`, [new Date(askedBefore.provisional), new Date(askedBefore.default), limit]);
    return rows.map((row) => row.workspace_id);
  }

  async noteAsked(workspaceId: string, at: Instant): Promise<void> {
    await this.database.execute('update nightly_sync set asked_at = $2 where workspace_id = $1', [workspaceId, new Date(at)]);
  }

  async listSchedules(workspaceId: string, query: { subjectId: string; after: string; limit: number }): Promise<ListedSchedule[]> {
    const rows = await this.database.query<ScheduleRow>(`select ${SCHEDULE_COLUMNS} from schedules
      where workspace_id = $1 and not removed and ($2 = '' or subject_id = $2) and subject_id > $3 order by subject_id limit $4`, [workspaceId, query.subjectId, query.after, query.limit]);
    return rows.map((row) => ({ subjectId: row.subject_id, schedule: { mode: row.mode, weekday: row.weekday }, nextDueAt: row.next_due_at?.getTime() }));
  }

  async listOccurrences(workspaceId: string, query: { subjectId: string; before?: { dueAt: Instant; id: string }; limit: number }): Promise<ListedOccurrence[]> {
    const rows = await this.database.query<OccurrenceRow>(`select id, subject_id, local_date, due_at, requested_at, state, late, run_id, reason from occurrences
      where workspace_id = $1 and ($2 = '' or subject_id = $2) and ($3::timestamptz is null or (due_at, id) < ($3, $4))
      order by due_at desc, id desc limit $5`, [workspaceId, query.subjectId, query.before ? new Date(query.before.dueAt) : null, query.before?.id ?? '', query.limit]);
    return rows.map(toOccurrence);
  }
}
