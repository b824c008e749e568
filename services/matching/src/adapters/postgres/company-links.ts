import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { IndexId, Links, StoredLink } from '../../application/ports.ts';
import type { Link } from '../../domain/decide.ts';
import { storable } from './account-rows.ts';
import { askWhereFollowed } from './company-questions.ts';

interface LinkRow {
  company_id: string;
  account_id: string;
  origin: string;
  linked_at: Date;
}

/** Which company is which CRM record. */
export class PgLinks implements Links {
  constructor(private readonly database: Database) {}

  /** A link holds from the moment of the creation, also before the CRM's mirror brings the account; it ends when the account is deleted. */
  async standing(index: IndexId, companyIds: readonly string[]): Promise<ReadonlyMap<string, Link>> {
    if (companyIds.length === 0) return new Map();
    // One look by key for each link: as a join it may become a scan of the whole index for each, where statistics are old.
    const rows = await this.database.query<LinkRow>(`select l.company_id, l.account_id, l.origin from company_links l
      where l.workspace_id = $1 and l.connection_id = $2 and l.company_id = any($3::text[]) and (
        select a.deleted from index_accounts a where a.workspace_id = $1 and a.connection_id = $2 and a.account_id = l.account_id) is not true`,
    [index.workspaceId, index.connectionId, companyIds.map(storable)], { name: 'matching.links' });
    return new Map(rows.map((row) => [row.company_id, { accountId: row.account_id, origin: row.origin }]));
  }

  async list(index: IndexId, query: { companyIds: readonly string[]; after: string; limit: number }): Promise<StoredLink[]> {
    const rows = await this.database.query<LinkRow>(`select company_id, account_id, origin, linked_at from company_links
      where workspace_id = $1 and connection_id = $2 and company_id > $3 and (cardinality($4::text[]) = 0 or company_id = any($4::text[]))
      order by company_id limit $5`, [index.workspaceId, index.connectionId, query.after, query.companyIds.map(storable), query.limit]);
    return rows.map((row) => ({ companyId: row.company_id, connectionId: index.connectionId, accountId: row.account_id, origin: row.origin, linkedAt: row.linked_at }));
  }

  async remove(tx: Transaction, index: IndexId): Promise<void> {
    await tx.execute('delete from company_links where workspace_id = $1 and connection_id = $2', [index.workspaceId, index.connectionId]);
  }

  async add(tx: Transaction, index: IndexId, links: readonly { companyId: string; accountId: string; origin: string }[]): Promise<void> {
    const latest = [...new Map(links.map((link) => [link.companyId, link])).values()];
    if (latest.length === 0) return;
    await tx.execute(`insert into company_links (workspace_id, connection_id, company_id, account_id, origin)
      select $1, $2, * from unnest($3::text[], $4::text[], $5::text[]) order by 3
      on conflict (workspace_id, connection_id, company_id) do update set account_id = excluded.account_id, origin = excluded.origin, linked_at = now()
        where company_links.account_id <> excluded.account_id`,
    [index.workspaceId, index.connectionId, latest.map((l) => storable(l.companyId)), latest.map((l) => storable(l.accountId)), latest.map((l) => l.origin)]);
    await askWhereFollowed(tx, index, latest.map((l) => l.companyId));
  }
}
