import type { Database } from '@signalbox/platform-postgres';
import type { IndexId, Relations, Standings } from '../../application/ports.ts';
import { countedFor, type CountedObject, type Standing, type TieBreaker } from '../../domain/tie-breakers.ts';
import { storable } from './account-rows.ts';

interface StandingRow {
  account_id: string;
  created_at: Date | null;
  last_activity_at: Date | null;
  owner_id: string | null;
}

/** Where index_accounts keeps what tie-breakers go by. */
export const STANDING_COLUMNS = ['created_at', 'last_activity_at', 'owner_id'] as const;
export const STANDING_TYPES = ['timestamptz', 'timestamptz', 'text'] as const;

const time = (at: number | undefined): Date | null => (at === undefined ? null : new Date(at));

/** Values of STANDING_COLUMNS. */
export const standingRow = ({ createdAt, lastActivityAt, ownerId }: Standing = {}): unknown[] => [time(createdAt), time(lastActivityAt), ownerId === undefined ? null : storable(ownerId)];

const toStanding = ({ created_at: createdAt, last_activity_at: lastActivityAt, owner_id: ownerId }: StandingRow): Standing => ({
  ...(createdAt ? { createdAt: createdAt.getTime() } : {}), ...(lastActivityAt ? { lastActivityAt: lastActivityAt.getTime() } : {}), ...(ownerId ? { ownerId } : {}),
});

const COUNT_OF = { Contact: 'contacts', Opportunity: 'openOpportunities', Lead: 'leads' } as const satisfies Record<CountedObject, keyof Standing>;

const countsFor = (accountId: string, counts: ReadonlyMap<CountedObject, ReadonlyMap<string, number>> = new Map()): Standing => Object.fromEntries([...counts].map(([object, of]) => [COUNT_OF[object], of.get(accountId) ?? 0]));

/** What tie-breakers go by, read apart from the search: most workspaces have none. */
export class PgStandings implements Standings {
  constructor(private readonly database: Database, private readonly relations: Relations) {}

  async of(index: IndexId, accountIds: readonly string[], tieBreakers: readonly TieBreaker[]): Promise<ReadonlyMap<string, Standing>> {
    const objects = countedFor(tieBreakers);
    const counts = objects.length === 0 ? undefined : await this.relations.countsOf(index, accountIds, objects);
    const rows = await this.database.query<StandingRow>(
      `select account_id, ${STANDING_COLUMNS.join(', ')} from index_accounts where workspace_id = $1 and connection_id = $2 and account_id = any($3::text[])`, [index.workspaceId, index.connectionId, accountIds]);
    return new Map(rows.map((row) => [row.account_id, { ...toStanding(row), ...countsFor(row.account_id, counts) }]));
  }
}
