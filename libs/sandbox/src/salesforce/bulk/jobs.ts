import { notFound, SfError } from '../errors.ts';
import { checksum } from '../ids.ts';
import type { Org } from '../org.ts';
import { IngestJob, type IngestRequest } from './ingest-job.ts';
import { QUERY_JOBS_A_DAY } from './limits.ts';
import { QueryJob, type QueryRequest } from './query-job.ts';

const PREFIX = '7505f';

/** The bulk jobs of an org. Work is done when it is due and anybody asks the org for anything. */
export class BulkJobs {
  readonly ingest = new Map<string, IngestJob>();
  readonly query = new Map<string, QueryJob>();
  private readonly org: Org;
  private counter = 0;

  constructor(org: Org) {
    this.org = org;
  }

  openIngest(request: IngestRequest): IngestJob {
    const job = new IngestJob(this.org, this.nextId(), request);
    this.ingest.set(job.id, job);
    return job;
  }

  openQuery(request: QueryRequest): QueryJob {
    if (this.query.size >= QUERY_JOBS_A_DAY) throw new SfError(400, 'LIMIT_EXCEEDED', `More than ${QUERY_JOBS_A_DAY} query jobs in 24 hours.`);
    const job = new QueryJob(this.org, this.nextId(), request);
    this.query.set(job.id, job);
    return job;
  }

  tick(): void {
    const now = this.org.now();
    for (const job of this.ingest.values()) job.tick(now);
    for (const job of this.query.values()) job.tick(now);
  }

  clear(): void {
    this.ingest.clear();
    this.query.clear();
  }

  private nextId(): string {
    const id15 = `${PREFIX}${(++this.counter).toString(36).padStart(10, '0')}`;
    return id15 + checksum(id15);
  }
}

export function jobOr404<T>(jobs: ReadonlyMap<string, T>, id: string | undefined): T {
  const job = jobs.get(id ?? '');
  if (!job) throw notFound('The requested resource does not exist');
  return job;
}
