import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { AccountIndex, FoundAccounts, IndexId } from '../../application/ports.ts';
import type { Account } from '../../domain/decision.ts';
import { MOST_PER_KEY } from '../../domain/neighbours.ts';
import { PROFILE_VERSION, type CompanyFacts, type Profile } from '../../domain/profile.ts';
import { ACCOUNT_COLUMNS, columnsOf, factColumns, storable, toAccount, type AccountRow } from './account-rows.ts';

/** A record of the CRM's Account object after a change. */
export interface ChangedAccount extends CompanyFacts {
  accountId: string;
  deleted: boolean;
}

/** One more than are compared, to tell that there are more. */
const LIMITS = { domain: MOST_PER_KEY.domain + 1, host: MOST_PER_KEY.host + 1, name_key: MOST_PER_KEY.name + 1 } as const;
type Key = keyof typeof LIMITS;
const KEYS = Object.keys(LIMITS) as Key[];

const findByKey = (key: Key, parameter: number): string => `
  select '${key}' as kind, wanted.key, a.* from unnest($${parameter}::text[]) as wanted (key) cross join lateral (
    select ${ACCOUNT_COLUMNS} from index_accounts
    where workspace_id = $1 and connection_id = $2 and ${key} = wanted.key and ${key} <> '' and not deleted
    order by account_id limit ${LIMITS[key]}) as a`;
const FIND = KEYS.map((key, at) => findByKey(key, at + 3)).join(' union all ');

const SHARES_A_KEY = (key: Key): string => `exists (select 1 from index_accounts b where b.workspace_id = a.workspace_id and b.connection_id = a.connection_id
  and b.${key} = a.${key} and b.${key} <> '' and not b.deleted and b.account_id <> a.account_id)`;

const TYPES = ['text', ...Array.from({ length: 10 }, () => 'text'), 'int', 'boolean'];

/** The match index in PostgreSQL. */
export class PgAccountIndex implements AccountIndex {
  constructor(private readonly database: Database) {}

  async find(index: IndexId, profiles: readonly Profile[]): Promise<FoundAccounts> {
    const distinct = (values: string[]): string[] => [...new Set(values)].filter((v) => v !== '').map(storable);
    const keys = [distinct(profiles.map((p) => p.domain)), distinct(profiles.map((p) => p.host)), distinct(profiles.map((p) => p.nameKey))];
    const rows = await this.database.query<AccountRow & { kind: Key; key: string }>(FIND, [index.workspaceId, index.connectionId, ...keys]);
    const found = { domain: new Map<string, Account[]>(), host: new Map<string, Account[]>(), name_key: new Map<string, Account[]>() };
    const accounts = new Map<string, Account>();
    for (const row of rows) {
      let account = accounts.get(row.account_id);
      if (!account) accounts.set(row.account_id, account = toAccount(row));
      const list = found[row.kind].get(row.key);
      if (list) list.push(account);
      else found[row.kind].set(row.key, [account]);
    }
    return { byDomain: found.domain, byHost: found.host, byName: found.name_key };
  }

  async one(index: IndexId, accountId: string): Promise<Account | undefined> {
    const [row] = await this.database.query<AccountRow>(
      `select ${ACCOUNT_COLUMNS} from index_accounts where workspace_id = $1 and connection_id = $2 and account_id = $3 and not deleted`, [index.workspaceId, index.connectionId, storable(accountId)]);
    return row && toAccount(row);
  }

  async position(index: IndexId): Promise<{ sequence: number; accounts: number }> {
    const [row] = await this.database.query<{ sequence: number; accounts: number }>(`
      select coalesce((select sequence from index_positions where workspace_id = $1 and connection_id = $2), 0) as sequence,
        (select count(*) from index_accounts where workspace_id = $1 and connection_id = $2 and not deleted) as accounts`, [index.workspaceId, index.connectionId]);
    return row ?? { sequence: 0, accounts: 0 };
  }

  async *accountsWithCompany(index: IndexId): AsyncGenerator<Account> {
    const columns = ACCOUNT_COLUMNS.split(', ').map((c) => `a.${c}`).join(', ');
    const rows = this.database.stream<AccountRow>(`select ${columns} from index_accounts a
      where a.workspace_id = $1 and a.connection_id = $2 and not a.deleted and (${SHARES_A_KEY('domain')} or ${SHARES_A_KEY('name_key')})
      order by a.account_id`, [index.workspaceId, index.connectionId]);
    for await (const row of rows) yield toAccount(row);
  }

  /** Takes changes in with one statement; what is older than the index already knows changes nothing. */
  async take(tx: Transaction, index: IndexId, changes: readonly ChangedAccount[], sequence: number): Promise<void> {
    // The last state of a record that stands in one message twice.
    const latest = [...new Map(changes.map((change) => [change.accountId, change])).values()];
    const rows = latest.map((change) => [storable(change.accountId), ...factColumns(change), change.deleted]);
    const columns = columnsOf(rows, TYPES.length);
    const unnested = TYPES.map((type, at) => `$${at + 4}::${type}[]`).join(', ');
    const names = `${ACCOUNT_COLUMNS}, profile_version, deleted`;
    const updates = `${names}, sequence`.split(', ').slice(1).map((name) => `${name} = excluded.${name}`).join(', ');
    if (latest.length > 0) {
      await tx.execute(`insert into index_accounts as i (workspace_id, connection_id, sequence, ${names})
        select $1, $2, $3, u.* from unnest(${unnested}) as u order by 4
        on conflict (workspace_id, connection_id, account_id) do update set ${updates}, changed_at = now() where i.sequence <= excluded.sequence`,
      [index.workspaceId, index.connectionId, sequence, ...columns]);
    }
    await tx.execute(`insert into index_positions as p (workspace_id, connection_id, sequence) values ($1, $2, $3)
      on conflict (workspace_id, connection_id) do update set sequence = excluded.sequence, changed_at = now() where p.sequence < excluded.sequence`,
    [index.workspaceId, index.connectionId, sequence]);
  }

  /** The connection was deleted: nothing is decided by its accounts any more. */
  async remove(tx: Transaction, index: IndexId): Promise<void> {
    for (const table of ['index_accounts', 'index_positions']) await tx.execute(`delete from ${table} where workspace_id = $1 and connection_id = $2`, [index.workspaceId, index.connectionId]);
  }

  /**
   * Works out the profiles of up to `limit` accounts anew that an older engine wrote, and gives how many. Any number of
   * replicas may do so side by side.
   */
  renew(limit: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<AccountRow & { workspace_id: string; connection_id: string }>(`select workspace_id, connection_id, ${ACCOUNT_COLUMNS} from index_accounts
        where profile_version < $1 order by profile_version, workspace_id, connection_id, account_id limit $2 for update skip locked`, [PROFILE_VERSION, limit]);
      if (rows.length === 0) return 0;
      const columns = columnsOf(rows.map((row) => [row.workspace_id, row.connection_id, row.account_id, ...factColumns(row).slice(3)]), 11);
      const names = [...ACCOUNT_COLUMNS.split(', ').slice(4), 'profile_version'];
      await tx.execute(`update index_accounts i set ${names.map((name) => `${name} = u.${name}`).join(', ')}
        from unnest(${columns.map((_, at) => `$${at + 1}::${at === 10 ? 'int' : 'text'}[]`).join(', ')}) as u (workspace_id, connection_id, account_id, ${names.join(', ')})
        where i.workspace_id = u.workspace_id and i.connection_id = u.connection_id and i.account_id = u.account_id`, columns);
      return rows.length;
    });
  }
}
