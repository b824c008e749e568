import type { Database } from '@signalbox/platform-postgres';
import type { IndexId } from '../../application/ports.ts';
import { kindOf, keysOfKind, mostOfKinds, searchKey } from '../../domain/search-keys.ts';
import { RARE_SHARE, WordRarity, backgroundWords } from '../../domain/word-rarity.ts';

/** Which count of a connection's keys is in force. */
export interface CountVersion {
  space: number;
  version: number;
  /** Accounts when they were counted. */
  accounts: number;
}

/** What a count says. */
export interface Counted extends CountVersion {
  rarity: WordRarity;
  /** Keys that more accounts have than a search ever brings: it leaves them out until the next count. */
  full: ReadonlySet<number>;
}

const MOST_KEPT = 64;
/** Counted anew when more than one in twenty accounts has changed; a young connection counts as this many more. */
const CHANGED_SHARE = 20;
const YOUNG = 2_000;
/** Accounts without keys yet would be missing from the counts. */
const NOTHING_PENDING = 'and not exists (select from index_pending w where w.space = p.space)';
export const NEVER_COUNTED: Counted = { space: 0, version: 0, accounts: 0, rarity: new WordRarity(0, () => 0), full: new Set() };
const MOST = mostOfKinds();
/** The most that a key of its kind brings, in SQL; the kind is in the key's highest bits. */
const MOST_OF_KEY = `(array[${MOST.join(', ')}])[(key >> 50) + 1]`;

const nameOf = ({ workspaceId, connectionId }: IndexId): string => `${workspaceId}\n${connectionId}`;

/** How many accounts have the frequent keys, counted from the index itself, by version: decisions between two counts see the same. */
export class KeyCounts {
  private readonly kept = new Map<string, Counted>();
  private background: number[] | undefined;

  constructor(private readonly database: Database) {}

  /** The count that this process read last. */
  last(index: IndexId): Counted {
    return this.kept.get(nameOf(index)) ?? NEVER_COUNTED;
  }

  async of(index: IndexId, { space, version, accounts }: CountVersion): Promise<Counted> {
    const last = this.last(index);
    if (last.space === space && last.version === version) return last;
    const rows = version === 0 ? [] : await this.database.query<{ key: number; accounts: number }>('select key, accounts from index_words where space = $1 and version = $2', [space, version]);
    const counts = new Map(rows.map((row) => [row.key, row.accounts]));
    const rarity = version === 0 ? NEVER_COUNTED.rarity : new WordRarity(accounts, (word) => counts.get(searchKey('word', word)) ?? 0);
    const counted = { space, version, accounts, rarity, full: new Set(rows.filter((row) => row.accounts > (MOST[kindOf(row.key)] as number)).map((row) => row.key)) };
    this.kept.delete(nameOf(index));
    if (this.kept.size >= MOST_KEPT) this.kept.delete(this.kept.keys().next().value as string);
    this.kept.set(nameOf(index), counted);
    return counted;
  }

  /** Counts the keys of every connection that has changed enough, and gives how many those were. */
  async recount(): Promise<number> {
    const due = await this.database.query<{ space: number }>(`select space from index_positions p where changes * $1::int > words_accounts + $2::int ${NOTHING_PENDING}`, [CHANGED_SHARE, YOUNG]);
    for (const { space } of due) await this.count(space);
    return due.length;
  }

  /**
   * Every word that an estimate depends on (those that more have than a rare word, and those that the world's background knows),
   * and every key that more have than it brings.
   */
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
        select $1, $2, key, count(*) from index_keys where space = $1 group by key
          having count(*) > ${MOST_OF_KEY} or (key between $3 and $4 and (count(*) > $5 or key = any($6::bigint[])))`,
      [space, row.words_version + 1, first, last, Math.floor(RARE_SHARE * (row.accounts + YOUNG)), background]);
      // A process that has just read the version before may still ask for it.
      await tx.execute('delete from index_words where space = $1 and version < $2', [space, row.words_version]);
      await tx.execute('update index_positions set words_version = words_version + 1, words_accounts = $2, changes = changes - $3 where space = $1', [space, row.accounts, row.changes]);
    });
  }
}
