import { chunk } from '@signalbox/kernel';
import type { Transaction } from '@signalbox/platform-postgres';
import type { AccountsOfCompany, ChangedOpportunity, CrmFacts, CrmKey } from '../../application/crm-ports.ts';
import { nextVersion, reachVersion } from './companies-version.ts';
import { isId } from './ids.ts';

/** The CRM's text as PostgreSQL can store it. */
const storable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text);

const here = ({ workspaceId, connectionId }: CrmKey) => [workspaceId, connectionId];

/**
 * Held until the transaction ends: shared by those who store facts, alone by who makes a rule go by the connection, or removes it. So facts
 * are either there when such a rule is first evaluated, or their companies are counted as changed.
 */
export async function lockConnection(tx: Transaction, { workspaceId, connectionId }: CrmKey, how: 'shared' | 'alone'): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock${how === 'shared' ? '_shared' : ''}(hashtextextended($1, 0))`, [`segments.crm/${workspaceId}/${connectionId}`]);
}

interface Entered {
  /** Undefined where no rule goes by the connection; otherwise no other company of the workspace changes meanwhile. */
  version: number | undefined;
}

/** Undefined when the connection was deleted. Of two that store facts of one connection, the second sees what the first has stored. */
async function enter(tx: Transaction, key: CrmKey, how: 'shared' | 'alone'): Promise<Entered | undefined> {
  await lockConnection(tx, key, how);
  const [state] = await tx.query<{ removed: boolean; followed: boolean }>(`select
    exists (select 1 from crm_follows where workspace_id = $1 and connection_id = $2 and removed) as removed,
    exists (select 1 from segment_crm_conditions where workspace_id = $1 and connection_id = $2) as followed`, here(key));
  if (state!.removed) return undefined;
  return { version: state!.followed ? await nextVersion(tx, key.workspaceId) : undefined };
}

/** Gives the accounts of which something is no longer as it was. */
const TAKE_OPPORTUNITIES = `with given as (select * from unnest($4::text[], $5::text[], $6::text[]) as g (record_id, account_id, progress)),
  judged as materialized (
    select g.*, coalesce(o.account_id, '') as was_account, coalesce(o.progress, '') as was_progress
    from given g left join lateral (select * from crm_opportunities r where r.workspace_id = $1 and r.connection_id = $2 and r.record_id = g.record_id limit 1) o on true
    where o.record_id is null or o.sequence <= $3),
  stored as (
    insert into crm_opportunities as r (workspace_id, connection_id, record_id, account_id, progress, sequence)
    select $1, $2, record_id, account_id, progress, $3 from judged order by record_id
    on conflict (workspace_id, record_id, connection_id) do update set account_id = excluded.account_id, progress = excluded.progress, sequence = excluded.sequence
      where r.sequence <= excluded.sequence)
  select distinct v.account_id from judged cross join lateral (values (judged.was_account), (judged.account_id)) v (account_id)
  where (judged.account_id, judged.progress) <> (was_account, was_progress) and v.account_id <> ''`;

interface AccountRow {
  company_id: string;
  account_id: string;
}

/** Companies of which something newer is known. */
const NEWER = 'select distinct company_id from crm_company_accounts where workspace_id = $1 and connection_id = $2 and company_id = any($3::uuid[]) and sequence > $4';

/** `is_new`: it was not there; the number of the others grows. */
const COME = `insert into crm_company_accounts (workspace_id, connection_id, company_id, account_id, sequence)
  select $1, $2, company_id, account_id, $5 from unnest($3::uuid[], $4::text[]) as u (company_id, account_id)
  on conflict (workspace_id, company_id, connection_id, account_id) do update set sequence = excluded.sequence returning company_id, account_id, xmax = 0 as is_new`;

/** What the CRMs' records say of companies, in PostgreSQL. */
export class PgCrmFacts implements CrmFacts {
  async takeOpportunities(tx: Transaction, key: CrmKey, opportunities: readonly ChangedOpportunity[], sequence: number): Promise<void> {
    const entered = await enter(tx, key, 'shared');
    if (!entered) return;
    const latest = [...new Map(opportunities.map((one) => [storable(one.recordId), one])).values()];
    const rows = await tx.query<{ account_id: string }>(TAKE_OPPORTUNITIES, [
      ...here(key), sequence, latest.map((one) => storable(one.recordId)), latest.map((one) => storable(one.accountId)), latest.map((one) => one.progress)]);
    if (entered.version === undefined || rows.length === 0) return;
    const companies = await tx.query<{ company_id: string }>('select distinct company_id from crm_company_accounts where workspace_id = $1 and connection_id = $2 and account_id = any($3::text[])', [...here(key), rows.map((row) => row.account_id)]);
    await countAsChanged(tx, key.workspaceId, entered.version, companies);
  }

  async takeAccounts(tx: Transaction, key: CrmKey, companies: readonly AccountsOfCompany[], sequence: number): Promise<void> {
    const entered = await enter(tx, key, 'shared');
    if (!entered) return;
    const latest = new Map(companies.filter((one) => isId(one.companyId)).map((one) => [one.companyId, one]));
    for (const { company_id: id } of await tx.query<{ company_id: string }>(NEWER, [...here(key), [...latest.keys()], sequence])) latest.delete(id);
    const rows = [...latest.values()].flatMap(({ companyId, accountIds }) => {
      const accounts = [...new Set(accountIds.map(storable))].filter(Boolean);
      return (accounts.length > 0 ? accounts : ['']).map((accountId) => [companyId, accountId] as const);
    });
    const flat = [rows.map(([companyId]) => companyId), rows.map(([, accountId]) => accountId)];
    const gone = await tx.query<AccountRow>(`delete from crm_company_accounts where workspace_id = $1 and connection_id = $2 and company_id = any($3::uuid[])
      and (company_id, account_id) not in (select * from unnest($4::uuid[], $5::text[])) returning company_id, account_id`, [...here(key), [...latest.keys()], ...flat]);
    const kept = await tx.query<AccountRow & { is_new: boolean }>(COME, [...here(key), ...flat, sequence]);
    if (entered.version !== undefined) await countAsChanged(tx, key.workspaceId, entered.version, [...gone, ...kept.filter((row) => row.is_new)].filter((row) => row.account_id !== ''));
  }

  async remove(tx: Transaction, key: CrmKey): Promise<void> {
    const entered = await enter(tx, key, 'alone');
    if (!entered) return;
    await tx.execute(`insert into crm_follows (workspace_id, connection_id, removed) values ($1, $2, true)
      on conflict (workspace_id, connection_id) do update set removed = true`, here(key));
    await tx.execute('delete from crm_opportunities where workspace_id = $1 and connection_id = $2', here(key));
    const companies = await tx.query<{ company_id: string }>('delete from crm_company_accounts where workspace_id = $1 and connection_id = $2 returning company_id', here(key));
    if (entered.version !== undefined) await countAsChanged(tx, key.workspaceId, entered.version, companies);
  }
}

/** So many companies are of one version: those of a version are told, and looked at, together. */
const OF_A_VERSION = 5_000;

/** Their membership is looked at again, as after a change of their own fields. The workspace's companies must be locked. */
async function countAsChanged(tx: Transaction, workspaceId: string, next: number, companies: readonly { company_id: string }[]): Promise<void> {
  let version = next;
  for (const ids of chunk([...new Set(companies.map((one) => one.company_id))], OF_A_VERSION)) {
    const changed = await tx.execute('update companies set changed_version = $2 where workspace_id = $1 and id = any($3::uuid[])', [workspaceId, version, ids]);
    if (changed > 0) version += 1;
  }
  if (version > next) await reachVersion(tx, workspaceId, version - 1);
}
