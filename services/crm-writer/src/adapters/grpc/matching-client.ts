import { setTimeout as pause } from 'node:timers/promises';
import { matching } from '@signalbox/contracts';
import { chunk, retryable, type Clock } from '@signalbox/kernel';
import type { GrpcClient } from '@signalbox/platform-grpc';
import type { Matching } from '../../application/ports.ts';
import type { Change } from '../../domain/changes.ts';

const CANDIDATES_PER_REQUEST = 1000;
const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 500;

/** Matching, asked over gRPC. */
export class MatchingClient implements Matching {
  constructor(private readonly client: GrpcClient<typeof matching.MatchingServiceDefinition>, private readonly clock: Clock, private readonly waitMs: number) {}

  async waitFor(workspaceId: string, connectionId: string, sequence: number): Promise<void> {
    const until = this.clock.now().getTime() + this.waitMs;
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, LONGEST_LOOK_MS)) {
      const position = await this.client.getIndexPosition({ connectionId }, { workspaceId });
      if (position.sequence >= sequence) return;
      if (this.clock.now().getTime() + wait > until) {
        throw retryable('crm_writer.matching_behind', `Matching has taken in ${position.sequence} of ${sequence} changes of the CRM. The batch is written once it has them all.`, 2_000);
      }
      await pause(wait);
    }
  }

  async find(workspaceId: string, connectionId: string, changes: readonly Change[]): Promise<Map<string, { crmId: string; reason: string }>> {
    const requests = chunk(changes, CANDIDATES_PER_REQUEST).map((few) => ({
      connectionId, candidates: few.map((change) => ({ id: change.companyId || change.changeId, ...change.identity })),
    }));
    const found = new Map<string, { crmId: string; reason: string }>();
    let next = 0;
    async function* stream() {
      yield* requests;
    }
    for await (const response of this.client.matchStream(stream(), { workspaceId })) {
      // Decisions come in the order of the candidates.
      for (const decision of response.decisions) {
        const change = changes[next];
        next += 1;
        if (change && decision.decision === matching.Decision.MATCH) found.set(change.changeId, { crmId: decision.accountId, reason: decision.reason });
      }
    }
    if (next !== changes.length) throw retryable('crm_writer.matching_incomplete', `Matching answered for ${next} of ${changes.length} companies. It is asked again.`, 2_000);
    return found;
  }
}
