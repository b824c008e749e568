import { TOPICS } from '@signalbox/contracts';
import type { IdSource } from '@signalbox/kernel';
import type { Outbox } from '@signalbox/platform-messaging';
import type { Transaction } from '@signalbox/platform-postgres';
import type { OccurrenceEnd, SchedulerTransaction, StoredNightlySync, StoredSchedule, Taken } from '../../application/ports.ts';
import type { Instant } from '../../domain/local-time.ts';
import { SCHEDULE_COLUMNS, SYNC_COLUMNS, toSchedule, toSync, type ScheduleRow, type SyncRow } from './rows.ts';

/** Wakes the workers of every replica. */
export const WAKE_CHANNEL = 'scheduler.wake';

const dateOrNull = (instant: Instant | undefined): Date | null => (instant === undefined ? null : new Date(instant));

interface InsertedRow {
  workspace_id: string;
  id: string;
  subject_id: string;
  due_at: Date;
}

export class PgSchedulerTransaction implements SchedulerTransaction {
  constructor(
    private readonly tx: Transaction,
    private readonly outbox: Outbox,
    private readonly ids: IdSource,
  ) {}

  async nightlySync(workspaceId: string, lock: 'share' | 'own'): Promise<StoredNightlySync | undefined> {
    const [row] = await this.tx.query<SyncRow>(`select ${SYNC_COLUMNS} from nightly_sync where workspace_id = $1 for ${lock === 'own' ? 'update' : 'share'}`, [workspaceId]);
    return row && toSync(row);
  }

  async nightlySyncs(workspaceIds: readonly string[]): Promise<ReadonlyMap<string, StoredNightlySync>> {
    const rows = await this.tx.query<SyncRow>(`select ${SYNC_COLUMNS} from nightly_sync where workspace_id = any($1)`, [workspaceIds]);
    return new Map(rows.map((row) => [row.workspace_id, toSync(row)]));
  }

  async putNightlySync(sync: StoredNightlySync): Promise<void> {
    await this.tx.execute(`insert into nightly_sync (${SYNC_COLUMNS}) values ($1, $2, $3, $4, $5, $6)
      on conflict (workspace_id) do update set time_of_day = excluded.time_of_day, time_zone = excluded.time_zone, changed_at = excluded.changed_at, chosen = excluded.chosen, provisional = excluded.provisional`,
    [sync.workspaceId, sync.timeOfDay, sync.timeZone, new Date(sync.changedAt), sync.chosen, sync.provisional]);
  }

  async schedule(workspaceId: string, subjectId: string): Promise<StoredSchedule | undefined> {
    const [row] = await this.tx.query<ScheduleRow>(`select ${SCHEDULE_COLUMNS} from schedules where workspace_id = $1 and subject_id = $2 for update`, [workspaceId, subjectId]);
    return row && toSchedule(row);
  }

  async schedulesOf(workspaceId: string): Promise<StoredSchedule[]> {
    const rows = await this.tx.query<ScheduleRow>(`select ${SCHEDULE_COLUMNS} from schedules where workspace_id = $1 and mode <> 'manual' order by subject_id for update`, [workspaceId]);
    return rows.map(toSchedule);
  }

  async dueSchedules(now: Instant, limit: number): Promise<StoredSchedule[]> {
    const rows = await this.tx.query<ScheduleRow>(`select ${SCHEDULE_COLUMNS} from schedules s
      where mode <> 'manual' and (next_due_at <= $1 or (next_due_at is null and exists (select 1 from nightly_sync n where n.workspace_id = s.workspace_id)))
      order by next_due_at, workspace_id, subject_id limit $2 for update of s skip locked`, [new Date(now), limit]);
    return rows.map(toSchedule);
  }

  async keep(taken: readonly Taken[], now: Instant): Promise<void> {
    if (taken.length === 0) return;
    const inserted = await this.insertOccurrences(taken, now);
    await this.outbox.add(this.tx, TOPICS.runRequested, inserted.map((row) => ({ workspaceId: row.workspace_id, occurrenceId: row.id, subjectId: row.subject_id, dueAt: row.due_at })), {
      eventId: (message) => message.occurrenceId,
      occurredAt: new Date(now),
    });
    await this.saveSchedules(taken);
    await this.tx.query('select pg_notify($1, $2)', [WAKE_CHANNEL, '']);
  }

  async finish(workspaceId: string, occurrenceId: string, { runId, reason }: OccurrenceEnd): Promise<void> {
    await this.tx.execute(
      `update occurrences set state = case when $3 = '' then 'skipped' else 'finished' end, run_id = $3, reason = $4, finished_at = now()
       where workspace_id = $1 and id = $2 and state = 'requested'`, [workspaceId, occurrenceId, runId, reason]);
  }

  /** The rows that are to be requested and were not in the ledger yet. */
  private async insertOccurrences(taken: readonly Taken[], now: Instant): Promise<InsertedRow[]> {
    const rows = taken.flatMap(({ schedule, occurrences }) => occurrences.map((one) => ({ schedule, one })));
    if (rows.length === 0) return [];
    const inserted = await this.tx.query<InsertedRow & { state: string }>(`insert into occurrences (workspace_id, id, subject_id, local_date, due_at, state, late, requested_at)
      select *, case when u.state = 'requested' then $8::timestamptz end from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::timestamptz[], $6::text[], $7::boolean[])
        as u (workspace_id, id, subject_id, local_date, due_at, state, late) order by 1, 3, 4
      on conflict (workspace_id, subject_id, local_date) do nothing returning workspace_id, id, subject_id, due_at, state`, [
      rows.map(({ schedule }) => schedule.workspaceId), rows.map(() => this.ids.next()), rows.map(({ schedule }) => schedule.subjectId), rows.map(({ one }) => one.localDate),
      rows.map(({ one }) => new Date(one.dueAt)), rows.map(({ one }) => one.state), rows.map(({ one }) => one.late), new Date(now),
    ]);
    return inserted.filter((row) => row.state === 'requested');
  }

  private async saveSchedules(taken: readonly Taken[]): Promise<void> {
    const rows = taken.map(({ schedule: s, occurrences, nextDueAt }) => {
      const last = occurrences.at(-1);
      return [s.workspaceId, s.subjectId, s.schedule.mode, s.schedule.weekday, new Date(s.since), s.removed, last?.localDate ?? s.lastDate ?? null, dateOrNull(last?.dueAt ?? s.lastDueAt), dateOrNull(nextDueAt)];
    });
    const columns = Array.from({ length: 9 }, (_, at) => rows.map((row) => row[at]));
    const updates = SCHEDULE_COLUMNS.split(', ').slice(2).map((name) => `${name} = excluded.${name}`).join(', ');
    await this.tx.execute(`insert into schedules (${SCHEDULE_COLUMNS})
      select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::boolean[], $7::date[], $8::timestamptz[], $9::timestamptz[]) order by 1, 2
      on conflict (workspace_id, subject_id) do update set ${updates}`, columns);
  }
}
