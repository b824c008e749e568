import { TOPICS, type segments } from '@signalbox/contracts';
import { chunk } from '@signalbox/kernel';
import { Outbox } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import type { CompaniesPosition, CompanyNews } from '../../application/ports.ts';

interface NewsRow {
  /** Up to which version is told now. */
  version: number;
  /** Null in the one row that there is when nothing is to be told. */
  id: string | null;
  name: string;
  website: string;
  country: string;
  changed_version: number;
}

const outbox = new Outbox();
const COMPANIES_PER_MESSAGE = 500;

/** One statement, and so one snapshot: versions become visible in their order, and what changes again meanwhile comes later. Versions are told as a whole. */
const NEXT = `with reach as (select coalesce(
    (select changed_version from companies where workspace_id = $1 and changed_version > $2 order by changed_version offset $3 limit 1),
    (select companies_version from workspaces where workspace_id = $1), $2::bigint) as version)
  select r.version, c.id, c.name, c.website, c.country, c.changed_version from reach r
    left join companies c on c.workspace_id = $1 and c.changed_version > $2 and c.changed_version <= r.version order by c.changed_version, c.id`;

/** How far companies have been told; in a table of its own, so that who writes companies never waits for who tells of them. */
export class PgCompanyNews implements CompanyNews {
  constructor(private readonly database: Database) {}

  async waiting(): Promise<string[]> {
    const rows = await this.database.query<{ workspace_id: string }>(`select w.workspace_id from workspaces w
      where w.companies_version > coalesce((select t.version from company_news t where t.workspace_id = w.workspace_id), 0)`);
    return rows.map((row) => row.workspace_id);
  }

  async position(workspaceId: string): Promise<CompaniesPosition> {
    const [row] = await this.database.query<CompaniesPosition>('select companies_version as version, companies from workspaces where workspace_id = $1', [workspaceId]);
    return row ?? { version: 0, companies: 0 };
  }

  tell(workspaceId: string, most: number): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await tx.execute('insert into company_news (workspace_id) select workspace_id from workspaces where workspace_id = $1 on conflict do nothing', [workspaceId]);
      // Replicas tell one after the other: messages are added in the order of the versions.
      const [told] = await tx.query<{ version: number }>('select version from company_news where workspace_id = $1 for update', [workspaceId]);
      if (!told) return true;
      const rows = await tx.query<NewsRow>(NEXT, [workspaceId, told.version, most]);
      const version = rows[0]!.version;
      if (version === told.version) return true;
      const companies = rows.filter((row) => row.id !== null);
      await outbox.add(tx, TOPICS.companiesChanged, messagesOf(workspaceId, companies, version));
      await tx.execute('update company_news set version = $2 where workspace_id = $1', [workspaceId, version]);
      return companies.length < most;
    });
  }
}

/** Each says the version below the next one's first company: up to there everything has been told with it. */
function messagesOf(workspaceId: string, rows: readonly NewsRow[], version: number): segments.CompaniesChanged[] {
  const parts = chunk(rows, COMPANIES_PER_MESSAGE);
  if (parts.length === 0) return [{ workspaceId, version, companies: [] }];
  return parts.map((part, at) => {
    const next = parts[at + 1]?.[0];
    return { workspaceId, version: next ? next.changed_version - 1 : version, companies: part.map(({ id, name, website, country }) => ({ companyId: id!, name, website, country })) };
  });
}
