import type { Evidence } from './evidence.ts';
import type { Account, Found } from './found.ts';
import type { CompanyFacts } from './profile.ts';
import type { WordRarity } from './word-rarity.ts';

export type { Account };

/** What only a lead has. */
export interface LeadDetails {
  email: string;
  /** The account that the lead itself names; empty where it names none. */
  accountId: string;
}

/** What is asked about: a company, or a lead. `id` names the answer, and finds a company's link. */
export interface Candidate extends CompanyFacts {
  id: string;
  /** Who owns it in the CRM, for the tie-breaker "owner match". */
  ownerId?: string;
  /** Of a lead; `name` is its company text then, and `website` counts where the mail address says nothing. */
  lead?: LeadDetails;
}

/** What there is to compare a candidate with. */
export interface Neighbours {
  crm: Found;
  /** Of the earlier candidates of its stream that came out new. */
  earlier: Found;
  /** How telling a word is in this workspace; the same for a whole stream. */
  rarity: WordRarity;
}

export interface OtherCandidate {
  accountId: string;
  facts: CompanyFacts;
  score: number;
  rule: string;
}

export type Verdict = 'match' | 'new' | 'review';

export interface Decision {
  candidateId: string;
  verdict: Verdict;
  /** Empty unless the verdict is 'match'. */
  accountId: string;
  /** 0 to 1. */
  score: number;
  /** What decided: "strict", what the two have in common ("name-and-site"), a workspace's own block, or "link". */
  rule: string;
  rulesVersion: number;
  evidence: Evidence[];
  otherCandidates: OtherCandidate[];
  reason: string;
  /** The earlier candidate of the stream that is the same company; the verdict is 'new' then. Otherwise empty (CNA-7). */
  duplicateOf: string;
  /** Of a review: the earlier candidate of the stream that may be the same company. */
  doubtfulTwin?: OtherCandidate;
  /** The model that judged; left out where rules or a link alone decided. */
  modelVersion?: string;
}
