import type { Outbox } from '@signalbox/platform-messaging';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { Clock } from '@signalbox/kernel';
import type { BegunBatch, Ledger } from '../../application/ports.ts';
import type { ChangeBatch, ChangeOutcome, FieldValue, OpenIntent, SettledChange } from '../../domain/changes.ts';
import type { OwnWrite } from '../../domain/mirror.ts';
import { takeOwnDeletions } from './mirror-deletions.ts';
import { lockMirror, takeOwnWrites } from './mirror-writes.ts';

interface LedgerRow {
  changeId: string;
  state: 'intended' | SettledChange['state'];
  crmId: string;
  code: string;
  message: string;
  beforeImage: FieldValue[];
  contactId: string;
  attemptedAt: Date;
  released: boolean;
}

const INSERT = `insert into write_ledger (workspace_id, change_id, batch_id, run_id, connection_id, object, operation, external_field, company_id, crm_id, changes, before_image, intended_at, attempted_at)
  select $1, c, $2, $3, $4, $5, $6, $7, company, crm, changes, before, $13, $13
  from unnest($8::text[], $9::text[], $10::text[], $11::jsonb[], $12::jsonb[]) with ordinality as g (c, company, crm, changes, before, place) order by place
  on conflict (workspace_id, change_id) do nothing
  returning change_id, exists (select from cancelled_runs where workspace_id = $1 and run_id = $3) as cancelled`;

/**
 * Lines are found by their key one after the other, and changed where they were found. As plain joins the planner, which knows
 * nothing of a workspace that has just grown, reads all its lines for each batch, or compares each change with each line.
 */
const FOUND = (columns: string) => `cross join lateral (select ${columns} from write_ledger w where w.workspace_id = $1 and w.change_id = g.change_id limit 1) l`;

const ROWS = `select l.change_id as "changeId", l.state, l.crm_id as "crmId", l.code, l.message, l.before_image as "beforeImage", l.contact_id as "contactId", l.attempted_at as "attemptedAt", l.released_at is not null as released
  from unnest($2::text[]) as g (change_id) ${FOUND('*')} order by l.place`;

const SETTLE = `update write_ledger set state = f.state, crm_id = case when f.crm_id = '' then write_ledger.crm_id else f.crm_id end, code = f.code, message = f.message, contact_id = f.contact_id, settled_at = $7
  from (select g.*, l.line from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $8::text[]) as g (change_id, state, crm_id, code, message, contact_id) ${FOUND('w.ctid as line')}) f
  where write_ledger.ctid = f.line and write_ledger.state = 'intended'`;

const RELEASE = `update write_ledger set released_at = $3 from (select l.line from unnest($2::text[]) as g (change_id) ${FOUND('w.ctid as line')}) f
  where write_ledger.ctid = f.line and write_ledger.state = 'intended'`;

const ATTEMPT = `update write_ledger set released_at = null, attempted_at = $3 from (select l.line from unnest($2::text[]) as g (change_id) ${FOUND('w.ctid as line')}) f
  where write_ledger.ctid = f.line`;

const CREATED_BEFORE = `select c.company_id, l.crm_id from unnest($4::text[]) as c (company_id) cross join lateral (
    select w.crm_id from write_ledger w
    where w.workspace_id = $1 and w.connection_id = $2 and w.object = $3 and w.company_id = c.company_id and w.operation = 'create' and w.state in ('succeeded', 'unknown_then_settled')
      and not w.change_id = any($5::text[])
      and (select not m.deleted from mirror_records m where m.workspace_id = $1 and m.connection_id = $2 and m.object = $3 and m.crm_id = w.crm_id)
    limit 1) l`;

/** Fields as they were: what the mirror has, else what the plan said. A creation has nothing before it; of a record that is deleted everything is kept. */
function beforeImage(batch: ChangeBatch, change: ChangeBatch['changes'][number], images: Map<string, Record<string, string>>): FieldValue[] {
  if (batch.operation === 'create') return [];
  const known = images.get(change.crmId);
  if (batch.operation === 'delete' && known) return Object.entries(known).map(([field, before]) => ({ field, before, after: null }));
  return change.fields.map((f) => ({ field: f.field, before: known ? (known[f.field] ?? '') : f.before, after: f.after }));
}

export class PgLedger implements Ledger {
  constructor(private readonly database: Database, private readonly outbox: Outbox, private readonly clock: Clock) {}

  begin(batch: ChangeBatch, images: Map<string, Record<string, string>>): Promise<BegunBatch> {
    return this.database.transaction(async (tx) => {
      const { changes } = batch;
      const inserted = await tx.query<{ change_id: string; cancelled: boolean }>(INSERT, [
        batch.workspaceId, batch.batchId, batch.runId, batch.connectionId, batch.object, batch.operation, batch.externalIdField,
        changes.map((c) => c.changeId), changes.map((c) => c.companyId), changes.map((c) => c.crmId),
        changes.map((c) => JSON.stringify(c.fields)), changes.map((c) => JSON.stringify(beforeImage(batch, c, images))), this.clock.now(),
      ]);
      const fresh = new Set(inserted.map((row) => row.change_id));
      const known = fresh.size === changes.length ? [] : await this.rows(tx, batch.workspaceId, changes.map((c) => c.changeId).filter((id) => !fresh.has(id)));
      const released = known.filter((row) => row.state === 'intended' && row.released).map((row) => row.changeId);
      for (const id of released) fresh.add(id);
      await this.markAttempt(tx, batch, released);
      return {
        settled: known.filter((row) => row.state !== 'intended').map(toSettled),
        open: known.filter((row) => row.state === 'intended' && !row.released),
        fresh: changes.filter((c) => fresh.has(c.changeId)),
        cancelled: inserted[0]?.cancelled ?? await this.isCancelled(tx, batch),
        createdBefore: batch.operation === 'create' ? await this.createdBefore(tx, batch) : new Map(),
      };
    });
  }

