import { jsonb, type Database, type Transaction } from '@signalbox/platform-postgres';
import type { Rules, StoredRules } from '../../application/ports.ts';
import { BUILT_IN_BLOCKS, FIRST_VERSION, blocksText, type RuleBlock, type RuleChoice } from '../../domain/rules.ts';
import type { TieBreaker } from '../../domain/tie-breakers.ts';

interface RuleRow {
  version: number;
  blocks: RuleBlock[];
  built_in: boolean;
  match_at: number | null;
  review_at: number | null;
  tie_breakers: TieBreaker[];
  changed_at: Date;
}

const COLUMNS = 'version, blocks, built_in, match_at, review_at, tie_breakers, changed_at';
const NEWEST = `select ${COLUMNS} from rule_sets where workspace_id = $1 order by version desc limit 1`;

/** The built-in rules are those of this version of the product, whenever they were chosen. */
const toRules = (row: RuleRow | undefined): StoredRules => {
  if (!row) return { version: FIRST_VERSION, blocks: [...BUILT_IN_BLOCKS], builtIn: true, tieBreakers: [] };
  const { version, match_at: matchAt, review_at: reviewAt } = row;
  const thresholds = { ...(matchAt === null ? {} : { matchAt }), ...(reviewAt === null ? {} : { reviewAt }) };
  return { version, blocks: row.built_in ? [...BUILT_IN_BLOCKS] : row.blocks, builtIn: row.built_in, tieBreakers: row.tie_breakers, changedAt: row.changed_at, ...thresholds };
};

const told = (rules: Pick<StoredRules, 'blocks' | 'matchAt' | 'reviewAt' | 'tieBreakers'>): string =>
  JSON.stringify([blocksText(rules.blocks), rules.matchAt ?? null, rules.reviewAt ?? null, rules.tieBreakers ?? []]);

/** Every version of every workspace's rules; the newest is in force. */
export class PgRules implements Rules {
  constructor(private readonly database: Database) {}

  async current(workspaceId: string): Promise<StoredRules> {
    const [row] = await this.database.query<RuleRow>(NEWEST, [workspaceId], { name: 'matching.rules' });
    return toRules(row);
  }

  put(workspaceId: string, choice: RuleChoice, check: (presentVersion: number) => void): Promise<StoredRules> {
    const builtIn = choice.blocks.length === 0;
    const blocks = builtIn ? [...BUILT_IN_BLOCKS] : choice.blocks;
    return this.database.transaction(async (tx: Transaction) => {
      // Two at the same time make two versions, one after the other.
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`matching.rules ${workspaceId}`]);
      const [newest] = await tx.query<RuleRow>(NEWEST, [workspaceId]);
      const current = toRules(newest);
      if (current.builtIn === builtIn && told(current) === told({ ...choice, blocks })) return current;
      check(current.version);
      const [row] = await tx.query<RuleRow>(`insert into rule_sets (workspace_id, version, blocks, built_in, match_at, review_at, tie_breakers) values ($1, $2, $3::jsonb, $4, $5, $6, $7::text[])
        returning ${COLUMNS}`, [workspaceId, current.version + 1, jsonb(blocks), builtIn, choice.matchAt ?? null, choice.reviewAt ?? null, choice.tieBreakers]);
      return toRules(row);
    });
  }
}
