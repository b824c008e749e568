import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { DecidedFor, DecisionLog, DecisionQuery, EarlierDecisions, StoredDecision } from '../../application/review-ports.ts';
import type { IndexId } from '../../application/ports.ts';
import type { Candidate } from '../../domain/decision.ts';
import { COMPANY_MODEL } from '../../domain/models.ts';
import type { DecidedBefore } from '../../domain/standing-decision.ts';
import { columnsOf, storable } from './account-rows.ts';
import { closeReviews, openReviews } from './reviews.ts';

interface DecisionRow {
  company_id: string;
  verdict: StoredDecision['verdict'];
  account_id: string;
  duplicate_of: string;
  score: number;
  rule: string;
  rules_version: number;
  model_version: string;
  name: string;
  website: string;
  country: string;
  plan_id: string;
  owner_id: string;
  /** Of leads. */
  email?: string;
  named_account_id?: string;
  asked_only: boolean;
  decided_at: Date;
}

const OF_BOTH = 'company_id, verdict, account_id, duplicate_of, score, rule, rules_version, model_version, name, website, country, plan_id, owner_id';
const TYPES = ['text', 'text', 'text', 'text', 'float8', 'text', 'int', 'text', 'text', 'text', 'text', 'text', 'text'];
/** Earlier decisions kept of one company. */
const MOST_EARLIER = 9;

/** Where the decisions about companies, or about leads, are kept; `company_id` is the lead's id there. */
interface Log {
  table: string;
  history: string;
  columns: string;
  types: readonly string[];
  keepEarlier: string;
  forgetOldest: string;
  keep: string;
}

function logOf(table: string, history: string, more: string): Log {
  const columns = `${OF_BOTH}${more}`;
  const types = [...TYPES, ...columns.slice(OF_BOTH.length).split(', ').slice(1).map(() => 'text'), 'boolean'];
  const given = `with given as (select * from unnest(${types.map((type, at) => `$${at + 3}::${type}[]`).join(', ')}) as u (${columns}, asked_only))`;
  const updated = [...columns.split(', ').slice(1), 'asked_only', 'decided_at'].map((column) => `${column} = excluded.${column}`).join(', ');
  return {
    table, history, columns, types,
    // What is decided once more as before is no history.
    keepEarlier: `${given} insert into ${history} (workspace_id, connection_id, ${columns}, decided_at)
      select d.workspace_id, d.connection_id, ${columns.split(', ').map((c) => `d.${c}`).join(', ')}, d.decided_at from given g
        join ${table} d on d.workspace_id = $1 and d.connection_id = $2 and d.company_id = g.company_id
      where (d.verdict, d.account_id, d.rules_version, d.model_version) is distinct from (g.verdict, g.account_id, g.rules_version, g.model_version)
      on conflict do nothing returning company_id`,
    forgetOldest: `delete from ${history} h where h.workspace_id = $1 and h.connection_id = $2 and h.company_id = any($3::text[]) and h.decided_at < (
      select x.decided_at from ${history} x where x.workspace_id = $1 and x.connection_id = $2 and x.company_id = h.company_id order by x.decided_at desc offset ${MOST_EARLIER - 1} limit 1)`,
    keep: `${given} insert into ${table} (workspace_id, connection_id, ${columns}, asked_only, decided_at) select $1, $2, g.*, now() from given g order by g.company_id collate "C"
      on conflict (workspace_id, connection_id, company_id) do update set ${updated}`,
  };
}

const COMPANIES = logOf('decisions', 'decision_history', '');
const LEADS = logOf('lead_decisions', 'lead_decision_history', ', email, named_account_id');

// A link's own decision is the link's; one look by key for each, as a join may become a walk over the whole table.
const BEFORE = `select d.company_id, case when d.account_id = '' and d.duplicate_of = '' then 'review' else 'match' end as verdict, d.score, e.account_id as "accountId"
  from unnest($5::text[], $6::text[], $7::text[], $8::text[]) as g (company_id, name, website, country)
  cross join lateral (select * from decisions d where d.workspace_id = $1 and d.connection_id = $2 and d.company_id = g.company_id offset 0) as d
  cross join lateral (select coalesce(nullif(d.account_id, ''), (select l.account_id from company_links l where l.workspace_id = $1 and l.connection_id = $2 and l.company_id = d.duplicate_of), '') as account_id) as e
  where d.rules_version = $3 and d.model_version in ($4, '') and d.rule <> 'link' and d.name = g.name and d.website = g.website and d.country = g.country
    and (d.verdict = 'review' or (e.account_id <> '' and (select a.deleted from index_accounts a where a.workspace_id = $1 and a.connection_id = $2 and a.account_id = e.account_id) is not true))`;

const rowOf = (planId: string) => ({ decision: d, candidate: c, askedOnly }: DecidedFor): unknown[] => [
  storable(c.id), d.verdict, storable(d.accountId), storable(d.duplicateOf), d.score, d.rule, d.rulesVersion, d.modelVersion ?? '', storable(c.name), storable(c.website), storable(c.country), planId, storable(c.ownerId ?? ''),
  ...(c.lead ? [storable(c.lead.email), storable(c.lead.accountId)] : []), askedOnly,
];

