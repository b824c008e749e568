import { conflict, invalid } from '@signalbox/kernel';
import type { OtherCandidate, Decision } from './decision.ts';
import type { Evidence } from './evidence.ts';
import type { CompanyFacts } from './profile.ts';
import { twinId } from './said.ts';

export type ReviewState = 'open' | 'answered' | 'closed';
export type AnswerKind = 'yes' | 'no' | 'link' | 'withdraw';

/** An account that is shown to the person, or the other company of the list that it may be: that one's id is a `twinId`. */
export interface ShownAccount {
  accountId: string;
  facts: CompanyFacts;
  score: number;
}

/** What a person is asked about: one company, and the accounts that it may be, likeliest first. */
export interface Question {
  companyId: string;
  facts: CompanyFacts;
  score: number;
  rule: string;
  reason: string;
  accounts: ShownAccount[];
  evidence: Evidence[];
  rulesVersion: number;
  modelVersion: string;
}

/** What was said of one company and one account, and stands. */
export interface StandingAnswer {
  accountId: string;
  same: boolean;
}

export interface GivenAnswer {
  kind: AnswerKind;
  accountId: string;
  /** Version of the review that was looked at; 0 for whichever. */
  version: number;
}

/** What an answer changes. Nothing at all where it was given before. */
export interface AnswerEffect {
  /** Answers that end. */
  withdraw: StandingAnswer[];
  add: StandingAnswer[];
  state: ReviewState;
}

const MOST_SHOWN = 8;
/** Accounts less likely than this are shown only where there is no other. */
const WORTH_SHOWING = 0.02;
const NOTHING: readonly StandingAnswer[] = [];

/** The question that a decision leaves to a person. */
export function questionOf(decision: Decision, facts: CompanyFacts): Question {
  const { candidateId: companyId, score, rule, reason, evidence, rulesVersion, modelVersion = '', doubtfulTwin: twin } = decision;
  const shown = (other: OtherCandidate): ShownAccount => ({ accountId: other.accountId, facts: other.facts, score: other.score });
  const asked = twin ? [shown({ ...twin, accountId: twinId(twin.accountId) })] : [];
  const accounts = decision.otherCandidates.filter((one, at) => (at === 0 && !twin) || one.score >= WORTH_SHOWING).slice(0, MOST_SHOWN).map(shown);
  return { companyId, facts, score, rule, reason, evidence, rulesVersion, modelVersion, accounts: [...asked, ...accounts] };
}

const isSame = (a: StandingAnswer, b: StandingAnswer): boolean => a.accountId === b.accountId && a.same === b.same;

function linked(accountId: string, standing: readonly StandingAnswer[]): AnswerEffect {
  const wanted = { accountId, same: true };
  // A company is one account: whichever it was said to be before, it is no more; and of this one nobody says that it is another company.
  const withdraw = standing.filter((one) => !isSame(one, wanted) && (one.same || one.accountId === accountId));
  return { withdraw, add: standing.some((one) => isSame(one, wanted)) ? [] : [wanted], state: 'answered' };
}

function refused(shown: readonly ShownAccount[], given: GivenAnswer, standing: readonly StandingAnswer[]): AnswerEffect {
  if (shown.length === 0) throw invalid('matching.review.no_account', 'No account is shown that it could be another company than. Link it to an account, or complete its name and website and plan again.', { field: 'answer' });
  const ids = given.accountId === '' ? shown.map((a) => a.accountId) : [given.accountId];
  const wanted = ids.map((accountId) => ({ accountId, same: false }));
  const withdraw = standing.filter((one) => one.same && ids.includes(one.accountId));
  const add = wanted.filter((one) => !standing.some((before) => isSame(before, one)));
  const left = [...standing.filter((one) => !withdraw.includes(one)), ...add];
  const settledNow = left.some((one) => one.same) || shown.every((a) => left.some((one) => one.accountId === a.accountId));
  return { withdraw, add, state: settledNow ? 'answered' : 'open' };
}

/**
 * What an answer does, given the accounts shown and what was answered before.
 * @throws Invalid `matching.review.account_missing`, `matching.review.account_not_shown`, `matching.review.no_account`,
 *   Conflict `matching.review.version`, `matching.review.not_answered`
 */
export function effectOf(review: { version: number; state: ReviewState; accounts: readonly ShownAccount[] }, standing: readonly StandingAnswer[], given: GivenAnswer): AnswerEffect {
  const effect = decided(review.accounts, standing, given);
  // The same answer once more is no news to anybody, whichever version it was given to.
  const repeated = effect.withdraw.length === 0 && effect.add.length === 0 && effect.state === review.state;
  if (!repeated && given.version !== 0 && given.version !== review.version) {
    throw conflict('matching.review.version', `This review has changed meanwhile: it is at version ${review.version}, not ${given.version}. Load it again and look once more.`, { field: 'version' });
  }
  return effect;
}

function decided(shown: readonly ShownAccount[], standing: readonly StandingAnswer[], given: GivenAnswer): AnswerEffect {
  const { kind, accountId } = given;
  if (kind === 'withdraw') {
    if (standing.length === 0) throw conflict('matching.review.not_answered', 'There is no answer to take back. Load the review again.', { field: 'answer' });
    return { withdraw: [...standing], add: [...NOTHING], state: 'open' };
  }
  if (accountId === '' && kind !== 'no') throw invalid('matching.review.account_missing', 'Say which account it is: account_id is empty.', { field: 'account_id' });
  if (kind !== 'link' && accountId !== '' && !shown.some((a) => a.accountId === accountId)) {
    throw invalid('matching.review.account_not_shown', `The account ${accountId} is not one of those shown. Use the answer "link" for any other account.`, { field: 'account_id' });
  }
  return kind === 'no' ? refused(shown, given, standing) : linked(accountId, standing);
}
