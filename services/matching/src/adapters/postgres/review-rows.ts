import type { LabelledPair, StoredReview } from '../../application/review-ports.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { ReviewState, ShownAccount, StandingAnswer } from '../../domain/review.ts';

export interface ReviewRow {
  connection_id: string;
  company_id: string;
  state: ReviewState;
  version: number;
  name: string;
  website: string;
  country: string;
  score: number;
  rule: string;
  reason: string;
  accounts: ShownAccount[];
  evidence: Evidence[];
  rules_version: number;
  model_version: string;
  opened_at: Date;
  changed_at: Date;
  standing: { accountId: string; same: boolean; by: string; at: string }[];
}

export interface AnswerRow {
  answer_id: number;
  connection_id: string;
  company_id: string;
  account_id: string;
  same: boolean;
  name: string;
  website: string;
  country: string;
  account_name: string;
  account_website: string;
  account_country: string;
  score: number;
  rules_version: number;
  model_version: string;
  answered_by: string;
  answered_at: Date;
  withdrawn_by: string | null;
  withdrawn_at: Date | null;
}

const OWN = 'connection_id, company_id, state, version, name, website, country, score, rule, reason, accounts, evidence, rules_version, model_version, opened_at, changed_at';

/** A review with the answers that stand, of `reviews r`. */
export const REVIEW_COLUMNS = `${OWN.split(', ').map((column) => `r.${column}`).join(', ')}, coalesce((
  select jsonb_agg(jsonb_build_object('accountId', a.account_id, 'same', a.same, 'by', a.answered_by, 'at', a.answered_at) order by a.answer_id)
  from review_answers a where a.workspace_id = r.workspace_id and a.connection_id = r.connection_id and a.company_id = r.company_id and a.withdrawn_at is null), '[]') as standing`;

export function toReview(row: ReviewRow): StoredReview {
  const last = row.standing.at(-1);
  const standing: StandingAnswer[] = row.standing.map(({ accountId, same }) => ({ accountId, same }));
  return {
    connectionId: row.connection_id, companyId: row.company_id, state: row.state, version: row.version, facts: { name: row.name, website: row.website, country: row.country },
    score: row.score, rule: row.rule, reason: row.reason, accounts: row.accounts, evidence: row.evidence, rulesVersion: row.rules_version, modelVersion: row.model_version,
    openedAt: row.opened_at, changedAt: row.changed_at, standing, answeredBy: last?.by ?? '', ...(last ? { answeredAt: new Date(last.at) } : {}),
  };
}

export const toPair = (row: AnswerRow): LabelledPair => ({
  answerId: row.answer_id, connectionId: row.connection_id, companyId: row.company_id, company: { name: row.name, website: row.website, country: row.country },
  accountId: row.account_id, account: { name: row.account_name, website: row.account_website, country: row.account_country }, same: row.same, score: row.score,
  rulesVersion: row.rules_version, modelVersion: row.model_version, answeredBy: row.answered_by, answeredAt: row.answered_at,
  withdrawnBy: row.withdrawn_by ?? '', ...(row.withdrawn_at ? { withdrawnAt: row.withdrawn_at } : {}),
});
