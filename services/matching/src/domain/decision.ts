import type { Evidence } from './evidence.ts';
import type { CompanyFacts, Profile } from './profile.ts';

/** What is asked about. `id` names the answer, and finds the company's link. */
export interface Candidate extends CompanyFacts {
  id: string;
}

/** An account of the CRM, as the index has it. */
export interface Account {
  accountId: string;
  facts: CompanyFacts;
  profile: Profile;
}

/** What there is to compare a candidate with. */
export interface Neighbours {
  /** Every account that shares its domain or normalised name, each once, in any order. */
  accounts: readonly Account[];
  /** Likewise of the earlier candidates of its stream that came out new, in any order; `accountId` is the candidate's id. */
  earlier: readonly Account[];
  /** False when there are more than can be compared. */
  complete: boolean;
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
  /** Name of the block that decided, "link", or empty. */
  rule: string;
  rulesVersion: number;
  evidence: Evidence[];
  otherCandidates: OtherCandidate[];
  reason: string;
  /** The earlier candidate of the stream that is the same company; the verdict is 'new' then. Otherwise empty (CNA-7). */
  duplicateOf: string;
  /** The model that judged; left out where rules or a link alone decided. */
  modelVersion?: string;
}
