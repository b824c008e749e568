import { invalid } from '@signalbox/kernel';
import type { WorkOptions } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from './client.ts';

export type BulkKind = 'ingest' | 'query';

export interface BulkJob {
  id: string;
  state: 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  object?: string;
  operation?: string;
  createdById?: string;
  createdDate?: string;
  numberRecordsProcessed?: number;
  numberRecordsFailed?: number;
  errorMessage?: string;
}

/** A job is looked at after these waits: soon at first, since most are short, then ever less often. */
const FIRST_LOOK_MS = 1_000;
const LOOKS_GROW = 1.6;
const LATEST_LOOK_MS = 15_000;

/** jsforce's own bulk2 is not used: a poll that times out makes it delete the job that is running (`JobPollingTimeout` is not the name that it tests for). */
export const jobPath = (kind: BulkKind, id = ''): string => `/jobs/${kind}${id ? `/${id}` : ''}`;

const isFinished = ({ state }: BulkJob) => state === 'JobComplete' || state === 'Failed' || state === 'Aborted';

/** The job once it is over, or as it is after `withinMs`. */
export async function awaitJob(client: SalesforceClient, kind: BulkKind, id: string, withinMs: number, work: WorkOptions): Promise<BulkJob> {
  let waited = 0;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LATEST_LOOK_MS, wait * LOOKS_GROW)) {
    await client.parts.wait(wait, work.signal);
    waited += wait;
    const { body } = await client.read<BulkJob>({ operation: `bulk.${kind}.look`, method: 'GET', path: jobPath(kind, id) }, work);
    if (isFinished(body) || waited >= withinMs) return body;
  }
}

export const abortJob = (client: SalesforceClient, kind: BulkKind, id: string, work: WorkOptions) =>
  client.send<BulkJob>({ operation: `bulk.${kind}.abort`, method: 'PATCH', path: jobPath(kind, id), body: { state: 'Aborted' } }, work);

export const jobFailed = (job: BulkJob) =>
  invalid('salesforce.bulk_job_failed', `Salesforce's bulk job ${job.id} ended as ${job.state}${job.errorMessage ? `: ${job.errorMessage}` : ''}. See Setup > Bulk Data Load Jobs.`);
