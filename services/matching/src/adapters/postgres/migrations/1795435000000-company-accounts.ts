import type { MigrationInterface, QueryRunner } from 'typeorm';

const OF_CONNECTION = 'workspace_id text not null, connection_id text not null';

/** The workspace's companies, and the accounts that they are, kept for connections that somebody follows. */
export class AddCompanyAccounts1795435000000 implements MigrationInterface {
  name = 'AddCompanyAccounts1795435000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table companies (
      workspace_id text not null, company_id text collate "C" not null, name text not null, website text not null, country text not null, version bigint not null,
      primary key (workspace_id, company_id))`);
    await runner.query('create table company_positions (workspace_id text primary key, version bigint not null, companies bigint not null default 0)');
    // Keys are mixed with the workspace's name: in one index for all, nobody's frequent key is another's.
    await runner.query(`create table company_keys (
      workspace_id text not null, company_id text collate "C" not null, version bigint not null, keys bigint[] not null, primary key (workspace_id, company_id))`);
    await runner.query('create index company_keys_by_key on company_keys using gin (keys)');
    // sweep_after: how far all companies have been decided about; null when they have.
    await runner.query(`create table company_follows (${OF_CONNECTION},
      turn bigint not null default 0, rules_version int not null default 0, engine text not null default '', words_accounts bigint not null default 0,
      sweep_after text collate "C" default '', swept bigint not null default 0, mirror_sequence bigint not null default 0, companies_version bigint not null default 0,
      followed_at timestamptz not null default now(), primary key (workspace_id, connection_id))`);
    await runner.query('create sequence company_questions');
    await runner.query(`create table pending_companies (${OF_CONNECTION}, company_id text collate "C" not null, asked bigint not null, latest bigint not null,
      primary key (workspace_id, connection_id, company_id))`);
    await runner.query('create index pending_companies_in_turn on pending_companies (workspace_id, connection_id, asked)');
    await runner.query(`create table account_changes (${OF_CONNECTION}, change_id bigint generated always as identity, account_id text collate "C" not null, keys bigint[] not null,
      primary key (workspace_id, connection_id, change_id))`);
    await runner.query(`create table company_accounts (${OF_CONNECTION}, account_id text collate "C" not null, company_id text collate "C" not null, rule text not null, score double precision not null,
      primary key (workspace_id, connection_id, account_id, company_id))`);
    await runner.query('create index company_accounts_by_company on company_accounts (workspace_id, connection_id, company_id)');
    await runner.query('create index company_links_by_account on company_links (workspace_id, connection_id, account_id)');
    await runner.query(`create index review_answers_about_companies on review_answers (workspace_id, connection_id, account_id) where withdrawn_at is null and account_id like 'company:%'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index review_answers_about_companies');
    await runner.query('drop index company_links_by_account');
    for (const table of ['company_accounts', 'account_changes', 'pending_companies', 'company_follows', 'company_keys', 'company_positions', 'companies']) await runner.query(`drop table ${table}`);
    await runner.query('drop sequence company_questions');
  }
}
