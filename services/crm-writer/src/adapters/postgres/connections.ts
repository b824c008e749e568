import { crmWriter, TOPICS } from '@signalbox/contracts';
import { conflict, notFound } from '@signalbox/kernel';
import type { ApiUsage } from '@signalbox/connectors-sdk';
import { Outbox, releaseHeld } from '@signalbox/platform-messaging';
import { isUniqueViolation, jsonb, type Database, type Transaction } from '@signalbox/platform-postgres';
import type { ConnectionStore, Page, PageQuery } from '../../application/ports.ts';
import type { Check, Connection, Secrets } from '../../domain/connection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { SecretBox } from './secret-box.ts';

const COLUMNS = `workspace_id as "workspaceId", id, name, provider, base_url as "baseUrl", auth_kind as "authKind", settings, environment, status,
  status_message as "statusMessage", checked_at as "checkedAt", created_at as "createdAt", updated_at as "updatedAt", version,
  api_calls_used as "apiCallsUsed", api_calls_allowed as "apiCallsAllowed", api_calls_seen_at as "apiCallsSeenAt", daily_calls as "dailyCalls"`;

/** What sealed credentials are bound to. */
export const ownerOf = (workspaceId: string, id: string) => `${workspaceId}/${id}`;

async function named<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isUniqueViolation(error, 'connections_name')) throw error;
    throw conflict('crm_writer.connection.name_taken', `There is a connection called '${name}' already. Choose another name.`, { field: 'name' });
  }
}

export class PgConnections implements ConnectionStore {
  private readonly outbox = new Outbox();

  constructor(private readonly database: Database, private readonly box: SecretBox) {}

  async add(connection: Connection, secrets: Secrets): Promise<void> {
    const c = connection;
    const sealed = this.box.seal(ownerOf(c.workspaceId, c.id), secrets);
    await named(c.name, this.database.execute(
      `insert into connections (workspace_id, id, name, provider, base_url, auth_kind, settings, secrets, secrets_key_id, environment, status, status_message, checked_at, created_at, updated_at, daily_calls)
       values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
      [c.workspaceId, c.id, c.name, c.provider, c.baseUrl, c.authKind, jsonb(c.settings), sealed.bytes, sealed.keyId, c.environment, c.status, c.statusMessage, c.checkedAt, c.createdAt, c.updatedAt, c.dailyCalls]));
  }

  async change(connection: Connection, secrets: Secrets | undefined): Promise<boolean> {
    const c = connection;
    const sealed = secrets && this.box.seal(ownerOf(c.workspaceId, c.id), secrets);
    const changed = await named(c.name, this.database.execute(
      `update connections set name = $3, base_url = $4, settings = $5::jsonb, status = $6, status_message = $7, checked_at = $8, updated_at = $9, version = version + 1,
         secrets = coalesce($10, secrets), secrets_key_id = coalesce($11, secrets_key_id), daily_calls = $13
       where workspace_id = $1 and id = $2 and version = $12`,
      [c.workspaceId, c.id, c.name, c.baseUrl, jsonb(c.settings), c.status, c.statusMessage, c.checkedAt, c.updatedAt, sealed?.bytes ?? null, sealed?.keyId ?? null, c.version, c.dailyCalls]));
    // Also those that wait for the budget, which may be another now; the connection's test may come to nothing.
    if (changed === 1) await this.releaseBatches(this.database, c.workspaceId, c.id);
    return changed === 1;
  }

  async remove(workspaceId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      // Before the mirror, as everyone who locks both: what is being taken in ends first, and nothing is taken in after.
      const [known] = await tx.query('select 1 from connections where workspace_id = $1 and id = $2 for update', [workspaceId, id]);
      for (const table of ['mirror_met', 'mirror_records', 'mirror_positions', 'call_budgets']) await tx.execute(`delete from ${table} where workspace_id = $1 and connection_id = $2`, [workspaceId, id]);
      await tx.execute('delete from connections where workspace_id = $1 and id = $2', [workspaceId, id]);
      if (!known) return;
      await this.outbox.add(tx, TOPICS.crmRecordsChanged, [crmWriter.CrmRecordsChanged.fromPartial({ workspaceId, connectionId: id, connectionRemoved: true })]);
      await this.outbox.add(tx, TOPICS.connectionDeleted, [{ workspaceId, connectionId: id }]);
      await this.releaseBatches(tx, workspaceId, id);
    });
  }

  /** Batches that wait for this connection are tried now: it was mended, or is gone. */
  private async releaseBatches(tx: Transaction | Database, workspaceId: string, id: string): Promise<void> {
    await releaseHeld(tx, workspaceId, TOPICS.changeBatchRequested.name, `${workspaceId}/${id}/`);
  }

  async find(workspaceId: string, id: string): Promise<Connection | undefined> {
    const [row] = await this.database.query<Connection>(`select ${COLUMNS} from connections where workspace_id = $1 and id = $2`, [workspaceId, id]);
    return row;
  }

  async list(workspaceId: string, page: PageQuery): Promise<Page<Connection>> {
    const after = readCursor(page.cursor);
    const rows = await this.database.query<Connection>(`select ${COLUMNS} from connections where workspace_id = $1 and id > $2 order by id limit $3`, [workspaceId, after, page.limit + 1]);
    const items = rows.slice(0, page.limit);
    return { items, nextCursor: rows.length > page.limit ? writeCursor(items.at(-1)!.id) : '' };
  }

  async secretsOf(workspaceId: string, id: string): Promise<Secrets> {
    const [row] = await this.database.query<{ secrets: Buffer; key_id: string }>('select secrets, secrets_key_id as key_id from connections where workspace_id = $1 and id = $2', [workspaceId, id]);
    if (!row) throw notFound('crm_writer.connection.unknown', 'There is no such connection.', { field: 'id' });
    return this.box.open(ownerOf(workspaceId, id), { bytes: row.secrets, keyId: row.key_id });
  }

  async noteCheck(workspaceId: string, id: string, check: Check, now: Date): Promise<void> {
    await this.database.execute(
      `update connections set status = coalesce($3, status), checked_at = $5,
         status_message = case when $3::text is null and status = 'unhealthy' then status_message else $4 end
       where workspace_id = $1 and id = $2`,
      [workspaceId, id, check.status ?? null, check.message, now]);
    // Batches that wait for this connection, for hours maybe, need not wait any longer.
    if (check.status === 'healthy') await this.releaseBatches(this.database, workspaceId, id);
  }

  async noteUsage(workspaceId: string, id: string, usage: ApiUsage): Promise<void> {
    await this.database.execute(
      `update connections set api_calls_used = $3, api_calls_allowed = $4, api_calls_seen_at = $5
       where workspace_id = $1 and id = $2 and (api_calls_seen_at is null or api_calls_seen_at < $5)`,
      [workspaceId, id, usage.used, usage.allowed, usage.seenAt]);
  }
}
