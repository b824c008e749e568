import { invalid } from '@signalbox/kernel';
import { likeText, type Database } from '@signalbox/platform-postgres';
import type { LedgerFilter, LedgerLine, LedgerReader, Page, PageQuery } from '../../application/ports.ts';
import { readCursor, writeCursor } from './cursor.ts';

const STATES: ReadonlySet<string> = new Set(['', 'intended', 'succeeded', 'skipped', 'failed', 'unknown_then_settled']);
const SHORTEST_SEARCH = 2;
/** Records whose names hold a search; more than anybody looks through. */
const MOST_NAMED = 1_000;

const LINES = `select place, change_id as "changeId", run_id as "runId", connection_id as "connectionId", object, operation, crm_id as "crmId", company_id as "companyId", state, code, message,
    case when operation in ('create', 'convert') then changes else before_image end as changes, contact_id as "contactId", intended_at as "intendedAt", settled_at as "settledAt",
    coalesce((select m.name from mirror_records m where m.workspace_id = w.workspace_id and m.connection_id = w.connection_id and m.object = w.object and m.crm_id = w.crm_id limit 1), '') as name
  from write_ledger w
  where workspace_id = $1 and ($2 = '' or connection_id = $2) and ($3 = '' or run_id = $3) and ($4 = '' or crm_id = $4) and ($5 = '' or place < $5::bigint)
    and ($7 = '' or state = $7) and ($8::text[] is null or crm_id = any($8)) and ($9::timestamptz is null or intended_at >= $9) and ($10::timestamptz is null or intended_at < $10)
  order by place desc limit $6`;

/** Every write to every record: what was before, what was written, and the CRM's answer. */
export class PgLedgerReader implements LedgerReader {
  constructor(private readonly database: Database) {}

  /** @throws Invalid `crm_writer.writes.state`, `crm_writer.writes.search` */
  async list(workspaceId: string, filter: LedgerFilter, page: PageQuery): Promise<Page<LedgerLine>> {
    if (!STATES.has(filter.state)) throw invalid('crm_writer.writes.state', `Writes are ${[...STATES].filter(Boolean).join(', ')}.`, { field: 'state' });
    const ids = filter.search === '' ? null : await this.recordsNamed(workspaceId, filter);
    const rows = await this.database.query<LedgerLine & { place: number }>(LINES, [
      workspaceId, filter.connectionId, filter.runId, filter.crmId, readCursor(page.cursor), page.limit + 1, filter.state, ids, filter.since ?? null, filter.until ?? null,
    ]);
    const items = rows.slice(0, page.limit);
    return { items, nextCursor: rows.length > page.limit ? writeCursor(items.at(-1)!.place) : '' };
  }

  private async recordsNamed(workspaceId: string, { connectionId, search }: LedgerFilter): Promise<string[]> {
    const wanted = search.trim();
    if (wanted.length < SHORTEST_SEARCH) throw invalid('crm_writer.writes.search', 'Search with at least two characters.', { field: 'search' });
    const rows = await this.database.query<{ crm_id: string }>(`select crm_id from mirror_records where workspace_id = $1 and ($2 = '' or connection_id = $2) and name ilike $3 limit ${MOST_NAMED}`,
      [workspaceId, connectionId, `%${likeText(wanted)}%`]);
    return [wanted, ...rows.map((row) => row.crm_id)];
  }
}
