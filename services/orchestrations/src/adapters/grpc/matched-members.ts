import { matching, type types } from '@signalbox/contracts';
import { fatal } from '@signalbox/kernel';
import type { CompanyFact } from '../../domain/create-accounts/facts.ts';
import type { Clients } from './clients.ts';

const toCandidate = ({ id, name, website, country }: types.Company): matching.MatchCandidate => matching.MatchCandidate.fromPartial({ id, name, website, country });

/** Whose members are matched against what; `getsAccount` says whether an account can be made for a company at all. */
export interface MembersToMatch {
  workspaceId: string;
  segmentId: string;
  connectionId: string;
  /** The plan for which matching keeps its decisions, and asks people about the doubtful ones. */
  planId: string;
  getsAccount: (company: types.Company) => boolean;
}

/**
 * The members of a segment, each with the engine's decision, in the order of company ids. The three streams run at the
 * same time: members are asked about as they arrive, and flow control holds the faster ones back. One stream for all
 * members: matching finds those that are the same company (CNA-7).
 */
export async function* matchedMembers(clients: Clients, { workspaceId, segmentId, connectionId, planId, getsAccount }: MembersToMatch, signal: AbortSignal): AsyncGenerator<CompanyFact[]> {
  const asked: types.Company[][] = [];
  async function* questions() {
    for await (const { companies } of clients.segments.streamMembers({ segmentId }, { workspaceId, signal })) {
      if (companies.length === 0) continue;
      asked.push(companies);
      yield { connectionId, planId, candidates: companies.map(toCandidate), askedOnlyIds: companies.filter((c) => !getsAccount(c)).map((c) => c.id) };
    }
  }
  for await (const { decisions } of clients.matching.matchStream(questions(), { workspaceId, signal })) {
    const companies = asked.shift();
    if (companies?.length !== decisions.length) throw fatal('orchestrations.match.out_of_step', 'Matching did not answer every company.', { detail: { asked: companies?.length, answered: decisions.length } });
    yield companies.map((company, index) => {
      const decision = decisions[index] as matching.MatchDecision;
      if (decision.candidateId !== company.id) throw fatal('orchestrations.match.out_of_step', 'Matching answered out of order.', { detail: { asked: company.id, answered: decision.candidateId } });
      return { company, decision };
    });
  }
  if (asked.length > 0) throw fatal('orchestrations.match.out_of_step', 'Matching left companies unanswered.', { detail: { batches: asked.length } });
}
