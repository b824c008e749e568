import { TOPICS, type matching } from '@signalbox/contracts';
import { chunk } from '@signalbox/kernel';
import { Outbox } from '@signalbox/platform-messaging';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { DecidedCompany } from '../../application/company-accounts-ports.ts';
import type { IndexId } from '../../application/ports.ts';
import { sameAccounts, type CompanyAccount } from '../../domain/company-accounts.ts';
import { columnsOf, storable } from './account-rows.ts';

interface PairRow {
  account_id: string;
  company_id: string;
  rule: string;
  score: number;
}

const outbox = new Outbox();
const COMPANIES_PER_MESSAGE = 500;
const PAGE = 5_000;
const PAIRS_PER_MESSAGE = 1_000;

/** One look by key for each, here and below: where statistics are old, a join becomes a walk through the whole connection. */
const present = (tx: Transaction, index: IndexId, companyIds: readonly string[]): Promise<PairRow[]> =>
  tx.query<PairRow>(`select a.account_id, a.company_id, a.rule, a.score from unnest($3::text[]) as u (id)
    cross join lateral (select * from company_accounts where workspace_id = $1 and connection_id = $2 and company_id = u.id offset 0) as a order by a.account_id`, [index.workspaceId, index.connectionId, companyIds]);

/** Writes what became of these companies' accounts, and tells of those that are other accounts now. */
export async function writePairs(tx: Transaction, index: IndexId, decided: readonly DecidedCompany[]): Promise<void> {
  const before = new Map<string, CompanyAccount[]>();
  for (const { company_id: id, account_id: accountId, rule, score } of await present(tx, index, decided.map(({ company }) => company.id))) before.set(id, [...(before.get(id) ?? []), { accountId, rule, score }]);
  const gone: [string, string][] = [];
  const come: [string, string, string, number][] = [];
  const told: matching.CompanyWithAccounts[] = [];
  for (const { company: { id }, accounts } of decided) {
    const had = before.get(id) ?? [];
    const has = new Set(accounts.map((one) => one.accountId));
    for (const { accountId } of had) if (!has.has(accountId)) gone.push([accountId, id]);
    for (const { accountId, rule, score } of accounts) if (!had.some((one) => one.accountId === accountId && one.rule === rule && one.score === score)) come.push([accountId, id, rule, score]);
    if (!sameAccounts(had, accounts)) told.push({ companyId: id, accountIds: [...has] });
  }
  const here = [index.workspaceId, index.connectionId];
  if (gone.length > 0) {
    await tx.execute(`delete from company_accounts where ctid = any(array(select a.ctid from unnest($3::text[], $4::text[]) as u (account_id, company_id)
      cross join lateral (select ctid from company_accounts where workspace_id = $1 and connection_id = $2 and account_id = u.account_id and company_id = u.company_id offset 0) as a))`, [...here, ...columnsOf(gone, 2)]);
  }
  if (come.length > 0) {
    await tx.execute(`insert into company_accounts (workspace_id, connection_id, account_id, company_id, rule, score)
      select $1, $2, u.* from unnest($3::text[], $4::text[], $5::text[], $6::float8[]) as u (account_id, company_id, rule, score) order by u.account_id collate "C"
      on conflict (workspace_id, connection_id, account_id, company_id) do update set rule = excluded.rule, score = excluded.score`, [...here, ...columnsOf(come.map(([account, ...rest]) => [storable(account), ...rest]), 4)]);
  }
  await tellPairs(tx, index, told);
}

/** Tells which accounts these companies are. Who calls it holds the row of `company_follows`: the numbers come in the order of what they tell. */
export async function tellPairs(tx: Transaction, index: IndexId, told: readonly matching.CompanyWithAccounts[]): Promise<void> {
  const messages = chunk(told, COMPANIES_PER_MESSAGE);
  if (messages.length === 0) return;
  const [row] = await tx.query<{ before: number }>('update company_follows set told = told + $3 where workspace_id = $1 and connection_id = $2 returning told - $3 as before', [index.workspaceId, index.connectionId, messages.length]);
  await outbox.add(tx, TOPICS.companyAccountsChanged, messages.map((companies, i): matching.CompanyAccountsChanged => ({ ...index, companies, connectionRemoved: false, sequence: row!.before + i + 1 })));
}

export const tellRemoved = (tx: Transaction, index: IndexId): Promise<string[]> => outbox.add(tx, TOPICS.companyAccountsChanged, [{ ...index, companies: [], connectionRemoved: true, sequence: 0 }]);

const after = (database: Database, { workspaceId, connectionId }: IndexId, account: string, company: string): Promise<PairRow[]> => {
  const page = database.query<PairRow>(`select account_id, company_id, rule, score from company_accounts
    where workspace_id = $1 and connection_id = $2 and (account_id, company_id) > ($3, $4) order by account_id, company_id limit ${PAGE}`, [workspaceId, connectionId, account, company], { name: 'matching.pairs' });
  page.catch(() => undefined); // thrown when it is its turn
  return page;
};

/** Every pair of the connection in the order of its key; a page is read while the one before is taken. It is no snapshot. */
export async function* streamPairs(database: Database, index: IndexId): AsyncGenerator<(CompanyAccount & { companyId: string })[]> {
  for (let next: Promise<PairRow[]> | undefined = after(database, index, '', ''); next;) {
    const rows: PairRow[] = await next;
    const last = rows.at(-1);
    next = last && rows.length === PAGE ? after(database, index, last.account_id, last.company_id) : undefined;
    for (const part of chunk(rows, PAIRS_PER_MESSAGE)) yield part.map((row) => ({ accountId: row.account_id, companyId: row.company_id, rule: row.rule, score: row.score }));
  }
}
