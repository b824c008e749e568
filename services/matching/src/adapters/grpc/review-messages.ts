import { matching } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import type { AnswerOutcome, AnswerToReview } from '../../application/review-queue.ts';
import type { LabelledPair, ReviewPosition, StoredDecision, StoredReview } from '../../application/review-ports.ts';
import type { Flip, Totals } from '../../application/simulate-rules.ts';
import type { AnswerKind, ReviewState } from '../../domain/review.ts';
import { VERDICTS } from './messages.ts';

const { ReviewState: State, ReviewAnswerKind: Kind } = matching;
const STATES: Readonly<Record<ReviewState, matching.ReviewState>> = { open: State.OPEN, answered: State.ANSWERED, closed: State.CLOSED };
const KINDS = new Map<matching.ReviewAnswerKind, AnswerKind>([[Kind.YES, 'yes'], [Kind.NO, 'no'], [Kind.LINK, 'link'], [Kind.WITHDRAW, 'withdraw']]);

/** @throws Invalid `matching.review.state` */
export function toState(state: matching.ReviewState): ReviewState {
  if (state === State.UNSPECIFIED) return 'open';
  const known = (Object.keys(STATES) as ReviewState[]).find((key) => STATES[key] === state);
  if (!known) throw invalid('matching.review.state', 'Reviews are open, answered or closed.', { field: 'state' });
  return known;
}

export function toAnswer(answer: matching.ReviewAnswer, at: number): AnswerToReview {
  const kind = KINDS.get(answer.answer);
  if (!kind) throw invalid('matching.review.answer', 'Answer with yes, no, link or withdraw.', { field: `answers[${at}].answer` });
  return { kind, connectionId: answer.connectionId, companyId: answer.companyId, accountId: answer.accountId, version: answer.version };
}

export function reviewMessage(review: StoredReview): matching.Review {
  const { connectionId, companyId, state, version, facts, score, reason, rulesVersion, modelVersion, openedAt, changedAt, answeredBy, answeredAt } = review;
  const refused = new Set(review.standing.filter((one) => !one.same).map((one) => one.accountId));
  return {
    connectionId, companyId, state: STATES[state], version, ...facts, score, reason, rulesVersion, modelVersion, openedAt, changedAt, answeredBy, answeredAt,
    accounts: review.accounts.map((a) => ({ accountId: a.accountId, ...a.facts, score: a.score, refused: refused.has(a.accountId) })),
    evidence: review.evidence, accountId: review.standing.find((one) => one.same)?.accountId ?? '',
  };
}

export function outcomeMessage(outcome: AnswerOutcome, { connectionId, companyId }: AnswerToReview): matching.AnswerReviewResult {
  if ('review' in outcome) return { connectionId, companyId, review: reviewMessage(outcome.review), code: '', problem: undefined };
  const { code, field = '', publicMessage } = outcome.refused;
  return { connectionId, companyId, review: undefined, code, problem: { field, message: publicMessage } };
}

export const pairMessage = (pair: LabelledPair): matching.LabelledPair => ({
  connectionId: pair.connectionId, companyId: pair.companyId, companyName: pair.company.name, companyWebsite: pair.company.website, companyCountry: pair.company.country,
  accountId: pair.accountId, accountName: pair.account.name, accountWebsite: pair.account.website, accountCountry: pair.account.country, same: pair.same, score: pair.score,
  rulesVersion: pair.rulesVersion, modelVersion: pair.modelVersion, answeredBy: pair.answeredBy, answeredAt: pair.answeredAt, withdrawnAt: pair.withdrawnAt, withdrawnBy: pair.withdrawnBy,
});

export const storedMessage = (d: StoredDecision): matching.StoredDecision => ({
  companyId: d.companyId, name: d.name, website: d.website, country: d.country, decision: VERDICTS[d.verdict], accountId: d.accountId, duplicateOfCandidateId: d.duplicateOf, score: d.score, rule: d.rule,
  rulesVersion: d.rulesVersion, modelVersion: d.modelVersion, planId: d.planId, decidedAt: d.decidedAt,
  kind: d.lead ? matching.CandidateKind.LEAD : matching.CandidateKind.COMPANY, email: d.lead?.email ?? '', namedAccountId: d.lead?.accountId ?? '', ownerId: d.ownerId ?? '',
});

export const flipMessage = ({ before, after, withoutChange }: Flip): matching.Flip => ({
  companyId: before.companyId, name: before.name, website: before.website, country: before.country, fromDecision: VERDICTS[before.verdict], fromAccountId: before.accountId, fromScore: before.score,
  toDecision: VERDICTS[after.verdict], toAccountId: after.accountId, toScore: after.score, toRule: after.rule, toReason: after.reason, withoutChange, email: before.lead?.email ?? '',
});

export const totalsMessage = (totals: Totals): matching.SimulationTotals => ({
  compared: totals.compared, flips: totals.flips, withoutChange: totals.withoutChange,
  byDecision: [...totals.byDecision.values()].map(({ from, to, count }) => ({ fromDecision: VERDICTS[from], toDecision: VERDICTS[to], count })),
});

/** A place between two reviews, as a cursor holds it. */
export const positionText = ({ score, connectionId, companyId }: ReviewPosition): string => JSON.stringify([score, connectionId, companyId]);

/** @throws Invalid `page.cursor` */
export function toPosition(after: string): ReviewPosition | undefined {
  if (after === '') return undefined;
  try {
    const [score, connectionId, companyId] = JSON.parse(after) as unknown[];
    if (typeof score === 'number' && typeof connectionId === 'string' && typeof companyId === 'string') return { score, connectionId, companyId };
  } catch {
    // said below, with the remedy
  }
  throw invalid('page.cursor', 'The cursor is not one of ours. Use next_cursor of the page before, or none.', { field: 'page.cursor' });
}
