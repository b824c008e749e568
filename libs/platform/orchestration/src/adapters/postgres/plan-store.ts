import type { orchestrations, types } from '@signalbox/contracts';
import { jsonb, type Database, type Transaction } from '@signalbox/platform-postgres';
import { RUN_CHANNEL, WORK_CHANNEL, type DueChange, type NewPlan, type PlanClaim, type PlanRow, type PlanStore, type Preparing, type RecordFilter, type SealedPlan, type StoredRecord, type WrittenChange } from '../../application/ports.ts';
import { addCounts, readCounts } from './tallies.ts';
import { PLAN_COLUMNS, RECORD_COPY, actionText, clearsOf, recordCopyRow, toDue, toPlan, toRecord, type DueDbRow, type PlanDbRow, type RecordDbRow } from './plan-rows.ts';

/** A claim holds while nobody took the plan after us and it has not ended. */
const OURS = `workspace_id = $1 and id = $2 and attempt = $3 and state = 'generating'`;
const ours = (claim: PlanClaim) => [claim.workspaceId, claim.planId, claim.attempt];

/** Plans and their records in PostgreSQL. */
export class PostgresPlanStore implements PlanStore {
  constructor(private readonly database: Database) {}

  async enqueue(tx: Transaction, plan: NewPlan): Promise<void> {
    await tx.execute(
      'insert into plans (workspace_id, id, orchestration_id, orchestration_version, kind, run_id, mapping_profile_version, undoes_run_id) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [plan.workspaceId, plan.id, plan.orchestrationId, plan.orchestrationVersion, plan.kind, plan.runId ?? '', plan.mappingProfileVersion, plan.undoesRunId ?? ''],
    );
    await tx.query('select pg_notify($1, $2)', [WORK_CHANNEL, '']);
  }

  async enqueuePreview(tx: Transaction, plan: NewPlan): Promise<PlanRow> {
    // Somebody else's may end between the two statements; then ours goes in at the second turn.
    for (let turn = 1; ; turn += 1) {
      const added = await tx.query<PlanDbRow>(
        `insert into plans (workspace_id, id, orchestration_id, orchestration_version, kind, mapping_profile_version, undoes_run_id) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (workspace_id, orchestration_id, undoes_run_id, orchestration_version, mapping_profile_version) where run_id = '' and state = 'generating' do nothing returning ${PLAN_COLUMNS}`,
        [plan.workspaceId, plan.id, plan.orchestrationId, plan.orchestrationVersion, plan.kind, plan.mappingProfileVersion, plan.undoesRunId ?? ''],
      );
      if (added[0]) {
        await this.supersede(tx, plan);
        await tx.query('select pg_notify($1, $2)', [WORK_CHANNEL, '']);
        return toPlan(added[0]);
      }
      const present = await tx.query<PlanDbRow>(
        `select ${PLAN_COLUMNS} from plans where workspace_id = $1 and orchestration_id = $2 and orchestration_version = $3 and mapping_profile_version = $4 and undoes_run_id = $5 and run_id = '' and state = 'generating'`,
        [plan.workspaceId, plan.orchestrationId, plan.orchestrationVersion, plan.mappingProfileVersion, plan.undoesRunId ?? ''],
      );
      if (present[0] || turn >= 5) return toPlan(present[0]!);
    }
  }

  /** Previews of older versions that are still being made are of no use to anybody. */
  private async supersede(tx: Transaction, plan: NewPlan): Promise<void> {
    await tx.execute(
      `update plans set state = 'failed', ready_at = now(), problem_code = 'orchestrations.preview.superseded', problem = 'The orchestration or its mapping profile was changed while this preview was being generated. Look at the newer one.'
       where workspace_id = $1 and orchestration_id = $2 and run_id = '' and undoes_run_id = $4 and state = 'generating' and id <> $3`,
      [plan.workspaceId, plan.orchestrationId, plan.id, plan.undoesRunId ?? ''],
    );
  }

