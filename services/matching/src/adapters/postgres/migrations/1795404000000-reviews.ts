import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What plans decided, what people are asked and what they answered; thresholds and tie-breakers of the rules. */
export class AddReviews1795404000000 implements MigrationInterface {
  name = 'AddReviews1795404000000';

  async up(runner: QueryRunner): Promise<void> {
    const decision = `workspace_id text not null, connection_id text not null, company_id text collate "C" not null,
      verdict text not null check (verdict in ('match', 'new', 'review')), account_id text not null, duplicate_of text not null, score double precision not null, rule text not null,
      rules_version int not null, model_version text not null, name text not null, website text not null, country text not null, plan_id text not null, decided_at timestamptz not null`;
    await runner.query(`create table decisions (${decision}, asked_only boolean not null, primary key (workspace_id, connection_id, company_id))`);
    await runner.query('create index decisions_by_plan on decisions (workspace_id, connection_id, plan_id, company_id)');
    // Only what was decided differently before, and a few for each company.
    await runner.query(`create table decision_history (${decision}, primary key (workspace_id, connection_id, company_id, decided_at))`);
    await runner.query(`create table reviews (
      workspace_id text not null, connection_id text not null, company_id text collate "C" not null,
      state text not null check (state in ('open', 'answered', 'closed')), version int not null,
      name text not null, website text not null, country text not null, score double precision not null, rule text not null, reason text not null,
      accounts jsonb not null, evidence jsonb not null, rules_version int not null, model_version text not null, plan_id text not null,
      opened_at timestamptz not null default now(), changed_at timestamptz not null default now(),
      primary key (workspace_id, connection_id, company_id))`);
    await runner.query('create index reviews_by_state on reviews (workspace_id, state, score desc, connection_id, company_id)');
    // Nothing is taken away from this table: what was answered and withdrawn stays, with who and when.
    await runner.query(`create table review_answers (
      workspace_id text not null, answer_id bigint generated always as identity, connection_id text not null, company_id text collate "C" not null,
      account_id text collate "C" not null, same boolean not null, given_as text not null check (given_as in ('yes', 'no', 'link')),
      name text not null, website text not null, country text not null, account_name text not null, account_website text not null, account_country text not null,
      score double precision not null, rules_version int not null, model_version text not null,
      answered_by text not null, answered_at timestamptz not null default now(), withdrawn_by text, withdrawn_at timestamptz,
      primary key (workspace_id, answer_id))`);
    await runner.query(`create unique index review_answers_standing on review_answers (workspace_id, connection_id, company_id, account_id) include (same) where withdrawn_at is null`);
    await runner.query('alter table rule_sets add column match_at double precision, add column review_at double precision, add column tie_breakers text[] not null default \'{}\'');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table rule_sets drop column match_at, drop column review_at, drop column tie_breakers');
    for (const table of ['review_answers', 'reviews', 'decision_history', 'decisions']) await runner.query(`drop table ${table}`);
  }
}
