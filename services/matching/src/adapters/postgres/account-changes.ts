import type { Transaction } from '@signalbox/platform-postgres';
import type { IndexId } from '../../application/ports.ts';
import { KEY_WEIGHT, MUCH_SHARED, mostOfKinds, saltOf, salted } from '../../domain/company-keys.ts';
import { ASK, followedIn, wakeForQuestions } from './company-questions.ts';
import { numbersText, type Indexed } from './key-changes.ts';

/** An account that is found by other keys now, or is another for whoever finds it. */
export interface AccountChange {
  accountId: string;
  /** By which it was found, and is found now. */
  keys: readonly number[];
}

/** What changed for those who find it; undefined: nothing. */
export function changeOf(accountId: string, before: Indexed, after: Indexed): AccountChange | undefined {
  const keys = [...new Set([...before.keys, ...after.keys])];
  const had = new Set(before.keys);
  return before.packed === after.packed && before.keys.length === after.keys.length && after.keys.every((key) => had.has(key)) ? undefined : { accountId, keys };
}

/** Keeps the changes until the companies that they may concern have been asked about, where the connection is followed. */
export async function keepChanges(tx: Transaction, index: IndexId, changes: readonly AccountChange[]): Promise<void> {
  if (changes.length === 0 || !(await followedIn(tx, index.workspaceId)).includes(index.connectionId)) return;
  await tx.execute('insert into account_changes (workspace_id, connection_id, account_id, keys) select $1, $2, u.id, u.keys::bigint[] from unnest($3::text[], $4::text[]) as u (id, keys)',
    [index.workspaceId, index.connectionId, changes.map((one) => one.accountId), changes.map((one) => numbersText(one.keys))]);
  await wakeForQuestions(tx);
}

interface ChangeRow {
  change_id: number;
  account_id: string;
  keys: number[] | string[];
}

const MOST = mostOfKinds();
const MOST_OF_KEY = `(array[${MOST.join(', ')}])[(q.key >> 50) + 1]`;
/** Keys that bring accounts, or have just ceased to; the weights of domain/nearest.ts without what rarity adds. */
const BRINGING = `select q.key from unnest($2::bigint[]) as q (key) where (select count(*) from (
  select 1 from index_keys k where k.space = $1 and k.key = q.key limit ${MOST_OF_KEY} + 2) as one) <= ${MOST_OF_KEY} + 1`;
const WEIGHTS = ['domain', 'name', 'word', 'pair', 'consonants', 'begin', 'end'] as const;
const WEIGHT_OF_KEY = `(array[${WEIGHTS.map((kind) => KEY_WEIGHT[kind]).join(', ')}, 3]::float8[])[(x.key >> 50) + 1]`;

const paired = (table: string): string => `select p.company_id, false from unnest($4::text[]) as u (id)
      cross join lateral (select t.company_id from ${table} t where t.workspace_id = $1 and t.connection_id = $2 and t.account_id = u.id offset 0) as p`;

/**
 * The workspace is no condition of the index of keys: there its name is part of them, and otherwise its primary key could look better than it is.
 * What is read once for each stands apart (offset 0): the arrays would be read from their text for every key that is compared.
 */
const CONCERNED = `select n.company_id, bool_and(n.later) from (
    select c.company_id, (select coalesce(sum(${WEIGHT_OF_KEY}), 0) from unnest(c.keys) as x (key) where x.key = any(q.keys)) < ${MUCH_SHARED} as later
      from (select t.keys::bigint[] as keys from unnest($3::text[]) as t (keys) offset 0) as q
      cross join lateral (select k.company_id, k.keys from company_keys k where k.keys && q.keys and k.workspace_id || '' = $1 offset 0) as c
    union all ${paired('company_accounts')}
    union all ${paired('company_links')}) as n group by n.company_id`;

/** Asks about every company that the next changed accounts may concern; true when none up to `through` are left. */
export async function spreadChanges(tx: Transaction, index: IndexId, through: number, limit: number): Promise<boolean> {
  const here = [index.workspaceId, index.connectionId];
  const rows = await tx.query<ChangeRow>('select change_id, account_id, keys from account_changes where workspace_id = $1 and connection_id = $2 and change_id <= $3 order by change_id limit $4', [...here, through, limit]);
  if (rows.length === 0) return true;
  const [space] = await tx.query<{ space: number }>('select space from index_positions where workspace_id = $1 and connection_id = $2', here);
  const changes = rows.map((row) => ({ ...row, keys: row.keys.map(Number) }));
  const bringing = new Set((await tx.query<{ key: number }>(BRINGING, [space?.space ?? 0, numbersText([...new Set(changes.flatMap((one) => one.keys))])])).map((row) => Number(row.key)));
  const salt = saltOf(index.workspaceId);
  await tx.query("select set_config('enable_seqscan', 'off', true)");
  await tx.execute(ASK.replace('__COMPANIES__', CONCERNED), [...here,
    changes.map((one) => numbersText(one.keys.filter((key) => bringing.has(key)).map((key) => salted(key, salt)))).filter((keys) => keys !== '{}'), changes.map((one) => one.account_id)]);
  await tx.execute('delete from account_changes where workspace_id = $1 and connection_id = $2 and change_id = any($3::bigint[])', [...here, numbersText(rows.map((row) => row.change_id))]);
  return rows.length < limit;
}
