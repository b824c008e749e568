import { notFound } from '@signalbox/kernel';
import type { PulledPage, RemoteRecord } from '@signalbox/connectors-sdk';
import type { Outbox } from '@signalbox/platform-messaging';
import { jsonb, type Database, type Transaction } from '@signalbox/platform-postgres';
import type { Mirror, Page, PageQuery, TakenIn } from '../../application/ports.ts';
import type { ChangedRecord, MirrorKey, MirrorPosition, MirrorStatus, PullCounts, RecordValue, StandingRecord } from '../../domain/mirror.ts';
import { timeOf } from '../../domain/standing.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { beginSweep, noteMet, sweep } from './mirror-sweep.ts';
import { lockMirror, takeRecords, tellMore, TOLD } from './mirror-writes.ts';

const OF = 'workspace_id = $1 and connection_id = $2 and object = $3';
const where = (key: MirrorKey) => [key.workspaceId, key.connectionId, key.object];
const VALUES_AT_ONCE = 1_000;
/** ISO 8601 with its time zone; Salesforce leaves its colon out. */
const A_TIME = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:?\\d\\d)$';
const EMPTY: MirrorStatus = { sequence: 0, records: 0, pulledAt: null, state: 'idle', message: '', created: 0, changed: 0, removed: 0, apiCalls: {}, fields: [] };

export class PgMirror implements Mirror {
  constructor(private readonly database: Database, private readonly outbox: Outbox) {}

  async position(key: MirrorKey): Promise<MirrorPosition | undefined> {
    const [row] = await this.database.query<MirrorPosition>(
      `select sequence, position, recheck_position as "recheckPosition", check_position as "checkPosition", fields, asked_fields as "askedFields", pulled_at as "pulledAt", told < $4 as "tellsLess" from mirror_positions where ${OF}`, [...where(key), TOLD]);
    return row;
  }

  async status(key: MirrorKey): Promise<MirrorStatus> {
    const [row] = await this.database.query<MirrorStatus>(
      `select sequence, pulled_at as "pulledAt", state, message, created, changed, removed, api_calls as "apiCalls", fields, records
       from mirror_positions where ${OF}`, where(key));
    return row ?? EMPTY;
  }

