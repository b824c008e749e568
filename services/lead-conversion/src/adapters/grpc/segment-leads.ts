import { matching, type crmWriter } from '@signalbox/contracts';
import { fatal } from '@signalbox/kernel';
import type { LeadFact, SegmentCompany } from '../../domain/facts.ts';
import type { KnownContacts } from './known-contacts.ts';
import { mirrorRecords } from './mirror-records.ts';
import type { Clients } from './peers.ts';
import type { SegmentIn } from './segment-accounts.ts';

export interface LeadsToMatch extends SegmentIn {
  /** The plan for which matching keeps its decisions. */
  planId: string;
  accounts: ReadonlyMap<string, SegmentCompany>;
  contacts: KnownContacts;
}

const toCandidate = (lead: crmWriter.CrmRecord): matching.MatchCandidate => matching.MatchCandidate.fromPartial({
  id: lead.crmId, kind: matching.CandidateKind.LEAD, name: lead.name, website: lead.website, country: lead.country, email: lead.email, accountId: lead.accountId, ownerId: lead.ownerId,
});

/** The company in the segment that the lead belongs to; of one whose account is not settled, the likeliest candidate's. */
function companyOf({ decision, accountId, otherCandidates }: matching.MatchDecision, accounts: LeadsToMatch['accounts']): SegmentCompany | undefined {
  if (decision === matching.Decision.MATCH) return accounts.get(accountId);
  const candidate = otherCandidates.find((one) => accounts.has(one.accountId));
  return candidate && accounts.get(candidate.accountId);
}

/** Every lead of the CRM with the engine's decision (CLC-2, CLC-6), in the order of the mirror. */
export async function* segmentLeads(clients: Clients, of: LeadsToMatch, signal: AbortSignal): AsyncGenerator<LeadFact[]> {
  const { workspaceId, connectionId, planId, accounts, contacts } = of;
  const asked: crmWriter.CrmRecord[][] = [];
  async function* questions() {
    for await (const leads of mirrorRecords(clients, { workspaceId, connectionId, object: 'Lead' }, signal)) {
      asked.push(leads);
      yield { connectionId, planId, candidates: leads.map(toCandidate) };
    }
  }
  for await (const { decisions } of clients.matching.matchStream(questions(), { workspaceId, signal })) {
    const leads = asked.shift();
    if (leads?.length !== decisions.length) throw fatal('lead_conversion.match.out_of_step', 'Matching did not answer every lead.', { detail: { asked: leads?.length, answered: decisions.length } });
    yield leads.map((lead, i): LeadFact => {
      const decision = decisions[i] as matching.MatchDecision;
      return { lead, decision, company: companyOf(decision, accounts), contactIds: contacts.with(decision.accountId, lead.email) };
    });
  }
}