  async claim(tx: Transaction, leaseMs: number): Promise<PlanClaim | undefined> {
    const rows = await tx.query<{ workspace_id: string; id: string; orchestration_id: string; run_id: string; undoes_run_id: string; attempt: number; failures: number }>(
      `update plans p set attempt = attempt + 1, lease_until = now() + $1 * interval '1 ms', batches = 0, planned = 0, to_write = 0, clears = 0, looked_at = 0, to_look_at = 0, preparing = null
       from (
         select workspace_id, id from plans d
         where state = 'generating' and due_at <= now() and (lease_until is null or lease_until < now())
           and (run_id = '' or not exists (select 1 from runs c where c.workspace_id = d.workspace_id and c.orchestration_id = d.orchestration_id and c.state = 'cancelling'))
         order by run_id = '', due_at limit 1 for update skip locked
       ) due
       where p.workspace_id = due.workspace_id and p.id = due.id
       returning p.workspace_id, p.id, p.orchestration_id, p.run_id, p.undoes_run_id, p.attempt, p.failures`,
      [leaseMs],
    );
    const row = rows[0];
    if (!row) return undefined;
    if (row.attempt > 1) {
      await tx.execute('delete from plan_records where workspace_id = $1 and plan_id = $2', [row.workspace_id, row.id]);
      await tx.execute('delete from tallies where workspace_id = $1 and owner_id = $2', [row.workspace_id, row.id]);
    }
    return { workspaceId: row.workspace_id, planId: row.id, orchestrationId: row.orchestration_id, runId: row.run_id, undoesRunId: row.undoes_run_id, attempt: row.attempt, failures: row.failures };
  }

  async extend(claim: PlanClaim, leaseMs: number): Promise<boolean> {
    return (await this.database.execute(`update plans set lease_until = now() + $4 * interval '1 ms' where ${OURS}`, [...ours(claim), leaseMs])) > 0;
  }

  async prepare(claim: PlanClaim, preparing: Preparing): Promise<void> {
    await this.database.execute(`update plans set preparing = $4::jsonb where ${OURS}`, [...ours(claim), jsonb(preparing)]);
  }

  async expect(claim: PlanClaim, toLookAt: number): Promise<void> {
    await this.database.execute(`update plans set preparing = null, to_look_at = $4 where ${OURS}`, [...ours(claim), toLookAt]);
  }

  async append(tx: Transaction, claim: PlanClaim, number: number, lookedAt: number, records: readonly StoredRecord[]): Promise<boolean> {
    const writes = records.filter((r) => actionText(r.action) !== 'skip');
    const clears = clearsOf(writes);
    const taken = await tx.execute(
      `update plans set batches = batches + 1, looked_at = looked_at + $5, to_look_at = greatest(to_look_at, looked_at + $5), planned = planned + $6, to_write = to_write + $7, clears = clears + $8
       where ${OURS} and batches = $4`,
      [...ours(claim), number, lookedAt, records.length, writes.length, clears],
    );
    if (taken === 0) return (await tx.query(`select 1 from plans where ${OURS} and batches > $4`, [...ours(claim), number])).length > 0;
    if (records.length > 0) {
      await tx.copyFrom(RECORD_COPY, records.map((r) => recordCopyRow(claim.workspaceId, claim.planId, r)));
      const skips = new Map<string, number>();
      for (const r of records) if (actionText(r.action) === 'skip') skips.set(r.reason, (skips.get(r.reason) ?? 0) + 1);
      await addCounts(tx, claim.workspaceId, claim.planId, 'skipped', skips);
    }
    if (claim.runId) await tx.query('select pg_notify($1, $2)', [RUN_CHANNEL, `${claim.workspaceId}/${claim.runId}`]);
    return true;
  }

  async hold(tx: Transaction, claim: PlanClaim): Promise<PlanRow | undefined> {
    const rows = await tx.query<PlanDbRow>(`select ${PLAN_COLUMNS} from plans where ${OURS} for update`, ours(claim));
    return rows[0] && toPlan(rows[0]);
  }

  async seal(tx: Transaction, claim: PlanClaim, sealed: SealedPlan): Promise<void> {
    await tx.execute(
      `update plans set state = 'ready', ready_at = now(), lease_until = null, to_look_at = looked_at, crm_records = $4, mirror_sequence = $5, target = $6::jsonb, guardrail = $7,
         orchestration_version = $8, mapping_profile_version = $9 where ${OURS}`,
      [...ours(claim), sealed.crmRecords, sealed.mirrorSequence, jsonb(sealed.target), sealed.guardrail, sealed.orchestrationVersion, sealed.mappingProfileVersion],
    );
  }

  async abandon(tx: Transaction, plan: { workspaceId: string; planId: string }, code: string, problem: string): Promise<void> {
    const ended = await tx.execute(
      `update plans set state = 'failed', ready_at = now(), lease_until = null, planned = 0, to_write = 0, clears = 0, problem_code = $3, problem = $4 where workspace_id = $1 and id = $2 and state = 'generating'`,
      [plan.workspaceId, plan.planId, code, problem],
    );
    if (ended === 0) return;
    await tx.execute('delete from plan_records where workspace_id = $1 and plan_id = $2', [plan.workspaceId, plan.planId]);
    await tx.execute('delete from tallies where workspace_id = $1 and owner_id = $2', [plan.workspaceId, plan.planId]);
  }

