import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { IndexId } from '../../application/ports.ts';
import { PROFILE_VERSION, type CompanyFacts } from '../../domain/profile.ts';
import type { Standing } from '../../domain/tie-breakers.ts';
import { changeOf, keepChanges, type AccountChange } from './account-changes.ts';
import { columnsOf, storable } from './account-rows.ts';
import { STANDING_COLUMNS, STANDING_TYPES, standingRow } from './account-standings.ts';
import { KeyChanges, NOT_INDEXED, besideKeys, indexedOf, numbersText, type Indexed } from './key-changes.ts';
import { PendingKeys } from './pending-keys.ts';

/** A record of the CRM's Account object after a change. */
export interface ChangedAccount extends CompanyFacts {
  accountId: string;
  deleted: boolean;
  /** What tie-breakers go by; left out: nothing is known. */
  standing?: Standing;
}

interface Space {
  space: number;
  next_number: number;
  accounts: number;
  /** Accounts of it wait for their keys. */
  filling: boolean;
}

interface Known extends Indexed {
  account_id: string;
  number: number | null;
  deleted: boolean;
  sequence: number;
}

interface Written {
  row: readonly unknown[];
  number: number;
  isNew: boolean;
  change: AccountChange | undefined;
}

const PROFILE_COLUMNS = ['name', 'website', 'country', 'deleted', 'number', 'packed', 'keys', 'tie', 'site_number', 'country_number'];
const COLUMNS = ['account_id', ...PROFILE_COLUMNS, ...STANDING_COLUMNS];
/** Keys come as the text of an array. */
const TYPES = ['text', 'text', 'text', 'text', 'boolean', 'int', 'text', 'text', 'int', 'int', 'smallint', ...STANDING_TYPES];
/**
 * As many new accounts in one call, and as large a share of those that there are, begin a mass: their keys are written later, with
 * those of many others. While any wait for theirs it goes on. What a run creates in a large CRM is none, and is found at once.
 */
const MASS = { accounts: 50, share: 1 / 20 };

const given = (column: string): string => (column === 'keys' ? 'u.keys::bigint[]' : `u.${column}`);
const assigned = (columns: readonly string[]): string => columns.map((column) => `${column} = ${given(column)}`).join(', ');
const unnested = (from: number): string => `unnest(${TYPES.map((type, at) => `$${at + from}::${type}[]`).join(', ')}) as u (${COLUMNS.join(', ')})`;

/** Writes the match index. Everything of one connection is written under the lock of its row in index_positions. */
export class IndexWriter {
  private readonly pending: PendingKeys;

  constructor(private readonly database: Database) {
    this.pending = new PendingKeys(database);
  }

  /** Writes the keys of accounts that wait for it, and gives how many those were. */
  writePending(): Promise<number> {
    return this.pending.write();
  }

  /** Takes changes in; what is older than the index already knows changes nothing. The cost goes by the number of changes. */
  async take(tx: Transaction, index: IndexId, changes: readonly ChangedAccount[], sequence: number): Promise<void> {
    const [space] = await tx.query<Space>(`insert into index_positions as p (workspace_id, connection_id, sequence, engine) values ($1, $2, $3, $4)
      on conflict (workspace_id, connection_id) do update set sequence = greatest(p.sequence, excluded.sequence), changed_at = now() returning space, next_number, accounts, exists (select from index_pending w where w.space = p.space) as filling`,
    [index.workspaceId, index.connectionId, sequence, PROFILE_VERSION]);
    // The last state of a record that stands in one message twice.
    const latest = new Map(changes.map((change) => [storable(change.accountId), change]));
    if (latest.size === 0) return;
    const known = await this.known(tx, index, [...latest.keys()]);
    const newer = [...latest].filter(([id]) => (known.get(id)?.sequence ?? 0) <= sequence);
    await this.write(tx, index, space as Space, newer.map(([accountId, change]) => ({ ...change, accountId })), known, sequence);
  }

  /** The connection was deleted: nothing is decided by its accounts any more. */
  async remove(tx: Transaction, index: IndexId): Promise<void> {
    const here = [index.workspaceId, index.connectionId];
    // First what is pending: nothing is written to the keys after it.
    for (const table of ['index_pending', 'index_keys', 'index_words']) {
      await tx.execute(`delete from ${table} where space = (select space from index_positions where workspace_id = $1 and connection_id = $2 for update)`, here);
    }
    for (const table of ['index_accounts', 'index_positions']) await tx.execute(`delete from ${table} where workspace_id = $1 and connection_id = $2`, here);
  }

