import type { Database } from '@signalbox/platform-postgres';
import type { LedgerFilter, LedgerLine, LedgerReader, Page, PageQuery } from '../../application/ports.ts';
import { readCursor, writeCursor } from './cursor.ts';

const LINES = `select place, change_id as "changeId", run_id as "runId", connection_id as "connectionId", object, operation, crm_id as "crmId", state, code, message,
    case when operation = 'create' then changes else before_image end as changes, intended_at as "intendedAt", settled_at as "settledAt"
  from write_ledger
  where workspace_id = $1 and ($2 = '' or connection_id = $2) and ($3 = '' or run_id = $3) and ($4 = '' or crm_id = $4) and ($5 = '' or place < $5::bigint)
  order by place desc limit $6`;

export class PgLedgerReader implements LedgerReader {
  constructor(private readonly database: Database) {}

  async list(workspaceId: string, filter: LedgerFilter, page: PageQuery): Promise<Page<LedgerLine>> {
    const rows = await this.database.query<LedgerLine & { place: number }>(LINES, [workspaceId, filter.connectionId, filter.runId, filter.crmId, readCursor(page.cursor), page.limit + 1]);
    const items = rows.slice(0, page.limit);
    return { items, nextCursor: rows.length > page.limit ? writeCursor(items.at(-1)!.place) : '' };
  }
}
