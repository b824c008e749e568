import { TOPICS, type segments } from '@signalbox/contracts';
import { chunk } from '@signalbox/kernel';
import { Outbox } from '@signalbox/platform-messaging';
import type { Transaction } from '@signalbox/platform-postgres';
import { announceStale } from './stale.ts';

const outbox = new Outbox();
const IDS_PER_MESSAGE = 1_000;
const MEMBERS_AT_ONCE = 20_000;

export type Cause = 'rule' | 'companies' | 'person';

/**
 * One evaluation of a segment at a time, over all replicas, until the transaction ends. It also keeps the segment's events
 * in order: whoever changes its members holds it.
 */
export async function lockEvaluation(tx: Transaction, workspaceId: string, segmentId: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`segments.evaluate/${workspaceId}/${segmentId}`]);
}

/** Says who entered and left, in messages of at most 1,000 ids, in the transaction that makes it so. */
export async function announceMembers(tx: Transaction, workspaceId: string, segmentId: string, change: { added: readonly string[]; removed: readonly string[] }, cause: Cause): Promise<void> {
  const [now] = await tx.query<{ now: Date }>('select now() as now');
  const message = (part: Partial<segments.SegmentMembershipChanged>): segments.SegmentMembershipChanged => ({
    workspaceId, segmentId, addedCompanyIds: [], removedCompanyIds: [], changedAt: now!.now, cause, ...part,
  });
  const messages = [
    ...chunk(change.added, IDS_PER_MESSAGE).map((ids) => message({ addedCompanyIds: ids })),
    ...chunk(change.removed, IDS_PER_MESSAGE).map((ids) => message({ removedCompanyIds: ids })),
  ];
  await outbox.add(tx, TOPICS.segmentMembershipChanged, messages);
}

/** Segments built from this one have something to look at again. */
export async function markDependants(tx: Transaction, workspaceId: string, segmentId: string): Promise<void> {
  const rows = await tx.query(`update segments set inputs_version = inputs_version + 1 where workspace_id = $1 and id in (
    select s.id from segments s join segment_dependencies d on d.workspace_id = s.workspace_id and d.segment_id = s.id
    where d.workspace_id = $1 and d.depends_on = $2 order by s.id for update of s) returning id`, [workspaceId, segmentId]);
  if (rows.length > 0) await announceStale(tx, workspaceId);
}

/** Before a segment goes, everybody in it is said to have left. */
export async function removeAllMembers(tx: Transaction, workspaceId: string, segmentId: string): Promise<void> {
  for (;;) {
    const rows = await tx.query<{ company_id: string }>(`delete from segment_members where workspace_id = $1 and segment_id = $2 and company_id in (
      select company_id from segment_members where workspace_id = $1 and segment_id = $2 order by company_id limit ${MEMBERS_AT_ONCE}) returning company_id`, [workspaceId, segmentId]);
    await announceMembers(tx, workspaceId, segmentId, { added: [], removed: rows.map((row) => row.company_id) }, 'person');
    if (rows.length < MEMBERS_AT_ONCE) return;
  }
}
