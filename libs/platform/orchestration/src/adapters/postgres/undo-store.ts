import type { crmWriter, types } from '@signalbox/contracts';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { RunRow, WriteAction } from '../../application/ports.ts';
import type { UndoStore } from '../../application/undo-ports.ts';
import type { WrittenRecord } from '../../domain/undo.ts';

const WRITTEN = `('succeeded', 'unknown_then_settled')`;

interface WrittenRow {
  position: number;
  action: WriteAction;
  company_id: string;
  company_name: string;
  crm_id: string;
  changes: crmWriter.FieldChange[];
  before_image: crmWriter.FieldChange[];
}

/**
 * The record of each outcome, and the outcome of each record, is found by its key; joined as wholes, which the planner takes for
 * smaller than they have just grown, each is compared with each.
 */
const PAGE = `select r.position, r.action, r.company_id, r.company_name, o.crm_id, r.changes, o.before_image from (
    select x.* from record_outcomes x where x.workspace_id = $1 and x.plan_id = $2 and x.position < $3 and x.state in ${WRITTEN} order by x.position desc limit $4) o
  cross join lateral (select * from plan_records p where p.workspace_id = $1 and p.plan_id = $2 and p.position = o.position limit 1) r
  order by r.position desc`;

const UNDONE = `select r.crm_id, u.id from runs u
  cross join lateral (select p.crm_id, p.position from plan_records p where p.workspace_id = $1 and p.plan_id = u.plan_id and p.crm_id = any($3::text[]) and p.action <> 'skip' limit 1000) r
  cross join lateral (select o.state from record_outcomes o where o.workspace_id = $1 and o.plan_id = u.plan_id and o.position = r.position limit 1) o
  where u.workspace_id = $1 and u.undoes_run_id = $2 and u.undoes_run_id <> '' and o.state in ${WRITTEN}`;

/** What runs have written and taken back, in PostgreSQL. */
export class PostgresUndoStore implements UndoStore {
  constructor(private readonly database: Database) {}

  async writtenCounts(workspaceId: string, planId: string): Promise<Partial<Record<WriteAction, number>>> {
    const rows = await this.database.query<{ action: WriteAction; count: number }>(
      `select r.action, count(*) as count from record_outcomes o
       cross join lateral (select p.action from plan_records p where p.workspace_id = $1 and p.plan_id = $2 and p.position = o.position limit 1) r
       where o.workspace_id = $1 and o.plan_id = $2 and o.state in ${WRITTEN} group by r.action`, [workspaceId, planId]);
    return Object.fromEntries(rows.map((r) => [r.action, r.count]));
  }

  async written(workspaceId: string, runId: string, planId: string, before: number, limit: number): Promise<WrittenRecord[]> {
    const rows = await this.database.query<WrittenRow>(PAGE, [workspaceId, planId, before, limit]);
    const undone = await this.database.query<{ crm_id: string; id: string }>(UNDONE, [workspaceId, runId, rows.map((r) => r.crm_id)]);
    const undoneBy = new Map(undone.map((u) => [u.crm_id, u.id]));
    return rows.map((r) => ({
      position: r.position, action: r.action, companyId: r.company_id, companyName: r.company_name, crmId: r.crm_id, changes: r.changes, beforeImage: r.before_image, undoneBy: undoneBy.get(r.crm_id) ?? '',
    }));
  }

  plannedCounts(workspaceId: string, planId: string): Promise<types.NamedCount[]> {
    return this.database.query<types.NamedCount>(`select action as name, count(*) as count from plan_records where workspace_id = $1 and plan_id = $2 and action <> 'skip' group by action order by action`, [workspaceId, planId]);
  }

  async undoneCount(workspaceId: string, runId: string): Promise<number> {
    const rows = await this.database.query<{ count: number }>(
      `select coalesce(sum(succeeded + unknown_then_settled), 0)::bigint as count from runs where workspace_id = $1 and undoes_run_id = $2 and undoes_run_id <> ''`, [workspaceId, runId]);
    return rows[0]?.count ?? 0;
  }

  async newestOf(workspaceId: string, runId: string, tx?: Transaction): Promise<Pick<RunRow, 'id' | 'state'> | undefined> {
    const rows = await (tx ?? this.database).query<Pick<RunRow, 'id' | 'state'>>(
      `select id, state from runs where workspace_id = $1 and undoes_run_id = $2 and undoes_run_id <> '' order by id desc limit 1`, [workspaceId, runId]);
    return rows[0];
  }
}
