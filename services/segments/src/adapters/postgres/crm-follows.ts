import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { CrmKey, DueFollow, Follows } from '../../application/crm-ports.ts';
import { followedCrm } from '../../domain/rules/crm-conditions.ts';
import type { SegmentDraft } from '../../application/ports.ts';
import { lockConnection } from './crm-facts.ts';

/** The channel on which is said that a connection is to be followed. */
export const FOLLOW_CHANNEL = 'segments.follow';

/** How far a connection that the rule goes by is followed. */
export interface CrmStanding {
  removed: boolean;
  problem: string;
}

/** A column of `segments`: the connections that its rule goes by and of which not everything is known. */
export const CRM_STANDING = `(select coalesce(jsonb_agg(jsonb_build_object('removed', f.removed, 'problem', f.problem) order by f.connection_id), '[]')
  from segment_crm_conditions k join crm_follows f on f.workspace_id = k.workspace_id and f.connection_id = k.connection_id
  where k.workspace_id = segments.workspace_id and k.segment_id = segments.id and (f.removed or f.accounts_at is null or (k.opportunities and f.opportunities_at is null))) as crm`;

/** The same in words for a person. */
export const noticesOf = (standing: readonly CrmStanding[]): string[] => standing.map(({ removed, problem }) => {
  if (removed) return 'The CRM connection that the rule goes by was deleted: its conditions hold for no company. Change the rule.';
  return problem === '' ? 'The CRM is being read for the first time; the members follow as its records come.' : `The CRM cannot be read, which is tried again: ${problem}`;
});

/** Notes what the rule goes by, in the transaction that saves it. */
export async function setCrmConditions(tx: Transaction, workspaceId: string, draft: SegmentDraft): Promise<void> {
  const wanted = followedCrm(draft.rule).sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
  const ids = wanted.map((one) => one.connectionId);
  await tx.execute('delete from segment_crm_conditions where workspace_id = $1 and segment_id = $2 and connection_id <> all($3::text[])', [workspaceId, draft.id, ids]);
  for (const { connectionId, opportunities } of wanted) {
    await lockConnection(tx, { workspaceId, connectionId }, 'alone');
    await tx.execute(`insert into segment_crm_conditions (workspace_id, segment_id, connection_id, opportunities) values ($1, $2, $3, $4)
      on conflict (workspace_id, connection_id, segment_id) do update set opportunities = excluded.opportunities`, [workspaceId, draft.id, connectionId, opportunities]);
    await tx.execute(`insert into crm_follows as f (workspace_id, connection_id) values ($1, $2)
      on conflict (workspace_id, connection_id) do update set due_at = now() where f.accounts_at is null or ($3 and f.opportunities_at is null)`, [workspaceId, connectionId, opportunities]);
  }
  if (wanted.length > 0) await tx.query('select pg_notify($1, $2)', [FOLLOW_CHANNEL, workspaceId]);
}

const OPEN = `crm_follows f cross join lateral (
    select bool_or(k.opportunities) as opportunities from segment_crm_conditions k where k.workspace_id = f.workspace_id and k.connection_id = f.connection_id having count(*) > 0) s
  where not f.removed and (f.accounts_at is null or (s.opportunities and f.opportunities_at is null))`;

const DUE = `select f.workspace_id as "workspaceId", f.connection_id as "connectionId", f.accounts_at is null as accounts, s.opportunities and f.opportunities_at is null as opportunities, f.attempts
  from ${OPEN} and f.due_at <= now() order by f.due_at limit $1`;

/** What has been asked for of the CRMs that rules go by. */
export class PgFollows implements Follows {
  constructor(private readonly database: Database) {}

  due(limit: number): Promise<DueFollow[]> {
    return this.database.query<DueFollow>(DUE, [limit]);
  }

  async alone(key: CrmKey, work: () => Promise<void>): Promise<boolean> {
    return (await this.database.tryAdvisoryLock(`segments follows ${key.workspaceId}/${key.connectionId}`, work)) !== undefined;
  }

  async followed({ workspaceId, connectionId }: CrmKey, what: 'accounts' | 'opportunities'): Promise<void> {
    await this.database.execute(`update crm_follows set ${what}_at = now(), attempts = 0, problem = '' where workspace_id = $1 and connection_id = $2`, [workspaceId, connectionId]);
  }

  async failed({ workspaceId, connectionId }: CrmKey, problem: string, waitMs: number): Promise<void> {
    await this.database.execute(`update crm_follows set attempts = attempts + 1, problem = $3, due_at = now() + $4 * interval '1 millisecond' where workspace_id = $1 and connection_id = $2`,
      [workspaceId, connectionId, problem, waitMs]);
  }
}

/** What is kept of the CRMs over all workspaces, estimated, and the connections that are still to be followed. */
export async function crmFactsStanding(database: Database): Promise<{ opportunities: number; accounts: number; awaited: number }> {
  const estimate = (table: string) => `(select greatest(reltuples, 0)::bigint from pg_class where oid = '${table}'::regclass)`;
  const [row] = await database.query<{ opportunities: number; accounts: number; awaited: number }>(
    `select ${estimate('crm_opportunities')} as opportunities, ${estimate('crm_company_accounts')} as accounts, (select count(*) from ${OPEN}) as awaited`);
  return row!;
}
