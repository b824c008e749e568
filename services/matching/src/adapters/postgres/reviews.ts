import { notFound } from '@signalbox/kernel';
import { jsonb, type Database, type Transaction } from '@signalbox/platform-postgres';
import type { IndexId } from '../../application/ports.ts';
import type { DecidedFor, LabelledPair, ReviewPosition, Reviews, Sayings, StoredReview } from '../../application/review-ports.ts';
import { questionOf, type AnswerEffect, type AnswerKind, type ReviewState } from '../../domain/review.ts';
import { companyOfTwin, type Said } from '../../domain/said.ts';
import { columnsOf, storable } from './account-rows.ts';
import { askWhereFollowed } from './company-questions.ts';
import { REVIEW_COLUMNS, toPair, toReview, type AnswerRow, type ReviewRow } from './review-rows.ts';

const FACTS = 'name, website, country, score, rule, reason, accounts, evidence, rules_version, model_version';
const TYPES = ['text', 'text', 'text', 'text', 'float8', 'text', 'text', 'text', 'text', 'int', 'text'];
const values = (alias: string): string => FACTS.split(', ').map((column) => `${alias}.${column}`).join(', ');

// A question that stands as it is keeps its version: the person who looks at it is not disturbed.
const OPEN = `insert into reviews as r (workspace_id, connection_id, plan_id, state, version, company_id, ${FACTS})
  select $1, $2, $3, 'open', 1, u.company_id, u.name, u.website, u.country, u.score, u.rule, u.reason, u.accounts::jsonb, u.evidence::jsonb, u.rules_version, u.model_version
    from unnest(${TYPES.map((type, at) => `$${at + 4}::${type}[]`).join(', ')}) as u (company_id, ${FACTS}) order by u.company_id collate "C"
  on conflict (workspace_id, connection_id, company_id) do update set ${FACTS.split(', ').map((column) => `${column} = excluded.${column}`).join(', ')},
    state = 'open', plan_id = excluded.plan_id, version = r.version + 1, changed_at = now(), opened_at = case when r.state = 'open' then r.opened_at else now() end
  where r.state <> 'open' or (${values('r')}) is distinct from (${values('excluded')})`;

/** A question for each of these decisions; a company about which a question is open has it renewed. */
export async function openReviews(tx: Transaction, index: IndexId, planId: string, decided: readonly DecidedFor[]): Promise<void> {
  if (decided.length === 0) return;
  const rows = decided.map(({ decision, candidate: { id, name, website, country } }) => {
    const question = questionOf(decision, { name, website, country });
    const { score, rule, reason, accounts, evidence, rulesVersion, modelVersion } = question;
    return [...[id, name, website, country].map(storable), score, rule, storable(reason), jsonb(accounts), jsonb(evidence), rulesVersion, modelVersion];
  });
  await tx.execute(OPEN, [index.workspaceId, index.connectionId, planId, ...columnsOf(rows, TYPES.length)]);
}

/** These companies were decided about without a person. */
export async function closeReviews(tx: Transaction, index: IndexId, companyIds: readonly string[]): Promise<void> {
  if (companyIds.length === 0) return;
  await tx.execute(`update reviews set state = 'closed', version = version + 1, changed_at = now()
    where workspace_id = $1 and connection_id = $2 and company_id = any($3::text[]) and state = 'open'`, [index.workspaceId, index.connectionId, companyIds]);
}

interface AccountFactsRow {
  account_id: string;
  name: string;
  website: string;
  country: string;
}

/** The queue of reviews, what people answered, and what follows from it for every later decision. */
export class PgReviews implements Reviews, Sayings {
  constructor(private readonly database: Database) {}

  async list(workspaceId: string, query: { connectionId: string; state: ReviewState; after?: ReviewPosition; limit: number }): Promise<StoredReview[]> {
    const { connectionId, state, after, limit } = query;
    const rows = await this.database.query<ReviewRow>(`select ${REVIEW_COLUMNS} from reviews r where r.workspace_id = $1 and r.state = $2 and ($3 = '' or r.connection_id = $3)
      and ($4::float8 is null or r.score < $4 or (r.score = $4 and (r.connection_id, r.company_id) > ($5, $6 collate "C")))
      order by r.score desc, r.connection_id, r.company_id limit $7`,
    [workspaceId, state, storable(connectionId), after?.score ?? null, storable(after?.connectionId ?? ''), storable(after?.companyId ?? ''), limit]);
    return rows.map(toReview);
  }

