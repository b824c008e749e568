import type { IdSource } from '@signalbox/kernel';
import type { Transaction } from '@signalbox/platform-postgres';
import type { SourceColumns, UpsertOutcome } from '../../application/ports.ts';
import type { CompanyDraft } from '../../domain/company.ts';
import { nextVersion, reachVersion } from './companies-version.ts';

/** Columns that a company's field fills. */
const COLUMNS_OF = {
  name: ['name'], website: ['website', 'domain'], country: ['country', 'country_key'], industry: ['industry'],
  employees: ['employees'], annualRevenue: ['annual_revenue'],
} as const;

interface Latest {
  company: CompanyDraft;
  id: string;
}

const same = (a: CompanyDraft, b: CompanyDraft) => JSON.stringify(a) === JSON.stringify(b);

/** The statement; with `source` only what the source has is changed in companies that are there. */
function statement(source: SourceColumns | undefined): string {
  const fields = (Object.keys(COLUMNS_OF) as (keyof typeof COLUMNS_OF)[]).filter((field) => !source || source.fields.has(field));
  const columns = fields.flatMap((field) => COLUMNS_OF[field]);
  const attributes = source ? '(companies.attributes - $13::text[]) || excluded.attributes' : 'excluded.attributes';
  return `insert into companies (workspace_id, id, source_id, name, website, domain, country, country_key, industry, employees, annual_revenue, attributes, changed_version)
    select $1::text, i.*, $2::bigint from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::float8[], $14::jsonb[]) i where $13::text[] is not null
    on conflict (workspace_id, source_id) do update set ${columns.map((c) => `${c} = excluded.${c}`).join(', ')},
      attributes = ${attributes}, changed_version = excluded.changed_version, updated_at = now()
    where (${columns.map((c) => `companies.${c}`).join(', ')}, companies.attributes) is distinct from (${columns.map((c) => `excluded.${c}`).join(', ')}, ${attributes})
    returning id, source_id`;
}

async function write(tx: Transaction, workspaceId: string, version: number, latest: Latest[], source: SourceColumns | undefined) {
  const of = <T>(pick: (company: CompanyDraft) => T): T[] => latest.map(({ company }) => pick(company));
  return tx.query<{ id: string; source_id: string }>(statement(source), [
    workspaceId, version, latest.map(({ id }) => id), of((c) => c.sourceId), of((c) => c.name), of((c) => c.website), of((c) => c.domain), of((c) => c.country),
    of((c) => c.countryKey), of((c) => c.industry), of((c) => c.employees), of((c) => c.annualRevenue), source?.attributes ?? [], of((c) => JSON.stringify(c.attributes)),
  ]);
}

async function noteAttributes(tx: Transaction, workspaceId: string, companies: readonly CompanyDraft[]): Promise<void> {
  const names = new Set<string>();
  for (const company of companies) for (const name of Object.keys(company.attributes)) names.add(name);
  if (names.size > 0) await tx.execute('insert into company_attributes (workspace_id, name) select $1, unnest($2::text[]) on conflict do nothing', [workspaceId, [...names]]);
}

/**
 * Creates and updates companies by source id. The same id twice in the list: the last one stands, and the ones after the
 * first are changes of it. Gives an outcome per company, in order; `companyId` of those that did not change only when asked for.
 */
export async function upsertCompanies(tx: Transaction, workspaceId: string, companies: readonly CompanyDraft[], ids: IdSource, options: { source?: SourceColumns; allIds?: boolean } = {}): Promise<UpsertOutcome[]> {
  if (companies.length === 0) return [];
  const version = await nextVersion(tx, workspaceId);
  const latest = new Map<string, Latest>();
  for (const company of companies) latest.set(company.sourceId, { company, id: latest.get(company.sourceId)?.id ?? ids.next() });
  const written = new Map((await write(tx, workspaceId, version, [...latest.values()], options.source)).map((row) => [row.source_id, row.id]));
  const known = new Map(written);
  if (options.allIds && written.size < latest.size) {
    const rows = await tx.query<{ id: string; source_id: string }>('select id, source_id from companies where workspace_id = $1 and source_id = any($2::text[])', [workspaceId, [...latest.keys()]]);
    for (const row of rows) known.set(row.source_id, row.id);
  }
  const created = [...latest].filter(([sourceId, { id }]) => written.get(sourceId) === id).length;
  if (written.size > 0) {
    await noteAttributes(tx, workspaceId, companies);
    await reachVersion(tx, workspaceId, version, created);
  }
  return outcomes(companies, latest, written, known);
}

function outcomes(companies: readonly CompanyDraft[], latest: Map<string, Latest>, written: Map<string, string>, known: Map<string, string>): UpsertOutcome[] {
  const before = new Map<string, CompanyDraft>();
  return companies.map((company) => {
    const { sourceId } = company;
    const companyId = known.get(sourceId) ?? '';
    const earlier = before.get(sourceId);
    before.set(sourceId, company);
    if (earlier) return { companyId, created: false, changed: !same(earlier, company) };
    return { companyId, created: written.get(sourceId) === latest.get(sourceId)!.id, changed: written.has(sourceId) };
  });
}
