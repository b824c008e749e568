import { matching } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import type { StoredLink, StoredRules } from '../../application/ports.ts';
import type { Candidate, Decision, OtherCandidate, Verdict } from '../../domain/decision.ts';
import type { MatchType, RuleBlock, RuleChoice } from '../../domain/rules.ts';
import { countedFor, passedOver, type CountedObject, type TieBreaker } from '../../domain/tie-breakers.ts';

const { CandidateKind: Kind } = matching;
export const VERDICTS: Readonly<Record<Verdict, matching.Decision>> = { match: matching.Decision.MATCH, new: matching.Decision.NEW, review: matching.Decision.REVIEW };

const TYPES: Readonly<Record<MatchType, matching.MatchType>> = {
  strict: matching.MatchType.STRICT, 'normalised-name': matching.MatchType.NORMALISED_NAME, 'domain-and-subdomain': matching.MatchType.DOMAIN_AND_SUBDOMAIN,
  domain: matching.MatchType.DOMAIN, 'similar-name': matching.MatchType.SIMILAR_NAME, 'domain-not-different': matching.MatchType.DOMAIN_NOT_DIFFERENT,
};
const TIES: Readonly<Record<TieBreaker, matching.TieBreaker>> = {
  'most-contacts': matching.TieBreaker.MOST_CONTACTS, 'most-open-opportunities': matching.TieBreaker.MOST_OPEN_OPPORTUNITIES, 'most-leads': matching.TieBreaker.MOST_LEADS,
  'newest-activity': matching.TieBreaker.NEWEST_ACTIVITY, oldest: matching.TieBreaker.OLDEST, 'owner-match': matching.TieBreaker.OWNER_MATCH,
};
const TIE_NAMES = new Map(Object.entries(TIES).map(([name, value]) => [value, name as TieBreaker]));
const TYPE_NAMES = new Map(Object.entries(TYPES).map(([name, value]) => [value, name as MatchType]));

/** @throws Invalid `matching.candidate_kind` for a kind that this version does not know */
export function isLead(kind: matching.CandidateKind, field: string): boolean {
  if (kind === Kind.LEAD) return true;
  if (kind !== Kind.COMPANY && kind !== Kind.UNSPECIFIED) throw invalid('matching.candidate_kind', `The kind is not known. Use ${Kind.COMPANY} or ${Kind.LEAD}.`, { field });
  return false;
}

/** @throws Invalid `matching.candidate_missing`, `matching.candidate_kind`, `matching.candidate_not_a_lead` */
export function toCandidate(candidate: matching.MatchCandidate | undefined, field = 'candidate'): Candidate {
  if (!candidate) throw invalid('matching.candidate_missing', 'The request has no candidate. Give its name, website and country.', { field });
  const { id, name, website, country, email, accountId, ownerId } = candidate;
  if (isLead(candidate.kind, `${field}.kind`)) return { id, name, website, country, ownerId, lead: { email, accountId } };
  // What would be passed over is better refused: somebody means a lead.
  for (const [part, value] of [['email', email], ['account_id', accountId]] as const) {
    if (value !== '') throw invalid('matching.candidate_not_a_lead', `Only a lead has ${part}. Set the kind to ${Kind.LEAD}, or leave it out.`, { field: `${field}.${part}` });
  }
  return { id, name, website, country, ownerId };
}

export const toCandidates = (candidates: readonly matching.MatchCandidate[]): Candidate[] => candidates.map((one, at) => toCandidate(one, `candidates[${at}]`));

const otherMessage = (other: OtherCandidate): matching.OtherCandidate => ({ accountId: other.accountId, ...other.facts, score: other.score, rule: other.rule });

export const decisionMessage = (decision: Decision): matching.MatchDecision => ({
  candidateId: decision.candidateId, decision: VERDICTS[decision.verdict], accountId: decision.accountId, score: decision.score, rule: decision.rule,
  rulesVersion: decision.rulesVersion, evidence: decision.evidence, otherCandidates: decision.otherCandidates.map(otherMessage), reason: decision.reason, duplicateOfCandidateId: decision.duplicateOf,
  modelVersion: decision.modelVersion ?? '',
});

export const blockMessage = (block: RuleBlock): matching.RuleBlock => ({ name: block.name, allOf: block.allOf.map((type) => TYPES[type]), ignoreCountry: block.ignoreCountry });

/** @throws Invalid `matching.rules.invalid` for a match type that this version does not know */
export function toBlocks(blocks: readonly matching.RuleBlock[]): RuleBlock[] {
  return blocks.map((block, at) => ({
    name: block.name,
    ignoreCountry: block.ignoreCountry,
    allOf: block.allOf.map((type) => {
      const known = TYPE_NAMES.get(type);
      if (!known) throw invalid('matching.rules.invalid', `The block "${block.name}" has a match type that is not known. Use one of ${Object.values(TYPES).join(', ')}.`, { field: `blocks[${at}].all_of` });
      return known;
    }),
  }));
}

/** The rules of a request, not yet checked. @throws Invalid `matching.rules.invalid` for what this version does not know */
export function toChoice(request: Pick<matching.PutMatchRulesRequest, 'blocks' | 'matchAt' | 'reviewAt' | 'tieBreakers'>): RuleChoice {
  const tieBreakers = request.tieBreakers.map((one, at) => {
    const known = TIE_NAMES.get(one);
    if (!known) throw invalid('matching.rules.invalid', `A tie-breaker is not known. Use any of ${Object.values(TIES).join(', ')}.`, { field: `tie_breakers[${at}]` });
    return known;
  });
  return { blocks: toBlocks(request.blocks), matchAt: request.matchAt, reviewAt: request.reviewAt, tieBreakers };
}

export function rulesMessage(rules: StoredRules, mirrored: ReadonlySet<CountedObject>): matching.MatchRules {
  const ties = rules.tieBreakers ?? [];
  const told = (order: readonly TieBreaker[]): matching.TieBreaker[] => order.map((one) => TIES[one]);
  return { version: rules.version, blocks: rules.blocks.map(blockMessage), changedAt: rules.changedAt, builtIn: rules.builtIn, matchAt: rules.matchAt, reviewAt: rules.reviewAt, tieBreakers: told(ties), passedOver: told(passedOver(ties, mirrored)), countedObjects: countedFor(ties) };
}

export const linkMessage = (link: StoredLink): matching.CompanyLink => link;
