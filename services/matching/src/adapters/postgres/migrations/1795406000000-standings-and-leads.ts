import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tie-breakers go by, and what plans decided about leads. Processes of the version before neither write nor read any of it. */
export class AddStandingsAndLeads1795406000000 implements MigrationInterface {
  name = 'AddStandingsAndLeads1795406000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table index_accounts add created_at timestamptz, add last_activity_at timestamptz, add owner_id text');
    for (const table of ['decisions', 'decision_history']) await runner.query(`alter table ${table} add owner_id text not null default ''`);
    // Beside those about companies: a lead's id is the CRM's, a company's is ours, and nothing keeps the two apart.
    const decision = `workspace_id text not null, connection_id text not null, company_id text collate "C" not null,
      verdict text not null check (verdict in ('match', 'new', 'review')), account_id text not null, duplicate_of text not null, score double precision not null, rule text not null,
      rules_version int not null, model_version text not null, name text not null, website text not null, country text not null, plan_id text not null,
      email text not null, named_account_id text not null, owner_id text not null, decided_at timestamptz not null`;
    await runner.query(`create table lead_decisions (${decision}, asked_only boolean not null, primary key (workspace_id, connection_id, company_id))`);
    await runner.query('create index lead_decisions_by_plan on lead_decisions (workspace_id, connection_id, plan_id, company_id)');
    await runner.query(`create table lead_decision_history (${decision}, primary key (workspace_id, connection_id, company_id, decided_at))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['lead_decision_history', 'lead_decisions']) await runner.query(`drop table ${table}`);
    for (const table of ['decisions', 'decision_history']) await runner.query(`alter table ${table} drop owner_id`);
    await runner.query('alter table index_accounts drop created_at, drop last_activity_at, drop owner_id');
  }
}
