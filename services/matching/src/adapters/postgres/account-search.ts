import { likeText, type Database } from '@signalbox/platform-postgres';
import type { IndexId } from '../../application/ports.ts';
import type { AccountSearch } from '../../application/review-ports.ts';
import type { CompanyFacts } from '../../domain/profile.ts';
import { storable } from './account-rows.ts';

interface Row extends CompanyFacts {
  account_id: string;
}

/** Accounts for a person who looks for one: by reading, which a person waits for, and no decision does. */
export class PgAccountSearch implements AccountSearch {
  constructor(private readonly database: Database) {}

  async search(index: IndexId, text: string, limit: number): Promise<{ accountId: string; facts: CompanyFacts }[]> {
    const wanted = storable(text.trim());
    const rows = await this.database.query<Row>(`select account_id, name, website, country from index_accounts
      where workspace_id = $1 and connection_id = $2 and not deleted and (account_id = $3 or name ilike $4 or website ilike $4)
      order by account_id = $3 desc, lower(name) = lower($3) desc, name ilike $5 desc, length(name), account_id limit $6`,
    [index.workspaceId, index.connectionId, wanted, `%${likeText(wanted)}%`, `${likeText(wanted)}%`, limit]);
    return rows.map(({ account_id: accountId, name, website, country }) => ({ accountId, facts: { name, website, country } }));
  }
}
