import { Database } from '@signalbox/platform-postgres';
import { createChannel, createClient } from 'nice-grpc';
import { HealthDefinition } from 'nice-grpc-server-health';
import { INDEX, type Stage } from './stage.ts';

export interface Spread {
  p50: number;
  p99: number;
}

/** Milliseconds of one call after the other, the three kinds in turn, so that each meets the machine in the same state. */
export interface Latency {
  match: Spread;
  /** The health check of the same server: a call that does nothing. */
  echo: Spread;
  /** One row of the accounts by its index. */
  read: Spread;
  /** The p99 of `match` over the p99 of the other two together. */
  ratio: number;
}

export interface CandidateRow {
  candidate_id: string;
  name: string;
  website: string;
  country: string;
}

function spread(times: number[]): Spread {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
  return { p50: at(0.5), p99: at(0.99) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

export async function latency(stage: Stage, candidates: readonly CandidateRow[], accounts: number, calls: number): Promise<Latency> {
  const channel = createChannel(`127.0.0.1:${stage.grpcPort}`);
  const health = createClient(HealthDefinition, channel);
  const database = await Database.open({ url: stage.postgres.url(), schema: 'matching', poolSize: 1 });
  const times = { match: [] as number[], echo: [] as number[], read: [] as number[] };
  const warm = Math.min(200, calls);
  for (let i = -warm; i < calls; i += 1) {
    const { candidate_id: id, name, website, country } = candidates[(i + warm) % candidates.length] as CandidateRow;
    const number = (i + warm) * 7919 % accounts;
    const taken = {
      match: await timed(() => stage.client.match({ connectionId: INDEX.connectionId, candidate: { id, name, website, country } }, { workspaceId: INDEX.workspaceId })),
      echo: await timed(() => health.check({ service: '' })),
      read: await timed(() => database.query('select * from index_accounts where space = 1 and number = $1', [number], { name: 'read' })),
    };
    if (i >= 0) for (const kind of ['match', 'echo', 'read'] as const) times[kind].push(taken[kind]);
  }
  channel.close();
  await database.close();
  const [match, echo, read] = [spread(times.match), spread(times.echo), spread(times.read)];
  return { match, echo, read, ratio: match.p99 / (echo.p99 + read.p99) };
}
