import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  // A deleted opportunity, or one of no account, stays as a marker with empty words, so that nothing older brings it back.
  `create table crm_opportunities (
    workspace_id text not null, connection_id text not null, record_id text not null, account_id text not null, progress text not null, sequence bigint not null,
    primary key (workspace_id, connection_id, record_id))`,
  `create index crm_opportunities_by_account on crm_opportunities (workspace_id, connection_id, account_id, progress) where progress <> ''`,
  `create table crm_company_accounts (
    workspace_id text not null, connection_id text not null, company_id uuid not null, account_id text not null,
    primary key (workspace_id, company_id, connection_id, account_id))`,
  'create index crm_company_accounts_by_account on crm_company_accounts (workspace_id, connection_id, account_id)',
  // Which connections the rules go by.
  `create table segment_crm_conditions (
    workspace_id text not null, segment_id uuid not null, connection_id text not null, opportunities boolean not null,
    primary key (workspace_id, connection_id, segment_id),
    constraint segment_crm_conditions_segment foreign key (workspace_id, segment_id) references segments on delete cascade)`,
  // What has been asked for so that they can; a removed connection stays as a marker, so that nothing older brings its facts back.
  `create table crm_follows (
    workspace_id text not null, connection_id text not null, removed boolean not null default false,
    accounts_at timestamptz, opportunities_at timestamptz, attempts int not null default 0, due_at timestamptz not null default now(), problem text not null default '',
    primary key (workspace_id, connection_id))`,
];

/** What the CRMs' records say of companies, and what of it rules go by. */
export class CrmFacts1795440000000 implements MigrationInterface {
  name = 'CrmFacts1795440000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['crm_follows', 'segment_crm_conditions', 'crm_company_accounts', 'crm_opportunities']) await runner.query(`drop table ${table}`);
  }
}

/**
 * No two indexes of a table begin alike but for the workspace: before a table that has just grown is analysed, the planner cannot tell them apart
 * by what it expects, and took the one that finds all accounts of the connection for each company.
 */
export class CrmFactsApart1795442000000 implements MigrationInterface {
  name = 'CrmFactsApart1795442000000';

  async up(runner: QueryRunner): Promise<void> {
    await this.rebuild(runner, 'workspace_id, record_id, connection_id', 'workspace_id, account_id, connection_id');
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.rebuild(runner, 'workspace_id, connection_id, record_id', 'workspace_id, connection_id, account_id');
  }

  private async rebuild(runner: QueryRunner, record: string, account: string): Promise<void> {
    await runner.query('drop index crm_opportunities_by_account');
    await runner.query('drop index crm_company_accounts_by_account');
    await runner.query(`alter table crm_opportunities drop constraint crm_opportunities_pkey, add primary key (${record})`);
    await runner.query(`create index crm_opportunities_by_account on crm_opportunities (${account}, progress) where progress <> ''`);
    await runner.query(`create index crm_company_accounts_by_account on crm_company_accounts (${account})`);
  }
}

/** Of two messages about a company the one with the larger number holds. A company that is none any more keeps a row with an empty account, for its number. */
export class CrmFactsNumbered1795443000000 implements MigrationInterface {
  name = 'CrmFactsNumbered1795443000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table crm_company_accounts add sequence bigint not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("delete from crm_company_accounts where account_id = ''");
    await runner.query('alter table crm_company_accounts drop sequence');
  }
}
