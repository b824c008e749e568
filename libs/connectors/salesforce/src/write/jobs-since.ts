import type { WorkOptions } from '@signalbox/connectors-sdk';
import { jobPath, type BulkJob } from '../client/bulk-jobs.ts';
import type { SalesforceClient } from '../client/client.ts';
import { isBulkUnusable } from '../read/bulk-query.ts';
import { parseStamp } from '../read/remote-record.ts';

/** How far the CRM's clock may be from ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

const RUNNING = new Set(['UploadComplete', 'InProgress']);

/** The bulk jobs of ours that were begun on the object since then: whether one is at work, or all have ended. */
export async function jobsSince(client: SalesforceClient, object: string, since: Date, work: WorkOptions): Promise<'none' | 'running' | 'ended'> {
  const { userId } = await client.facts();
  const ours = (job: BulkJob) => job.object === object && job.state !== 'Open' && (!userId || job.createdById?.slice(0, 15) === userId.slice(0, 15));
  try {
    const { body } = await client.read<{ records?: BulkJob[] }>({ operation: 'bulk.ingest.list', method: 'GET', path: jobPath('ingest') }, work);
    const jobs = (body.records ?? []).filter((job) => ours(job) && parseStamp(job.createdDate).getTime() >= since.getTime() - CLOCK_SKEW_MS);
    if (jobs.length === 0) return 'none';
    return jobs.some((job) => RUNNING.has(job.state)) ? 'running' : 'ended';
  } catch (error) {
    if (isBulkUnusable(error)) return 'none'; // an org without Bulk API has no jobs
    throw error;
  }
}
