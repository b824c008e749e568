import type { Decision } from './decision.ts';
import { COMPANY_MODEL } from './models.ts';

/** What an earlier plan decided about a company, by the same rules and model, of the same facts. */
export interface DecidedBefore {
  verdict: 'match' | 'review';
  /** The account that the CRM still has; of a company that was a duplicate of another, the account made for that one. */
  accountId: string;
  score: number;
}

/** Rule of a match that stands from an earlier plan. */
export const AS_BEFORE = 'as-before';

/**
 * What has been found in the CRM once is not made there because other accounts have come since: they change how telling its words
 * are and what else is near, and so could turn a close match into "new". A person, other rules, other facts or the account's
 * deletion do change it (CNA-4, CNA-10).
 */
export function standing(decision: Decision, before: DecidedBefore | undefined): Decision {
  if (!before || decision.verdict !== 'new' || decision.duplicateOf !== '') return decision;
  const kept = { ...decision, rule: AS_BEFORE, score: before.score, modelVersion: COMPANY_MODEL.version };
  if (before.verdict === 'review') return { ...kept, verdict: 'review', reason: `${decision.reason} An earlier plan left it to a person, who has not answered yet.` };
  return { ...kept, verdict: 'match', accountId: before.accountId, reason: `An earlier plan found it in the CRM as ${before.accountId}, which is still there; accounts that have come since do not change that.` };
}
