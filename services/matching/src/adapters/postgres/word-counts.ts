import type { Database } from '@signalbox/platform-postgres';
import { keysOfKind, searchKey } from '../../domain/search-keys.ts';
import { RARE_SHARE, WordRarity, backgroundWords } from '../../domain/word-rarity.ts';

/** Which count of a connection's words is in force. */
export interface WordsVersion {
  space: number;
  version: number;
  /** Accounts when they were counted. */
  accounts: number;
}

const MOST_KEPT = 64;
/** Counted anew when more than one in twenty accounts has changed; a young connection counts as this many more. */
const CHANGED_SHARE = 20;
const YOUNG = 2_000;
/** Accounts without keys yet would be missing from the counts. */
const NOTHING_PENDING = 'and not exists (select from index_pending w where w.space = p.space)';
const NEVER_COUNTED = new WordRarity(0, () => 0);

/** How many accounts have the frequent words, counted from the index's own keys, by version: decisions between two counts see the same. */
export class WordCounts {
  private readonly kept = new Map<number, { version: number; rarity: WordRarity }>();
  private background: number[] | undefined;

  constructor(private readonly database: Database) {}

  async of({ space, version, accounts }: WordsVersion): Promise<WordRarity> {
    if (version === 0) return NEVER_COUNTED;
    const kept = this.kept.get(space);
    if (kept?.version === version) return kept.rarity;
    const rows = await this.database.query<{ key: number; accounts: number }>('select key, accounts from index_words where space = $1 and version = $2', [space, version]);
    const counts = new Map(rows.map((row) => [row.key, row.accounts]));
    const rarity = new WordRarity(accounts, (word) => counts.get(searchKey('word', word)) ?? 0);
    this.kept.delete(space);
    if (this.kept.size >= MOST_KEPT) this.kept.delete(this.kept.keys().next().value as number);
    this.kept.set(space, { version, rarity });
    return rarity;
  }

  /** Counts the words of every connection that has changed enough, and gives how many those were. */
  async recount(): Promise<number> {
    const due = await this.database.query<{ space: number }>(`select space from index_positions p where changes * $1::int > words_accounts + $2::int ${NOTHING_PENDING}`, [CHANGED_SHARE, YOUNG]);
    for (const { space } of due) await this.count(space);
    return due.length;
  }

  /** Every word that an estimate depends on: those that more have than a rare word, and those that the world's background knows. */
  private count(space: number): Promise<void> {
    this.background ??= [...backgroundWords()].map((word) => searchKey('word', word));
    const background = this.background;
    return this.database.transaction(async (tx) => {
      // Replicas count one after the other; the second finds nothing to do.
      const [lock] = await tx.query<{ free: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as free', [`matching.words ${space}`]);
      const [row] = await tx.query<{ accounts: number; changes: number; words_version: number; words_accounts: number }>(`select accounts, changes, words_version, words_accounts from index_positions p where space = $1 ${NOTHING_PENDING}`, [space]);
      if (!lock?.free || !row || row.changes * CHANGED_SHARE <= row.words_accounts + YOUNG) return;
      const [first, last] = keysOfKind('word');
      await tx.execute(`insert into index_words (space, version, key, accounts)
        select $1, $2, key, count(*) from index_keys where space = $1 and key between $3 and $4 group by key having count(*) > $5 or key = any($6::bigint[])`,
      [space, row.words_version + 1, first, last, Math.floor(RARE_SHARE * (row.accounts + YOUNG)), background]);
      // A process that has just read the version before may still ask for it.
      await tx.execute('delete from index_words where space = $1 and version < $2', [space, row.words_version]);
      await tx.execute('update index_positions set words_version = words_version + 1, words_accounts = $2, changes = changes - $3 where space = $1', [space, row.accounts, row.changes]);
    });
  }
}