  async count(workspaceId: string, { connectionId, state }: { connectionId: string; state: ReviewState }): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(`select count(*) as count from reviews where workspace_id = $1 and state = $2 and ($3 = '' or connection_id = $3)`, [workspaceId, state, storable(connectionId)]);
    return Number(row?.count ?? 0);
  }

  answer(index: IndexId, companyId: string, by: { subject: string; kind: AnswerKind }, decide: (review: StoredReview) => AnswerEffect): Promise<StoredReview> {
    const key = [index.workspaceId, index.connectionId, storable(companyId)];
    return this.database.transaction(async (tx) => {
      // Held first and read afterwards: what somebody else answered meanwhile is seen.
      await tx.query('select 1 from reviews where workspace_id = $1 and connection_id = $2 and company_id = $3 for update', key);
      const read = async (): Promise<StoredReview | undefined> => {
        const [row] = await tx.query<ReviewRow>(`select ${REVIEW_COLUMNS} from reviews r where r.workspace_id = $1 and r.connection_id = $2 and r.company_id = $3`, key);
        return row && toReview(row);
      };
      const review = await read();
      if (!review) throw notFound('matching.review.unknown', `There is no review of the company ${companyId} for this connection. Load the list again.`, { field: 'company_id' });
      const effect = decide(review);
      if (effect.withdraw.length === 0 && effect.add.length === 0 && effect.state === review.state) return review;
      await withdraw(tx, key, effect, by.subject);
      await add(tx, key, review, effect, by);
      await askWhereFollowed(tx, index, [companyId]);
      await tx.execute('update reviews set state = $4, version = version + 1, changed_at = now() where workspace_id = $1 and connection_id = $2 and company_id = $3', [...key, effect.state]);
      return (await read()) as StoredReview;
    });
  }

  async answers(workspaceId: string, query: { connectionId: string; withdrawnToo: boolean; after: number; limit: number }): Promise<LabelledPair[]> {
    const rows = await this.database.query<AnswerRow>(`select * from review_answers where workspace_id = $1 and ($2 = '' or connection_id = $2) and ($3 or withdrawn_at is null) and answer_id > $4
      order by answer_id limit $5`, [workspaceId, storable(query.connectionId), query.withdrawnToo, query.after, query.limit]);
    return rows.map(toPair);
  }

  async of(index: IndexId, companyIds: readonly string[]): Promise<ReadonlyMap<string, Said>> {
    if (companyIds.length === 0) return new Map();
    const rows = await this.database.query<{ company_id: string; account_id: string; same: boolean }>(`select company_id, account_id, same from review_answers
      where workspace_id = $1 and connection_id = $2 and company_id = any($3::text[]) and withdrawn_at is null`, [index.workspaceId, index.connectionId, companyIds.map(storable)], { name: 'matching.said' });
    const said = new Map<string, { not: Set<string>; sameAs: string }>();
    for (const { company_id: companyId, account_id: accountId, same } of rows) {
      const one = said.get(companyId) ?? { not: new Set<string>(), sameAs: '' };
      if (!same) one.not.add(accountId);
      // That it is an account is a link.
      else one.sameAs = companyOfTwin(accountId) ?? '';
      if (one.not.size > 0 || one.sameAs !== '') said.set(companyId, one);
    }
    return said;
  }
}

async function withdraw(tx: Transaction, key: readonly string[], { withdraw: ended }: AnswerEffect, subject: string): Promise<void> {
  if (ended.length === 0) return;
  await tx.execute(`update review_answers set withdrawn_at = now(), withdrawn_by = $5
    where workspace_id = $1 and connection_id = $2 and company_id = $3 and account_id = any($4::text[]) and withdrawn_at is null`, [...key, ended.map((one) => one.accountId), subject]);
  // A link that the product made itself is no answer, and stays.
  await tx.execute(`delete from company_links where workspace_id = $1 and connection_id = $2 and company_id = $3 and account_id = any($4::text[]) and origin = 'person'`,
    [...key, ended.filter((one) => one.same).map((one) => one.accountId)]);
}

async function add(tx: Transaction, key: readonly string[], review: StoredReview, { add: given }: AnswerEffect, by: { subject: string; kind: AnswerKind }): Promise<void> {
  if (given.length === 0) return;
  const known = await tx.query<AccountFactsRow>(`select account_id, name, website, country from index_accounts where workspace_id = $1 and connection_id = $2 and account_id = any($3::text[]) and not deleted`,
    [key[0], key[1], given.map((one) => storable(one.accountId))]);
  for (const { accountId, same } of given) {
    const account = known.find((one) => one.account_id === accountId);
    const shown = review.accounts.find((one) => one.accountId === accountId);
    // To be linked it must be there; that it is another company may be said of an account that has gone since.
    const isAccount = companyOfTwin(accountId) === undefined || !shown;
    if (same && isAccount && !account) throw notFound('matching.account_unknown', `The CRM has no account ${accountId} in this connection. Check the id, or refresh the CRM's mirror.`, { field: 'account_id' });
    const facts = account ?? { name: '', website: '', country: '', ...shown?.facts };
    await tx.execute(`insert into review_answers (workspace_id, connection_id, company_id, account_id, same, given_as, name, website, country, account_name, account_website, account_country, score, rules_version, model_version, answered_by)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [...key, accountId, same, by.kind, review.facts.name, review.facts.website, review.facts.country, facts.name, facts.website, facts.country, shown?.score ?? 0, review.rulesVersion, review.modelVersion, by.subject]);
    if (same && isAccount) {
      await tx.execute(`insert into company_links (workspace_id, connection_id, company_id, account_id, origin) values ($1, $2, $3, $4, 'person')
        on conflict (workspace_id, connection_id, company_id) do update set account_id = excluded.account_id, origin = 'person', linked_at = now()`, [...key, accountId]);
    }
  }
}
