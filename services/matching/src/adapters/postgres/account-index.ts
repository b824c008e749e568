import { retryable } from '@signalbox/kernel';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { AccountIndex, FindOptions, FoundAll, IndexId } from '../../application/ports.ts';
import type { Account, Found, FoundAccount } from '../../domain/found.ts';
import { MOST_COMPARED } from '../../domain/nearest.ts';
import { PROFILE_VERSION, type Profile } from '../../domain/profile.ts';
import { ACCOUNT_COLUMNS, storable, toAccount, type AccountRow } from './account-rows.ts';
import { FIND, ROLE, findParameters } from './find-query.ts';
import { IndexWriter, type ChangedAccount } from './index-writer.ts';
import { tieOf } from './key-changes.ts';
import { KeyCounts, type CountVersion } from './key-counts.ts';

interface FindRow extends AccountRow {
  kind: number;
  c: number;
  number: number;
  tie: number;
  same: boolean;
  weight: number | string;
}

const RENEWING_MS = 5_000;
const PAGE = 500;

/** The match index in PostgreSQL. */
export class PgAccountIndex implements AccountIndex {
  private readonly writer: IndexWriter;
  private readonly counts: KeyCounts;

  constructor(private readonly database: Database) {
    this.writer = new IndexWriter(database);
    this.counts = new KeyCounts(database);
  }

  async find(index: IndexId, profiles: readonly Profile[], { exactOnly = false, most = MOST_COMPARED }: FindOptions = {}): Promise<FoundAll> {
    let counted = this.counts.last(index);
    for (;;) {
      const rows = await this.database.query<FindRow>(FIND, [index.workspaceId, index.connectionId, most, ...findParameters(profiles, exactOnly, counted.full)], { name: 'matching.find' });
      const now = await this.counts.of(index, this.versionOf(rows));
      const searchedBy = counted;
      counted = now;
      // Another count leaves other keys out: what is decided does not depend on what this process happened to know.
      if (now !== searchedBy && (now.full.size > 0 || searchedBy.full.size > 0)) continue;
      return { found: foundIn(rows, profiles.length), rarity: now.rarity };
    }
  }

  async one(index: IndexId, accountId: string): Promise<Account | undefined> {
    return (await this.many(index, [accountId])).get(accountId);
  }

  async many(index: IndexId, accountIds: readonly string[]): Promise<Map<string, Account>> {
    const rows = await this.database.query<AccountRow>(
      `select ${ACCOUNT_COLUMNS} from index_accounts where workspace_id = $1 and connection_id = $2 and account_id = any($3::text[]) and not deleted and number is not null`,
      [index.workspaceId, index.connectionId, accountIds.map(storable)]);
    return new Map(rows.map((row) => [row.account_id, toAccount(row)]));
  }

  async position(index: IndexId): Promise<{ sequence: number; accounts: number }> {
    const [row] = await this.database.query<{ sequence: number; accounts: number; engine: number }>(`select
        coalesce((select min(w.sequence) - 1 from index_pending w where w.space = p.space), p.sequence) as sequence, accounts, engine
      from index_positions p where workspace_id = $1 and connection_id = $2`, [index.workspaceId, index.connectionId]);
    // Whoever waits for the index waits for the renewal, too.
    return { sequence: row && row.engine >= PROFILE_VERSION ? row.sequence : 0, accounts: row?.accounts ?? 0 };
  }

  async *accounts(index: IndexId): AsyncGenerator<Account[]> {
    for (let after = ''; ;) {
      const rows = await this.database.query<AccountRow>(`select ${ACCOUNT_COLUMNS} from index_accounts
        where workspace_id = $1 and connection_id = $2 and account_id > $3 and not deleted and number is not null order by account_id limit ${PAGE}`, [index.workspaceId, index.connectionId, after]);
      if (rows.length > 0) yield rows.map(toAccount);
      if (rows.length < PAGE) return;
      after = (rows.at(-1) as AccountRow).account_id;
    }
  }

  /** Takes changes in; what is older than the index already knows changes nothing. */
  take(tx: Transaction, index: IndexId, changes: readonly ChangedAccount[], sequence: number): Promise<void> {
    return this.writer.take(tx, index, changes, sequence);
  }

  remove(tx: Transaction, index: IndexId): Promise<void> {
    return this.writer.remove(tx, index);
  }

  /** Brings up to `limit` accounts of an older engine up to date, and gives how many. */
  renew(limit: number): Promise<number> {
    return this.writer.renew(limit);
  }

  /** Writes the keys of accounts that came in a mass, and gives of how many. */
  writePending(): Promise<number> {
    return this.writer.writePending();
  }

  /** Counts words anew where enough has changed. */
  recount(): Promise<number> {
    return this.counts.recount();
  }

  /** @throws Retryable `matching.index_renewing` */
  private versionOf(rows: readonly FindRow[]): CountVersion {
    const row = rows.find(({ kind }) => kind === 0);
    if (!row) return { space: 0, version: 0, accounts: 0 };
    if (row.tie < PROFILE_VERSION) throw retryable('matching.index_renewing', 'The match index is being made anew for this version of the product. Try again in a few minutes.', RENEWING_MS);
    return { space: row.c, version: row.number, accounts: Number(row.weight) };
  }
}

function foundIn(rows: readonly FindRow[], count: number): Found[] {
  const found = Array.from({ length: count }, (): Found & { accounts: FoundAccount[] } => ({ accounts: [], namesakes: 0, onDomain: 0, same: 0 }));
  for (const row of rows) {
    if (row.kind === 0) continue;
    const one = found[row.c - 1] as (typeof found)[number];
    if (row.kind === ROLE.namesakes) one.namesakes = row.number;
    else if (row.kind === ROLE.onDomain) one.onDomain = row.number;
    else if (row.kind === ROLE.same) one.same = row.number;
    else one.accounts.push({ ...toAccount(row), weight: Number(row.weight), tie: tieOf(row.tie), same: row.same, earlier: false });
  }
  return found;
}
