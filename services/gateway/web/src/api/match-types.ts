export interface Evidence {
  comparison: string;
  candidateValue: string;
  accountValue: string;
  outcome: string;
  contribution: number;
}

export interface ReviewAccount {
  accountId: string;
  name: string;
  website: string;
  country: string;
  score: number;
  refused: boolean;
}

/** A company about which a person decides. */
export interface Review {
  connectionId: string;
  companyId: string;
  state: 'open' | 'answered' | 'closed';
  version: number;
  name: string;
  website: string;
  country: string;
  score: number;
  reason: string;
  accounts: ReviewAccount[];
  evidence: Evidence[];
  accountId: string | null;
  answeredBy: string;
  answeredAt: string | null;
  openedAt: string;
}

export interface ReviewAnswer {
  connectionId: string;
  companyId: string;
  answer: 'yes' | 'no' | 'link' | 'withdraw';
  accountId?: string;
  version?: number;
}

export interface AnswerResult {
  review: Review | null;
  code: string;
  problem: { field: string; message: string } | null;
}

export interface FoundAccount {
  accountId: string;
  name: string;
  website: string;
  country: string;
}

export interface Explanation {
  evidence?: Evidence[];
  blocks: { evidence: Evidence[] }[];
}

export type MatchDecisionWord = 'match' | 'new' | 'review';

export interface RuleChoice {
  blocks: { name: string; allOf: string[]; ignoreCountry: boolean }[];
  matchAt: number | null;
  reviewAt: number | null;
  tieBreakers: string[];
}

export interface MatchRules extends RuleChoice {
  version: number;
  builtIn: boolean;
  changedAt: string | null;
  passedOver: string[];
}

export interface Flip {
  companyId: string;
  name: string;
  website: string;
  country: string;
  fromDecision: MatchDecisionWord;
  fromAccountId: string | null;
  fromScore: number;
  toDecision: MatchDecisionWord;
  toAccountId: string | null;
  toScore: number;
  toReason: string;
  withoutChange: boolean;
}

export interface Simulation {
  flips: Flip[];
  totals: { compared: number; flips: number; withoutChange: number; byDecision: { fromDecision: MatchDecisionWord; toDecision: MatchDecisionWord; count: number }[] };
}
