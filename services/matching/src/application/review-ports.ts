import type { Candidate, Decision } from '../domain/decision.ts';
import type { CompanyFacts } from '../domain/profile.ts';
import type { AnswerEffect, AnswerKind, Question, ReviewState, StandingAnswer } from '../domain/review.ts';
import type { Said } from '../domain/said.ts';
import type { DecidedBefore } from '../domain/standing-decision.ts';
import type { IndexId } from './ports.ts';

/** A decision that was made for a plan, about a company as it was then. */
export interface DecidedFor {
  decision: Decision;
  candidate: Candidate;
  /** No account is made for it, whatever the decision. */
  askedOnly: boolean;
}

/** `companyId` is the lead's id where `lead` says that it was about one. */
export interface StoredDecision extends CompanyFacts, Pick<Candidate, 'ownerId' | 'lead'> {
  companyId: string;
  verdict: Decision['verdict'];
  accountId: string;
  duplicateOf: string;
  score: number;
  rule: string;
  rulesVersion: number;
  modelVersion: string;
  planId: string;
  askedOnly: boolean;
  decidedAt: Date;
}

export interface StoredReview extends Question {
  connectionId: string;
  state: ReviewState;
  version: number;
  openedAt: Date;
  changedAt: Date;
  standing: StandingAnswer[];
  answeredBy: string;
  answeredAt?: Date;
}

export interface LabelledPair {
  answerId: number;
  connectionId: string;
  companyId: string;
  company: CompanyFacts;
  accountId: string;
  account: CompanyFacts;
  same: boolean;
  score: number;
  rulesVersion: number;
  modelVersion: string;
  answeredBy: string;
  answeredAt: Date;
  withdrawnBy: string;
  withdrawnAt?: Date;
}

export interface DecisionQuery {
  /** About leads, not companies. */
  leads?: boolean;
  /** The lead's id where it is about leads. */
  companyId: string;
  planId: string;
  after: string;
  limit: number;
}

export interface DecisionLog {
  /** Keeps the decisions of a plan: the last of each company or lead, and of those before the ones that were different. */
  keep(index: IndexId, planId: string, decided: readonly DecidedFor[]): Promise<void>;
  list(index: IndexId, query: DecisionQuery): Promise<StoredDecision[]>;
}

export interface EarlierDecisions {
  /** By company: what the last plan decided of the same facts by these rules and this model, as far as it can stand. */
  before(index: IndexId, rulesVersion: number, candidates: readonly Candidate[]): Promise<ReadonlyMap<string, DecidedBefore>>;
}

/** Where a page of reviews ends. */
export interface ReviewPosition {
  score: number;
  connectionId: string;
  companyId: string;
}

export interface Reviews {
  list(workspaceId: string, query: { connectionId: string; state: ReviewState; after?: ReviewPosition; limit: number }): Promise<StoredReview[]>;
  count(workspaceId: string, query: { connectionId: string; state: ReviewState }): Promise<number>;
  /**
   * Answers one review in one transaction: `decide` sees it as it is, held against others, and says what changes; the account that an
   * added answer names must be in the index. @throws NotFound `matching.review.unknown`, `matching.account_unknown`, and what `decide` throws
   */
  answer(index: IndexId, companyId: string, by: { subject: string; kind: AnswerKind }, decide: (review: StoredReview) => AnswerEffect): Promise<StoredReview>;
  answers(workspaceId: string, query: { connectionId: string; withdrawnToo: boolean; after: number; limit: number }): Promise<LabelledPair[]>;
}

/** What people said that companies are and are not. */
export interface Sayings {
  /** Of each of these companies, but for the links that follow from it; companies of which nothing was said are left out. */
  of(index: IndexId, companyIds: readonly string[]): Promise<ReadonlyMap<string, Said>>;
}

export interface AccountSearch {
  /** By id, name or website; those with the id or the very name first. */
  search(index: IndexId, text: string, limit: number): Promise<{ accountId: string; facts: CompanyFacts }[]>;
}
