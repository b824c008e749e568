import type { segments } from '@signalbox/contracts';
import type { Transaction } from '@signalbox/platform-postgres';
import { columnsOf, storable } from './account-rows.ts';
import { askAbout, followedIn } from './company-questions.ts';

/** An older message that comes late, from the parked ones, changes nothing. */
const TAKE = `insert into companies as c (workspace_id, company_id, version, name, website, country)
  select $1, u.company_id, $2, u.name, u.website, u.country from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as u (company_id, name, website, country) order by u.company_id collate "C"
  on conflict (workspace_id, company_id) do update set version = excluded.version, name = excluded.name, website = excluded.website, country = excluded.country
    where c.version <= excluded.version and (c.name, c.website, c.country) is distinct from (excluded.name, excluded.website, excluded.country)
  returning company_id, xmax = 0 as created`;

/** Takes in what companies became, and asks about those that are others now, in every connection that is followed. */
export async function takeCompanies(tx: Transaction, { workspaceId, version, companies }: segments.CompaniesChanged): Promise<void> {
  const followed = await followedIn(tx, workspaceId);
  const latest = [...new Map(companies.map((one) => [storable(one.companyId), one])).values()];
  const changed = latest.length === 0 ? [] : await tx.query<{ company_id: string; created: boolean }>(TAKE,
    [workspaceId, version, ...columnsOf(latest.map((one) => [one.companyId, one.name, one.website, one.country].map(storable)), 4)]);
  await tx.execute(`insert into company_positions as p (workspace_id, version, companies) values ($1, $2, $3)
    on conflict (workspace_id) do update set version = greatest(p.version, excluded.version), companies = p.companies + excluded.companies`, [workspaceId, version, changed.filter((row) => row.created).length]);
  for (const connectionId of followed) await askAbout(tx, { workspaceId, connectionId }, changed.map((row) => row.company_id));
}