  openOf(batch: ChangeBatch): Promise<OpenIntent[]> {
    return this.database.transaction(async (tx) => (await this.rows(tx, batch.workspaceId, batch.changes.map((c) => c.changeId))).filter((row) => row.state === 'intended' && !row.released));
  }

  record(batch: ChangeBatch, outcomes: readonly ChangeOutcome[], writes: readonly OwnWrite[]): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.settle(tx, batch, outcomes);
      await this.mirrorOwn(tx, batch, writes);
    });
  }

  async settle(tx: Transaction, batch: ChangeBatch, outcomes: readonly ChangeOutcome[]): Promise<void> {
    await tx.execute(SETTLE, [
      batch.workspaceId, outcomes.map((o) => o.changeId), outcomes.map((o) => o.state), outcomes.map((o) => o.crmId), outcomes.map((o) => o.code), outcomes.map((o) => o.message), this.clock.now(),
      outcomes.map((o) => o.contactId ?? ''),
    ]);
  }

  async mirrorOwn(tx: Transaction, batch: ChangeBatch, writes: readonly OwnWrite[]): Promise<void> {
    if (writes.length === 0) return;
    if (!await lockMirror(tx, batch)) return;
    await takeOwnWrites(tx, this.outbox, batch, writes, this.clock.now());
    await takeOwnDeletions(tx, this.outbox, batch, writes.filter((w) => w.deleted).map((w) => w.crmId), this.clock.now());
  }

  async release(batch: ChangeBatch, changeIds: readonly string[], calls: Record<string, number>): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.execute(RELEASE, [batch.workspaceId, changeIds, this.clock.now()]);
      await this.addCalls(tx, batch, calls);
    });
  }

  reattempt(batch: ChangeBatch, changeIds: readonly string[]): Promise<void> {
    return this.database.transaction((tx) => this.markAttempt(tx, batch, changeIds));
  }

  async claimed(batch: ChangeBatch, crmIds: readonly string[], changeIds: readonly string[]): Promise<Set<string>> {
    if (crmIds.length === 0) return new Set();
    const rows = await this.database.query<{ crm_id: string }>(
      `select crm_id from write_ledger where workspace_id = $1 and connection_id = $2 and crm_id = any($3::text[]) and not change_id = any($4::text[])
         and operation = 'create' and state in ('succeeded', 'unknown_then_settled')`,
      [batch.workspaceId, batch.connectionId, crmIds, changeIds]);
    return new Set(rows.map((row) => row.crm_id));
  }

  async settledOf(tx: Transaction, batch: ChangeBatch): Promise<SettledChange[]> {
    return (await this.rows(tx, batch.workspaceId, batch.changes.map((c) => c.changeId))).filter((row) => row.state !== 'intended').map(toSettled);
  }

  async addCalls(tx: Transaction, batch: ChangeBatch, calls: Record<string, number>): Promise<void> {
    const operations = Object.keys(calls);
    if (operations.length === 0) return;
    await tx.execute(
      `insert into api_calls as a (workspace_id, connection_id, run_id, batch_id, operation, calls) select $1, $2, $3, $4, o, n from unnest($5::text[], $6::bigint[]) as g (o, n)
       on conflict (workspace_id, connection_id, run_id, batch_id, operation) do update set calls = a.calls + excluded.calls`,
      [batch.workspaceId, batch.connectionId, batch.runId, batch.batchId, operations, operations.map((o) => calls[o])]);
  }

  async callsOf(tx: Transaction, batch: ChangeBatch): Promise<Record<string, number>> {
    const rows = await tx.query<{ operation: string; calls: number }>(
      'select operation, calls from api_calls where workspace_id = $1 and connection_id = $2 and run_id = $3 and batch_id = $4', [batch.workspaceId, batch.connectionId, batch.runId, batch.batchId]);
    return Object.fromEntries(rows.map((row) => [row.operation, row.calls]));
  }

  private async isCancelled(tx: Transaction, batch: ChangeBatch): Promise<boolean> {
    const [run] = await tx.query('select 1 from cancelled_runs where workspace_id = $1 and run_id = $2', [batch.workspaceId, batch.runId]);
    return run !== undefined;
  }

  private rows(tx: Transaction, workspaceId: string, changeIds: readonly string[]): Promise<LedgerRow[]> {
    return tx.query<LedgerRow>(ROWS, [workspaceId, changeIds]);
  }

  private async markAttempt(tx: Transaction, batch: ChangeBatch, changeIds: readonly string[]): Promise<void> {
    if (changeIds.length === 0) return;
    await tx.execute(ATTEMPT, [batch.workspaceId, changeIds, this.clock.now()]);
  }

  private async createdBefore(tx: Transaction, batch: ChangeBatch): Promise<Map<string, string>> {
    const companies = [...new Set(batch.changes.map((c) => c.companyId).filter((id) => id !== ''))];
    const rows = await tx.query<{ company_id: string; crm_id: string }>(CREATED_BEFORE, [batch.workspaceId, batch.connectionId, batch.object, companies, batch.changes.map((c) => c.changeId)]);
    return new Map(rows.map((row) => [row.company_id, row.crm_id]));
  }
}

const toSettled = (row: LedgerRow): SettledChange => ({
  changeId: row.changeId, state: row.state as SettledChange['state'], crmId: row.crmId, code: row.code, message: row.message, beforeImage: row.beforeImage, contactId: row.contactId,
});
