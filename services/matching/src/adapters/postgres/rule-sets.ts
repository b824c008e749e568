import { jsonb, type Database, type Transaction } from '@signalbox/platform-postgres';
import type { Rules, StoredRules } from '../../application/ports.ts';
import { BUILT_IN_BLOCKS, FIRST_VERSION, type RuleBlock } from '../../domain/rules.ts';

interface RuleRow {
  version: number;
  blocks: RuleBlock[];
  built_in: boolean;
  changed_at: Date;
}

const NEWEST = 'select version, blocks, built_in, changed_at from rule_sets where workspace_id = $1 order by version desc limit 1';

/** The built-in rules are those of this version of the product, whenever they were chosen. */
const toRules = (row: RuleRow | undefined): StoredRules => {
  if (!row) return { version: FIRST_VERSION, blocks: [...BUILT_IN_BLOCKS], builtIn: true };
  return { version: row.version, blocks: row.built_in ? [...BUILT_IN_BLOCKS] : row.blocks, builtIn: row.built_in, changedAt: row.changed_at };
};

const sameBlocks = (a: readonly RuleBlock[], b: readonly RuleBlock[]): boolean => {
  const told = (blocks: readonly RuleBlock[]): string => JSON.stringify(blocks.map(({ name, allOf, ignoreCountry }) => [name, allOf, ignoreCountry]));
  return told(a) === told(b);
};

/** Every version of every workspace's rules; the newest is in force. */
export class PgRules implements Rules {
  constructor(private readonly database: Database) {}

  async current(workspaceId: string): Promise<StoredRules> {
    const [row] = await this.database.query<RuleRow>(NEWEST, [workspaceId]);
    return toRules(row);
  }

  put(workspaceId: string, blocks: readonly RuleBlock[], builtIn: boolean, check: (presentVersion: number) => void): Promise<StoredRules> {
    return this.database.transaction(async (tx: Transaction) => {
      // Two at the same time make two versions, one after the other.
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`matching.rules ${workspaceId}`]);
      const [newest] = await tx.query<RuleRow>(NEWEST, [workspaceId]);
      const current = toRules(newest);
      if (current.builtIn === builtIn && (builtIn || sameBlocks(current.blocks, blocks))) return current;
      check(current.version);
      const [row] = await tx.query<RuleRow>(`insert into rule_sets (workspace_id, version, blocks, built_in) values ($1, $2, $3::jsonb, $4)
        returning version, blocks, built_in, changed_at`, [workspaceId, current.version + 1, jsonb(blocks), builtIn]);
      return toRules(row);
    });
  }
}