  async begin(key: MirrorKey, fields: readonly string[], restart: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.execute(
        `insert into mirror_positions (workspace_id, connection_id, object, fields, state, told) values ($1, $2, $3, $4, 'pulling', $6)
         on conflict (workspace_id, connection_id, object) do update set fields = $4, state = 'pulling', message = '',
           position = case when $5 then null else mirror_positions.position end`,
        [...where(key), fields, restart, TOLD]);
      if (restart) await beginSweep(tx, key);
    });
  }

  async keepFields(key: MirrorKey, fields: readonly string[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!await lockMirror(tx, key)) throw notFound('crm_writer.connection.unknown', 'There is no such connection.', { field: 'connectionId' });
      await tx.execute(
        `update mirror_positions set asked_fields = array(select distinct f from unnest(asked_fields || $4::text[]) as f order by f) where ${OF} and not asked_fields @> $4::text[]`, [...where(key), fields]);
    });
  }

  async tellAgain(key: MirrorKey): Promise<void> {
    while (await this.database.transaction((tx) => tellMore(tx, this.outbox, key)));
  }

  async forgetTold(key: MirrorKey): Promise<void> {
    await this.database.execute(`update mirror_positions set told = $4, told_to = '' where ${OF}`, [...where(key), TOLD - 1]);
  }

  takePage(key: MirrorKey, { records, position, restarted }: PulledPage): Promise<TakenIn> {
    return this.take(key, records, 'position', position, async (tx) => {
      if (restarted) await beginSweep(tx, key);
      await noteMet(tx, key, records);
    });
  }

  sweep(key: MirrorKey, now: Date): Promise<number> {
    return sweep(this.database, this.outbox, key, now);
  }

  takeNews(key: MirrorKey, records: readonly RemoteRecord[], recheckPosition: string): Promise<TakenIn> {
    return this.take(key, records, 'recheck_position', recheckPosition);
  }

  takeChecked(key: MirrorKey, records: readonly RemoteRecord[], checkPosition: string): Promise<TakenIn> {
    return this.take(key, records, 'check_position', checkPosition);
  }

  async standing(key: MirrorKey, crmIds: readonly string[]): Promise<Map<string, StandingRecord>> {
    const rows = await this.database.query<StandingRecord & { crm_id: string }>(
      `select m.crm_id, m.deleted, m.fields, m.sequence, m.ours from unnest($4::text[]) as g (crm_id)
       cross join lateral (select * from mirror_records r where r.workspace_id = $1 and r.connection_id = $2 and r.object = $3 and r.crm_id = g.crm_id limit 1) m`, [...where(key), crmIds]);
    return new Map(rows.map(({ crm_id, ...record }) => [crm_id, record]));
  }

  async finish(key: MirrorKey, counts: PullCounts, apiCalls: Record<string, number>, now: Date): Promise<void> {
    await this.database.execute(
      `update mirror_positions set state = 'idle', message = '', pulled_at = $4, created = $5, changed = $6, removed = $7, api_calls = $8::jsonb, recheck_position = null, check_position = null where ${OF}`,
      [...where(key), now, counts.created, counts.changed, counts.removed, jsonb(apiCalls)]);
  }

  async fail(key: MirrorKey, message: string): Promise<void> {
    await this.database.execute(
      `insert into mirror_positions (workspace_id, connection_id, object, state, message) values ($1, $2, $3, 'failed', $4)
       on conflict (workspace_id, connection_id, object) do update set state = 'failed', message = $4`, [...where(key), message]);
  }

  async newsAfter(key: MirrorKey, sequence: number): Promise<number | undefined> {
    const [row] = await this.database.query<{ newest: number | null }>(
      `select max(sequence) as newest from mirror_records where ${OF} and not ours and sequence > $4`, [...where(key), sequence]);
    return row?.newest ?? undefined;
  }

  async valuesOf(key: MirrorKey, crmIds: readonly string[]): Promise<Map<string, Record<string, string>>> {
    const rows = await this.database.query<{ crm_id: string; fields: Record<string, string> }>(
      `select crm_id, fields from mirror_records where ${OF} and crm_id = any($4::text[])`, [...where(key), crmIds]);
    return new Map(rows.map((row) => [row.crm_id, row.fields]));
  }

  async list(key: MirrorKey, crmIds: readonly string[], page: PageQuery): Promise<Page<ChangedRecord>> {
    const rows = await this.database.query<ChangedRecord>(
      `select crm_id as id, deleted, name, website, country, fields, modified_at as "modifiedAt", sequence from mirror_records
       where ${OF} and crm_id > $4 and ($5::text[] = '{}' or crm_id = any($5::text[])) order by crm_id limit $6`,
      [...where(key), readCursor(page.cursor), crmIds, page.limit + 1]);
    const items = rows.slice(0, page.limit);
    return { items, nextCursor: rows.length > page.limit ? writeCursor(items.at(-1)!.id) : '' };
  }

  async *values(key: MirrorKey, field: string, created: string | undefined): AsyncGenerator<RecordValue[]> {
    // The next batch is read while this one is on its way.
    let next = this.valuesAfter(key, field, created, '');
    for (;;) {
      const rows = await next;
      const last = rows.length < VALUES_AT_ONCE;
      if (!last) next = this.valuesAfter(key, field, created, rows.at(-1)!.crmId);
      // Awaited at the next turn, unless nobody wants it any more.
      next.catch(() => undefined);
      if (rows.length > 0) yield rows;
      if (last) return;
    }
  }

  private async valuesAfter(key: MirrorKey, field: string, created: string | undefined, after: string): Promise<RecordValue[]> {
    const rows = await this.database.query<{ crm_id: string; name: string; value: string | null; made: string | null }>(
      `select crm_id, name, fields ->> $5 as value, fields ->> $6 as made from mirror_records where ${OF} and crm_id > $4 and not deleted order by crm_id limit ${VALUES_AT_ONCE}`,
      [...where(key), after, field, created ?? ''], { name: 'mirror values' });
    return rows.map((row) => ({ crmId: row.crm_id, name: row.name, value: row.value ?? '', createdAt: timeOf(row.made ?? undefined) }));
  }

  async createdSince(key: MirrorKey, created: string, since: readonly Date[]): Promise<number[]> {
    const rows = await this.database.query<{ place: number; count: number }>(
      `with made as materialized (
         select case when v ~ '${A_TIME}' then v::timestamptz end as at from (select fields ->> $4 as v from mirror_records where ${OF} and not deleted) as r)
       select g.place, (select count(*) from made where at >= g.since) as count from unnest($5::timestamptz[]) with ordinality as g (since, place) order by g.place`, [...where(key), created, since]);
    return rows.map((row) => row.count);
  }

  exclusively<T>(key: MirrorKey, work: () => Promise<T>): Promise<T> {
    return this.database.advisoryLock(`crm-writer mirror ${where(key).join('/')}`, work);
  }

  private take(key: MirrorKey, records: readonly RemoteRecord[], column: 'position' | 'recheck_position' | 'check_position', value: string, before?: (tx: Transaction) => Promise<void>): Promise<TakenIn> {
    return this.database.transaction(async (tx) => {
      if (!await lockMirror(tx, key)) throw notFound('crm_writer.connection.unknown', 'The connection was deleted while its records were being read.', { field: 'connectionId' });
      await before?.(tx);
      const taken = await takeRecords(tx, this.outbox, key, records);
      await tx.execute(`update mirror_positions set ${column} = $4 where ${OF}`, [...where(key), value]);
      return taken;
    });
  }
}
