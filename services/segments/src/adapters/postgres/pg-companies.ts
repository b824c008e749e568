import type { segments, types } from '@signalbox/contracts';
import type { IdSource } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import { toPage, type Page, type PageAsked } from '../../application/page.ts';
import type { Companies, UpsertOutcome } from '../../application/ports.ts';
import type { CompanyDraft } from '../../domain/company.ts';
import { compileRule } from '../../domain/rules/compile-rule.ts';
import { COMPANY_COLUMNS, toCompany, type CompanyRecord } from './company-rows.ts';
import { isId } from './ids.ts';
import { upsertCompanies } from './upsert.ts';

/** Companies in PostgreSQL. */
export class PgCompanies implements Companies {
  constructor(
    private readonly database: Database,
    private readonly ids: IdSource,
  ) {}

  upsert(workspaceId: string, companies: readonly CompanyDraft[]): Promise<UpsertOutcome[]> {
    return this.database.transaction((tx) => upsertCompanies(tx, workspaceId, companies, this.ids, { allIds: true }));
  }

  async list(workspaceId: string, search: string, page: PageAsked): Promise<Page<types.Company>> {
    const wanted = search.trim();
    const after = page.after?.[0];
    const rows = after !== undefined && !isId(after) ? [] : await this.database.query<CompanyRecord>(
      `select ${COMPANY_COLUMNS} from companies c
       where c.workspace_id = $1 and ($2::uuid is null or c.id > $2::uuid)
         and ($3 = '' or position(lower($3) in lower(c.name)) > 0 or position(lower($3) in c.domain) > 0)
       order by c.id limit $4`, [workspaceId, after ?? null, wanted, page.limit + 1]);
    const total = wanted === '' ? await this.count(workspaceId) : -1;
    return toPage(rows, page, total, (row) => [row.id], toCompany);
  }

  async attributeNames(workspaceId: string): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>('select name from company_attributes where workspace_id = $1 order by name', [workspaceId]);
    return rows.map((row) => row.name);
  }

  async preview(workspaceId: string, rule: segments.RuleNode, sampleSize: number): Promise<{ size: number; sample: types.Company[] }> {
    const { sql, params } = compileRule(rule, 2);
    const where = `from companies c where c.workspace_id = $1 and (${sql})`;
    return this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ size: number }>(`select count(*) as size ${where}`, [workspaceId, ...params]);
      const sample = await tx.query<CompanyRecord>(`select ${COMPANY_COLUMNS} ${where} order by c.id limit ${sampleSize}`, [workspaceId, ...params]);
      return { size: row!.size, sample: sample.map(toCompany) };
    }, { isolation: 'repeatable read', readOnly: true });
  }

  private async count(workspaceId: string): Promise<number> {
    const [row] = await this.database.query<{ companies: number }>('select companies from workspaces where workspace_id = $1', [workspaceId]);
    return row?.companies ?? 0;
  }
}

/** Companies of all workspaces, for metrics. */
export async function countCompanies(database: Database): Promise<number> {
  const [row] = await database.query<{ companies: number }>('select coalesce(sum(companies), 0)::bigint as companies from workspaces');
  return row!.companies;
}
