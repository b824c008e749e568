import { matching, type types } from '@signalbox/contracts';
import { fatal } from '@signalbox/kernel';
import type { SegmentCompany } from '../../domain/facts.ts';
import type { Clients } from './peers.ts';

export interface SegmentIn {
  workspaceId: string;
  segmentId: string;
  connectionId: string;
}

const toCandidate = ({ id, name, website, country }: types.Company): matching.MatchCandidate => matching.MatchCandidate.fromPartial({ id, name, website, country });

/**
 * The CRM accounts of a segment's members, each with its company. Asked without a plan: these decisions are not kept and open no reviews. An
 * account of two members is the first one's, by company id.
 */
export async function segmentAccounts(clients: Clients, { workspaceId, segmentId, connectionId }: SegmentIn, signal: AbortSignal): Promise<ReadonlyMap<string, SegmentCompany>> {
  const asked: types.Company[][] = [];
  async function* questions() {
    for await (const { companies } of clients.segments.streamMembers({ segmentId }, { workspaceId, signal })) {
      if (companies.length === 0) continue;
      asked.push(companies);
      yield { connectionId, candidates: companies.map(toCandidate) };
    }
  }
  const accounts = new Map<string, SegmentCompany>();
  for await (const { decisions } of clients.matching.matchStream(questions(), { workspaceId, signal })) {
    const companies = asked.shift();
    if (companies?.length !== decisions.length) throw fatal('lead_conversion.match.out_of_step', 'Matching did not answer every company.', { detail: { asked: companies?.length, answered: decisions.length } });
    for (const [i, { decision, accountId }] of decisions.entries()) {
      const company = companies[i] as types.Company;
      if (decision === matching.Decision.MATCH && !accounts.has(accountId)) accounts.set(accountId, { id: company.id, name: company.name });
    }
  }
  return accounts;
}