  async release(claim: PlanClaim, afterMs: number, failed: boolean): Promise<void> {
    await this.database.execute(
      `update plans set lease_until = null, due_at = now() + $4 * interval '1 ms', failures = failures + $5 where ${OURS}`,
      [...ours(claim), afterMs, failed ? 1 : 0],
    );
    if (afterMs === 0) await this.database.query('select pg_notify($1, $2)', [WORK_CHANNEL, '']);
  }

  async find(workspaceId: string, id: string, tx?: Transaction): Promise<PlanRow | undefined> {
    const rows = await (tx ?? this.database).query<PlanDbRow>(`select ${PLAN_COLUMNS} from plans where workspace_id = $1 and id = $2`, [workspaceId, id]);
    return rows[0] && toPlan(rows[0]);
  }

  async skips(workspaceId: string, id: string, tx?: Transaction): Promise<types.NamedCount[]> {
    return (await readCounts(tx ?? this.database, workspaceId, id)).skipped;
  }

  async dueChanges(tx: Transaction, workspaceId: string, planId: string, after: number, limit: number): Promise<DueChange[]> {
    const rows = await tx.query<DueDbRow>(
      `select position, action, company_id, crm_id, changes, identity, conversion from plan_records
       where workspace_id = $1 and plan_id = $2 and position > $3 and action <> 'skip' order by position limit $4`,
      [workspaceId, planId, after, limit],
    );
    return rows.map(toDue);
  }

  async changesAt(tx: Transaction, workspaceId: string, planId: string, positions: readonly number[]): Promise<WrittenChange[]> {
    return tx.query<WrittenChange>(
      `select o.crm_id as "crmId", r.changes from unnest($3::bigint[]) as g (position)
       cross join lateral (select changes from plan_records p where p.workspace_id = $1 and p.plan_id = $2 and p.position = g.position limit 1) r
       cross join lateral (select crm_id from record_outcomes x where x.workspace_id = $1 and x.plan_id = $2 and x.position = g.position limit 1) o
       order by g.position`, [workspaceId, planId, positions]);
  }

  async list(workspaceId: string, planId: string, filter: RecordFilter, after: number, limit: number): Promise<orchestrations.PlanRecord[]> {
    const rows = await this.database.query<RecordDbRow>(
      `with sent as (
         select coalesce((select u.dispatched_through from plans p join runs u on u.workspace_id = p.workspace_id and u.id = p.run_id where p.workspace_id = $1 and p.id = $2), 0) as through
       ), records as (
         select r.position, r.company_id, r.company_name, r.action, r.reason, r.reason_text, r.evidence, r.changes,
           case when o.state is not null then o.state when r.action = 'skip' then 'skipped' when r.position <= sent.through then 'dispatched' else 'planned' end as state,
           coalesce(nullif(o.crm_id, ''), r.crm_id) as crm_id, o.code as outcome_code, o.message as outcome_message, o.contact_id, o.finished_at
         from sent, plan_records r
         left join lateral (select * from record_outcomes x where x.workspace_id = r.workspace_id and x.plan_id = r.plan_id and x.position = r.position limit 1) o on true
         where r.workspace_id = $1 and r.plan_id = $2 and r.position > $3 and ($4::text is null or r.action = $4)
       )
       select * from records where $5::text is null or state = $5 order by position limit $6`,
      [workspaceId, planId, after, filter.action ?? null, filter.state ?? null, limit],
    );
    return rows.map((row) => toRecord(planId, row));
  }

  async dropOldPreviews(workspaceId: string, orchestrationId: string, undoesRunId: string, keep: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const old = await tx.query<{ id: string }>(
        `delete from plans where workspace_id = $1 and run_id = '' and state <> 'generating' and id in (
           select id from plans where workspace_id = $1 and orchestration_id = $2 and run_id = '' and undoes_run_id = $4 order by id desc offset $3
         ) returning id`,
        [workspaceId, orchestrationId, keep, undoesRunId],
      );
      if (old.length === 0) return;
      const ids = old.map((p) => p.id);
      await tx.execute('delete from plan_records where workspace_id = $1 and plan_id = any($2::text[])', [workspaceId, ids]);
      await tx.execute('delete from tallies where workspace_id = $1 and owner_id = any($2::text[])', [workspaceId, ids]);
    });
  }

  async latestPreviews(workspaceId: string, orchestrationIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.database.query<{ orchestration_id: string; id: string }>(
      `select distinct on (orchestration_id) orchestration_id, id from plans where workspace_id = $1 and orchestration_id = any($2::text[]) and run_id = '' and undoes_run_id = '' order by orchestration_id, id desc`,
      [workspaceId, orchestrationIds],
    );
    return new Map(rows.map((r) => [r.orchestration_id, r.id]));
  }
}