  /**
   * Works out up to `limit` accounts of a connection anew that an older engine wrote, and gives how many. Any number of replicas may
   * do so side by side. The last of a connection makes it known that decisions may go by its index again.
   */
  renew(limit: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      const [space] = await tx.query<Space & { workspace_id: string; connection_id: string }>(`select workspace_id, connection_id, space, next_number, accounts, false as filling from index_positions p
        where engine < $1 or exists (select 1 from index_accounts a where a.profile_version < $1 and a.workspace_id = p.workspace_id and a.connection_id = p.connection_id)
        order by space limit 1 for update skip locked`, [PROFILE_VERSION]);
      if (!space) return 0;
      const index = { workspaceId: space.workspace_id, connectionId: space.connection_id };
      const rows = await tx.query<Known & CompanyFacts>(`select account_id, name, website, country, number, keys, packed, deleted, sequence from index_accounts
        where profile_version < $1 and workspace_id = $2 and connection_id = $3 order by account_id limit $4`, [PROFILE_VERSION, index.workspaceId, index.connectionId, limit]);
      const changes = rows.map(({ account_id: accountId, name, website, country, deleted }) => ({ accountId, name, website, country, deleted }));
      await this.write(tx, index, space, changes, new Map(rows.map((row) => [row.account_id, row])), undefined);
      if (rows.length < limit) {
        await tx.execute(`update index_positions set engine = $3, accounts = (select count(*) from index_accounts where workspace_id = $1 and connection_id = $2 and not deleted)
          where workspace_id = $1 and connection_id = $2`, [index.workspaceId, index.connectionId, PROFILE_VERSION]);
      }
      return Math.max(1, rows.length);
    });
  }

  private async known(tx: Transaction, index: IndexId, ids: readonly string[]): Promise<Map<string, Known>> {
    const rows = await tx.query<Known>(`select account_id, number, keys, packed, deleted, sequence from index_accounts
      where workspace_id = $1 and connection_id = $2 and account_id = any($3::text[])`, [index.workspaceId, index.connectionId, ids]);
    return new Map(rows.map((row) => [row.account_id, row]));
  }

  /** @param sequence undefined: as it is */
  private async write(tx: Transaction, index: IndexId, space: Space, changes: readonly ChangedAccount[], known: ReadonlyMap<string, Known>, sequence: number | undefined): Promise<void> {
    const keys = new KeyChanges();
    const waiting = await this.pending.lock(tx, space.space, [...known.values()].flatMap(({ number }) => number ?? []));
    const fresh = changes.filter((change) => !change.deleted && !known.has(change.accountId)).length;
    const mass = fresh >= MASS.accounts && (space.filling || fresh >= space.accounts * MASS.share);
    const pending: number[] = [];
    let next = space.next_number;
    let more = 0;
    const written = changes.map((change): Written => {
      const before = known.get(change.accountId);
      const number = before?.number ?? next;
      if (number === next) next += 1;
      const facts = { name: storable(change.name), website: storable(change.website), country: storable(change.country) };
      const after = change.deleted ? NOT_INDEXED : indexedOf(facts);
      if (mass && before === undefined) pending.push(number);
      // What is pending has no keys yet, and gets those that it has then.
      else if (!waiting.has(number)) keys.change(change.accountId, number, before ?? NOT_INDEXED, after);
      more += Number(!change.deleted) - Number(before !== undefined && !before.deleted);
      const row = [change.accountId, facts.name, facts.website, facts.country, change.deleted, number, after.packed, `{${after.keys.join(',')}}`, ...besideKeys(change.accountId, after), ...standingRow(change.standing)];
      return { number, isNew: before === undefined, row, change: changeOf(change.accountId, before ?? NOT_INDEXED, after) };
    });
    await this.writeAccounts(tx, index, space, written, sequence);
    await this.writeKeys(tx, space, keys);
    // What a renewal changes is decided about with all companies.
    if (sequence !== undefined) await keepChanges(tx, index, written.flatMap((one) => one.change ?? []));
    await this.pending.add(tx, space.space, pending, sequence ?? 0);
    await tx.execute('update index_positions set next_number = $3, accounts = accounts + $4, changes = changes + $5 where workspace_id = $1 and connection_id = $2', [index.workspaceId, index.connectionId, next, more, changes.length]);
  }

  private async writeAccounts(tx: Transaction, index: IndexId, { space }: Space, written: readonly Written[], sequence: number | undefined): Promise<void> {
    const fresh = written.filter((one) => one.isNew).map((one) => one.row);
    if (fresh.length > 0) {
      await tx.execute(`insert into index_accounts (workspace_id, connection_id, sequence, profile_version, space, ${COLUMNS.join(', ')})
        select $1, $2, $3, $4, $5, ${COLUMNS.map(given).join(', ')} from ${unnested(6)} order by u.account_id`,
      [index.workspaceId, index.connectionId, sequence ?? 0, PROFILE_VERSION, space, ...columnsOf(fresh, COLUMNS.length)]);
    }
    const changed = written.filter((one) => !one.isNew).map((one) => one.row);
    if (changed.length === 0) return;
    const stays = sequence === undefined;
    await tx.execute(`update index_accounts i set ${assigned(PROFILE_COLUMNS)}, space = $5, profile_version = $4 ${stays ? '' : `, changed_at = now(), sequence = $3, ${assigned(STANDING_COLUMNS)}`}
      from ${unnested(6)} where i.workspace_id = $1 and i.connection_id = $2 and i.account_id = u.account_id ${stays ? 'and $3::bigint is null' : ''}`,
    [index.workspaceId, index.connectionId, sequence ?? null, PROFILE_VERSION, space, ...columnsOf(changed, COLUMNS.length)]);
  }

  private async writeKeys(tx: Transaction, { space }: Space, { gone, come }: KeyChanges): Promise<void> {
    if (gone[0].length > 0) {
      // One look by key for each: as a join it becomes a walk over the whole index.
      await tx.execute(`delete from index_keys where ctid = any(array(select i.ctid from unnest($2::bigint[], $3::int[]) as u (key, number)
        cross join lateral (select k.ctid from index_keys k where k.space = $1 and k.key = u.key and k.number = u.number offset 0) as i))`, [space, ...gone.map(numbersText)]);
    }
    if (come[0].length > 0) {
      await tx.execute(`insert into index_keys (space, key, number, tie, site, country)
        select $1, u.* from unnest($2::bigint[], $3::int[], $4::int[], $5::int[], $6::smallint[]) as u (key, number, tie, site, country) order by u.key`, [space, ...come.map(numbersText)]);
    }
  }
}
