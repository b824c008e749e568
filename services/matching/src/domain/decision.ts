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
  identityKey: string;
}
