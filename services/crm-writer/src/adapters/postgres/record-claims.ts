import type { Database } from '@signalbox/platform-postgres';
import type { RecordClaims } from '../../application/claim-records.ts';
import type { ChangeBatch } from '../../domain/changes.ts';

/** A row for each batch at work, with its records as numbers: for 1,000 records a row each would cost ten times as much. Two records with one number only wait for each other. */
const NUMBERS = 'select hashtextextended(r, 0) from unnest($4::text[]) as g (r)';
const SAME = 'workspace_id = $1 and connection_id = $2';
const MEETS = `from record_claims c where ${SAME} and batch_id <> $3 and exists (select from unnest(c.records) as o (n) where o.n in (${NUMBERS}))`;

/** One after the other for each connection, or two that meet would not see each other. */
const TURN = `select pg_advisory_xact_lock(hashtextextended('crm-writer claims ' || $1 || '/' || $2, 0)), set_config('synchronous_commit', 'off', true)`;
const CLAIM = `insert into record_claims (workspace_id, connection_id, batch_id, records) select $1, $2, $3, array(${NUMBERS}) where not exists (select ${MEETS})
  on conflict (workspace_id, connection_id, batch_id) do update set records = excluded.records`;
const HELD_BY = `select c.batch_id as "batchId" ${MEETS}`;
const QUICK = `with quick as materialized (select set_config('synchronous_commit', 'off', true))`;
const RELEASE = `${QUICK} delete from record_claims using quick where ${SAME} and batch_id = $3`;

/** Claims stand for as long as somebody holds the lock of their batch, which falls with the process. */
const DEAD = `delete from record_claims where ${SAME} and batch_id = $3 and not exists (
    select from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database()) and objsubid = 1
      and classid = (hashtextextended($4, 0) >> 32 & 4294967295)::oid and objid = (hashtextextended($4, 0) & 4294967295)::oid)`;

/** Which batch is writing which records, in a table that is gone with the server's memory, as the locks are. */
export class PgRecordClaims implements RecordClaims {
  /** @param lockOf the name of the lock that whoever is at work on a batch holds */
  constructor(private readonly database: Database, private readonly lockOf: (batch: Pick<ChangeBatch, 'workspaceId' | 'batchId'>) => string) {}

  async claim(batch: ChangeBatch, records: readonly string[]): Promise<boolean> {
    if (records.length === 0) return true;
    if (await this.tryAll(batch, records)) return true;
    return await this.buryDead(batch, records) ? this.tryAll(batch, records) : false;
  }

  async release(batch: ChangeBatch, records: readonly string[]): Promise<void> {
    if (records.length > 0) await this.database.execute(RELEASE, [...placeOf(batch), batch.batchId]);
  }

  private tryAll(batch: ChangeBatch, records: readonly string[]): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await tx.query(TURN, placeOf(batch));
      return await tx.execute(CLAIM, [...placeOf(batch), batch.batchId, records]) === 1;
    });
  }

  /** Takes away what those have claimed that nobody is at work on any more; whether there was any. */
  private async buryDead(batch: ChangeBatch, records: readonly string[]): Promise<boolean> {
    let buried = 0;
    for (const { batchId } of await this.database.query<{ batchId: string }>(HELD_BY, [...placeOf(batch), batch.batchId, records])) {
      buried += await this.database.execute(DEAD, [...placeOf(batch), batchId, this.lockOf({ workspaceId: batch.workspaceId, batchId })]);
    }
    return buried > 0;
  }
}

const placeOf = (batch: ChangeBatch): unknown[] => [batch.workspaceId, batch.connectionId];