const toDecision = (row: DecisionRow): StoredDecision => ({
  companyId: row.company_id, verdict: row.verdict, accountId: row.account_id, duplicateOf: row.duplicate_of, score: row.score, rule: row.rule, rulesVersion: row.rules_version,
  modelVersion: row.model_version, name: row.name, website: row.website, country: row.country, planId: row.plan_id, askedOnly: row.asked_only, decidedAt: row.decided_at, ownerId: row.owner_id,
  ...(row.email === undefined || row.named_account_id === undefined ? {} : { lead: { email: row.email, accountId: row.named_account_id } }),
});

/** The last of each that stands in a batch twice; in the order of ids, so that two batches do not wait for each other in a circle. */
const lastOfEach = (decided: readonly DecidedFor[]): DecidedFor[] =>
  [...new Map(decided.filter((one) => storable(one.candidate.id) !== '').map((one) => [storable(one.candidate.id), one])).values()].sort((a, b) => (a.candidate.id < b.candidate.id ? -1 : 1));

async function keepIn(log: Log, tx: Transaction, index: IndexId, planId: string, decided: readonly DecidedFor[]): Promise<void> {
  if (decided.length === 0) return;
  const columns = columnsOf(decided.map(rowOf(planId)), log.types.length);
  const changed = await tx.query<{ company_id: string }>(log.keepEarlier, [index.workspaceId, index.connectionId, ...columns]);
  if (changed.length > 0) await tx.execute(log.forgetOldest, [index.workspaceId, index.connectionId, changed.map((row) => row.company_id)]);
  await tx.execute(log.keep, [index.workspaceId, index.connectionId, ...columns]);
}

/** What was decided for plans, and the questions that it leaves to people. */
export class PgDecisionLog implements DecisionLog, EarlierDecisions {
  constructor(private readonly database: Database) {}

  /** In one transaction: the decisions, the reviews that those about companies open, and the reviews that they close. The same again changes nothing. */
  async keep(index: IndexId, planId: string, decided: readonly DecidedFor[]): Promise<void> {
    const companies = lastOfEach(decided.filter((one) => !one.candidate.lead));
    const leads = lastOfEach(decided.filter((one) => one.candidate.lead));
    if (companies.length + leads.length === 0) return;
    await this.database.transaction(async (tx) => {
      await keepIn(COMPANIES, tx, index, storable(planId), companies);
      await keepIn(LEADS, tx, index, storable(planId), leads);
      await closeReviews(tx, index, companies.filter((one) => one.decision.verdict !== 'review').map((one) => storable(one.candidate.id)));
      await openReviews(tx, index, storable(planId), companies.filter((one) => one.decision.verdict === 'review'));
    });
  }

  async before(index: IndexId, rulesVersion: number, candidates: readonly Candidate[]): Promise<ReadonlyMap<string, DecidedBefore>> {
    const rows = await this.database.query<DecidedBefore & { company_id: string }>(BEFORE, [
      index.workspaceId, index.connectionId, rulesVersion, COMPANY_MODEL.version, ...columnsOf(candidates.map((c) => [c.id, c.name, c.website, c.country].map(storable)), 4),
    ]);
    return new Map(rows.map(({ company_id, ...decided }) => [company_id, decided]));
  }

  async list(index: IndexId, query: DecisionQuery): Promise<StoredDecision[]> {
    const { table, history, columns } = query.leads ? LEADS : COMPANIES;
    const company = storable(query.companyId);
    const rows = company === ''
      ? await this.database.query<DecisionRow>(`select ${columns}, asked_only, decided_at from ${table} where workspace_id = $1 and connection_id = $2 and company_id > $3 and ($4 = '' or plan_id = $4)
          order by company_id limit $5`, [index.workspaceId, index.connectionId, storable(query.after), storable(query.planId), query.limit])
      : await this.database.query<DecisionRow>(`select ${columns}, asked_only, decided_at from ${table} where workspace_id = $1 and connection_id = $2 and company_id = $3 and ($4 = '' or plan_id = $4)
          union all select ${columns}, false, decided_at from ${history} where workspace_id = $1 and connection_id = $2 and company_id = $3 and ($4 = '' or plan_id = $4) order by decided_at desc limit ${MOST_EARLIER + 1}`,
      [index.workspaceId, index.connectionId, company, storable(query.planId)]);
    return rows.map(toDecision);
  }

  /** The connection was deleted: nothing is decided about its accounts any more. What people answered stays. */
  async remove(tx: Transaction, index: IndexId): Promise<void> {
    for (const table of [COMPANIES, LEADS].flatMap((log) => [log.table, log.history]).concat('reviews')) {
      await tx.execute(`delete from ${table} where workspace_id = $1 and connection_id = $2`, [index.workspaceId, index.connectionId]);
    }
  }
}
