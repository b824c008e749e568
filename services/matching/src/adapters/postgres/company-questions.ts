import type { Transaction } from '@signalbox/platform-postgres';
import type { IndexId } from '../../application/ports.ts';
import { twinId } from '../../domain/said.ts';
import { storable } from './account-rows.ts';

/** Notified when companies wait to be decided about. */
export const QUESTIONS_CHANNEL = 'matching_company_questions';

const lockName = (workspaceId: string): string => `matching.follow ${workspaceId}`;

/**
 * The connections of the workspace whose company accounts are kept. None is added before the transaction ends: so what changes is asked
 * about, or was there already when the following began.
 */
export async function followedIn(tx: Transaction, workspaceId: string): Promise<string[]> {
  await tx.query('select pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [lockName(workspaceId)]);
  // A statement of its own, after the lock.
  return (await tx.query<{ connection_id: string }>('select connection_id from company_follows where workspace_id = $1 order by connection_id', [workspaceId])).map((row) => row.connection_id);
}

/** Waits for all changes of the workspace that are under way, and lets none begin. */
export const beforeFollowing = (tx: Transaction, workspaceId: string): Promise<unknown> => tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lockName(workspaceId)]);

export const wakeForQuestions = (tx: Transaction): Promise<unknown> => tx.query('select pg_notify($1, $2)', [QUESTIONS_CHANNEL, '']);

/** Added to the number of what can wait: it comes after everything else, and nobody waits for it. */
export const LATER = 2 ** 52;

/** Asked again while it is being decided about, a company waits on: `latest` is another one then. Its turn stays. `__COMPANIES__` gives [company_id, later]. */
export const ASK = `insert into pending_companies (workspace_id, connection_id, company_id, asked, latest)
  select $1, $2, q.company_id, q.number, q.number from (
    select d.company_id, nextval('company_questions') + case when d.later then ${LATER} else 0 end as number from (__COMPANIES__ order by 1) as d (company_id, later)) as q
  on conflict (workspace_id, connection_id, company_id) do update set latest = excluded.latest, asked = least(pending_companies.asked, excluded.asked)`;

/** These companies of a followed connection, and those of which a person said that they are one of them, are decided about again. */
export async function askAbout(tx: Transaction, index: IndexId, companyIds: readonly string[]): Promise<void> {
  if (companyIds.length === 0) return;
  await tx.execute(ASK.replace('__COMPANIES__', `select u.id collate "C", false from unnest($3::text[]) as u (id)
    union select r.company_id, false from review_answers r where r.workspace_id = $1 and r.connection_id = $2 and r.account_id = any($4::text[]) and r.account_id like 'company:%' and r.withdrawn_at is null`),
  [index.workspaceId, index.connectionId, companyIds.map(storable), companyIds.map((id) => storable(twinId(id)))]);
  await wakeForQuestions(tx);
}

/** As `askAbout`, where the connection is followed. */
export async function askWhereFollowed(tx: Transaction, index: IndexId, companyIds: readonly string[]): Promise<void> {
  if ((await followedIn(tx, index.workspaceId)).includes(index.connectionId)) await askAbout(tx, index, companyIds);
}
