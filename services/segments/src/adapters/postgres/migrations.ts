import { messagingMigrations } from '@signalbox/platform-messaging';
import type { MigrationClass } from '@signalbox/platform-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CrmFacts1795440000000, CrmFactsApart1795442000000, CrmFactsNumbered1795443000000 } from './crm-facts-migration.ts';

/** Every table begins with the workspace, so that all of them can be split by it. */
export class CreateSegments1764000000000 implements MigrationInterface {
  name = 'CreateSegments1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...COMPANIES, ...SEGMENTS, ...IMPORTS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['import_problems', 'imports', 'segment_members', 'segment_dependencies', 'segments', 'company_attributes', 'companies', 'workspaces']) {
      await runner.query(`drop table ${table}`);
    }
  }
}

const COMPANIES = [
  // companies_version counts the changes of companies. Its row is locked by whoever writes companies, so versions become visible in order.
  `create table workspaces (
    workspace_id text primary key, companies_version bigint not null default 0, companies bigint not null default 0) with (fillfactor = 50)`,
  `create table companies (
    workspace_id text not null, id uuid not null, source_id text not null,
    name text not null, website text not null, domain text not null, country text not null, country_key text not null, industry text not null,
    employees bigint, annual_revenue double precision, attributes jsonb not null,
    changed_version bigint not null, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    primary key (workspace_id, id), unique (workspace_id, source_id))`,
  'create index companies_by_change on companies (workspace_id, changed_version)',
  'create table company_attributes (workspace_id text not null, name text not null, primary key (workspace_id, name))',
];

const SEGMENTS = [
  // inputs_version counts the changes of the rule and of what it is built from; a dynamic segment is up to date when both
  // evaluated_ versions have caught up.
  `create table segments (
    workspace_id text not null, id uuid not null, name text not null, name_key text not null, kind text not null check (kind in ('dynamic', 'static')),
    rule jsonb, size bigint not null default 0, version int not null default 1,
    inputs_version bigint not null default 1, evaluated_inputs_version bigint not null default 0, evaluated_companies_version bigint not null default 0,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(), evaluated_at timestamptz,
    primary key (workspace_id, id))`,
  'create unique index segments_by_name on segments (workspace_id, name_key)',
  `create table segment_dependencies (
    workspace_id text not null, segment_id uuid not null, depends_on uuid not null,
    primary key (workspace_id, segment_id, depends_on),
    constraint segment_dependencies_segment foreign key (workspace_id, segment_id) references segments on delete cascade,
    constraint segment_dependencies_depends_on foreign key (workspace_id, depends_on) references segments)`,
  'create index segment_dependencies_reverse on segment_dependencies (workspace_id, depends_on)',
  `create table segment_members (
    workspace_id text not null, segment_id uuid not null, company_id uuid not null, added_at timestamptz not null default now(),
    primary key (workspace_id, segment_id, company_id))`,
];

const IMPORTS = [
  `create table imports (
    workspace_id text not null, id uuid not null, file_name text not null, size_bytes bigint not null,
    state text not null default 'running' check (state in ('running', 'finished', 'failed')),
    bytes_read bigint not null default 0, rows_read bigint not null default 0, rows_created bigint not null default 0,
    rows_updated bigint not null default 0, rows_unchanged bigint not null default 0, rows_rejected bigint not null default 0,
    failure text not null default '', started_at timestamptz not null, finished_at timestamptz,
    primary key (workspace_id, id))`,
  `create index imports_running on imports (workspace_id, id) where state = 'running'`,
  `create table import_problems (
    workspace_id text not null, import_id uuid not null, id bigint generated always as identity,
    line bigint not null, code text not null, message text not null,
    primary key (workspace_id, import_id, id))`,
];

/** Segments whose names are shown outside of Signalbox. A name that was not given follows the segment's own. */
export class PublishSegments1795433000000 implements MigrationInterface {
  name = 'PublishSegments1795433000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table published_segments (
      workspace_id text not null, segment_id uuid not null, name text not null, name_key text not null, renamed boolean not null, enabled boolean not null,
      published_at timestamptz not null default now(),
      primary key (workspace_id, segment_id),
      constraint published_segments_segment foreign key (workspace_id, segment_id) references segments on delete cascade)`);
    await runner.query('create unique index published_segments_by_name on published_segments (workspace_id, name_key)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table published_segments');
  }
}

/** How far others have been told of companies: at first of none, so that what is there is told once. */
export class TellCompanies1795434000000 implements MigrationInterface {
  name = 'TellCompanies1795434000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table company_news (workspace_id text primary key, version bigint not null default 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table company_news');
  }
}

export const SCHEMA = 'segments';
export const MIGRATIONS: MigrationClass[] = [...messagingMigrations, CreateSegments1764000000000, PublishSegments1795433000000, TellCompanies1795434000000, CrmFacts1795440000000, CrmFactsApart1795442000000, CrmFactsNumbered1795443000000];
