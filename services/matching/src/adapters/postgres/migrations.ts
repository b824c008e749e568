import { messagingMigrations } from '@signalbox/platform-messaging';
import type { MigrationClass } from '@signalbox/platform-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { AddIndexKeys1795403000000 } from './migrations/1795403000000-index-keys.ts';
import { AddReviews1795404000000 } from './migrations/1795404000000-reviews.ts';
import { AddRelations1795421000000 } from './migrations/1795421000000-relations.ts';
import { AddStandingsAndLeads1795406000000 } from './migrations/1795406000000-standings-and-leads.ts';
import { AddCompanyAccounts1795435000000 } from './migrations/1795435000000-company-accounts.ts';
import { AddCompanyAccountsAgain1795441000000 } from './migrations/1795441000000-company-accounts-again.ts';
import { NumberPairsTold1795443000000 } from './migrations/1795443000000-pairs-told.ts';
import { AddIndexPending1795407000000 } from './migrations/1795407000000-index-pending.ts';

class CreateMatching1763800000000 implements MigrationInterface {
  name = 'CreateMatching1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    // Deleted accounts stay as markers: they end links, and keep a late message from bringing an account back.
    await runner.query(`create table index_accounts (
      workspace_id text not null, connection_id text not null, account_id text collate "C" not null,
      name text not null, website text not null, country text not null,
      plain_name text not null, name_key text not null, tokens text not null, host text not null, domain text not null, label text not null, country_code text not null,
      deleted boolean not null, sequence bigint not null, profile_version int not null, changed_at timestamptz not null default now(),
      primary key (workspace_id, connection_id, account_id))`);
    for (const key of ['domain', 'host', 'name_key']) {
      await runner.query(`create index index_accounts_by_${key} on index_accounts (workspace_id, connection_id, ${key}, account_id) where not deleted and ${key} <> ''`);
    }
    await runner.query('create index index_accounts_by_version on index_accounts (profile_version, workspace_id, connection_id, account_id)');
    await runner.query(`create table index_positions (
      workspace_id text not null, connection_id text not null, sequence bigint not null, changed_at timestamptz not null default now(),
      primary key (workspace_id, connection_id))`);
    await runner.query(`create table company_links (
      workspace_id text not null, connection_id text not null, company_id text collate "C" not null, account_id text not null,
      origin text not null check (origin in ('created', 'matched', 'person')), linked_at timestamptz not null default now(),
      primary key (workspace_id, connection_id, company_id))`);
    await runner.query(`create table rule_sets (
      workspace_id text not null, version int not null, blocks jsonb not null, built_in boolean not null, changed_at timestamptz not null default now(),
      primary key (workspace_id, version))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['rule_sets', 'company_links', 'index_positions', 'index_accounts']) await runner.query(`drop table ${table}`);
  }
}

export const SCHEMA = 'matching';
export const migrations: MigrationClass[] = [...messagingMigrations, CreateMatching1763800000000, AddIndexKeys1795403000000, AddReviews1795404000000, AddStandingsAndLeads1795406000000, AddIndexPending1795407000000, AddRelations1795421000000, AddCompanyAccounts1795435000000, AddCompanyAccountsAgain1795441000000, NumberPairsTold1795443000000];
