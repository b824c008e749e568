import type { matching } from '@signalbox/contracts';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { PairsAgain } from '../../application/company-accounts-ports.ts';
import type { IndexId } from '../../application/ports.ts';
import { tellPairs } from './company-pairs.ts';
import { wakeForQuestions } from './company-questions.ts';

const COMPANIES_AT_ONCE = 500;
/** Other connections wait for no longer. */
const PAGES_IN_TURN = 20;
const here = ({ workspaceId, connectionId }: IndexId): [string, string] => [workspaceId, connectionId];

/** The next companies that are accounts, each with all of these: by the index on companies, one after the other, so that a page costs a page. */
const NEXT = `with recursive next as (
    (select company_id, 1 as n from company_accounts where workspace_id = $1 and connection_id = $2 and company_id > $3 order by company_id limit 1)
    union all
    select (select a.company_id from company_accounts a where a.workspace_id = $1 and a.connection_id = $2 and a.company_id > next.company_id order by a.company_id limit 1), n + 1
    from next where next.company_id is not null and n < ${COMPANIES_AT_ONCE})
  select n.company_id as "companyId", array(select a.account_id from company_accounts a where a.workspace_id = $1 and a.connection_id = $2 and a.company_id = n.company_id order by a.account_id) as "accountIds"
  from next n where n.company_id is not null order by n.company_id`;

/** Tells the kept pairs of a connection once more, a page at a time, in order with what changes meanwhile. It goes on where it broke off. */
export class PgPairsAgain implements PairsAgain {
  readonly name = 'telling the accounts of companies again';

  constructor(private readonly database: Database) {}

  ask(index: IndexId): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.execute(`insert into company_accounts_again (workspace_id, connection_id) values ($1, $2)
        on conflict (workspace_id, connection_id) do update set after = ''`, here(index));
      await wakeForQuestions(tx);
    });
  }

  async waiting(): Promise<IndexId[]> {
    return this.database.query<IndexId>('select workspace_id as "workspaceId", connection_id as "connectionId" from company_accounts_again');
  }

  async turn(index: IndexId): Promise<void> {
    for (let page = 0; page < PAGES_IN_TURN; page += 1) if (await this.database.transaction((tx) => this.page(tx, index))) return;
  }

  /** True when it was the last. */
  private async page(tx: Transaction, index: IndexId): Promise<boolean> {
    // Who writes pairs holds this, too: an event is never behind a later one of the same company.
    const followed = await tx.query('select 1 from company_follows where workspace_id = $1 and connection_id = $2 for update', here(index));
    const [again] = await tx.query<{ after: string }>('select after from company_accounts_again where workspace_id = $1 and connection_id = $2 for update', here(index));
    if (!again) return true;
    const companies = followed.length === 0 ? [] : await tx.query<matching.CompanyWithAccounts>(NEXT, [...here(index), again.after]);
    await tellPairs(tx, index, companies);
    const end = companies.length < COMPANIES_AT_ONCE;
    if (end) await tx.execute('delete from company_accounts_again where workspace_id = $1 and connection_id = $2', here(index));
    else await tx.execute('update company_accounts_again set after = $3 where workspace_id = $1 and connection_id = $2', [...here(index), companies.at(-1)!.companyId]);
    return end;
  }
}
