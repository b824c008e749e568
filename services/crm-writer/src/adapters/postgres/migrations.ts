import { messagingMigrations } from '@signalbox/platform-messaging';
import type { MigrationClass } from '@signalbox/platform-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { AddRecordCounts1795432000000 } from './migrations/1795432000000-record-counts.ts';
import { AddAskedFields1795435000000 } from './migrations/1795435000000-asked-fields.ts';
import { AddCallBudgets1795422000000, AddRecordClaims1795422100000 } from './scale-out-migrations.ts';

class CreateCrmWriter1763800000000 implements MigrationInterface {
  name = 'CreateCrmWriter1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table connections (
      workspace_id text not null, id text not null, name text not null, provider text not null, base_url text not null, auth_kind text not null,
      settings jsonb not null, secrets bytea not null, secrets_key_id text not null, environment text not null,
      status text not null, status_message text not null default '', checked_at timestamptz, created_at timestamptz not null, updated_at timestamptz not null,
      version int not null default 1, api_calls_used bigint not null default 0, api_calls_allowed bigint not null default 0, api_calls_seen_at timestamptz,
      primary key (workspace_id, id), constraint connections_name unique (workspace_id, name))`);
    await this.createMirror(runner);
    await this.createLedger(runner);
  }

  private async createMirror(runner: QueryRunner): Promise<void> {
    await runner.query(`create table mirror_positions (
      workspace_id text not null, connection_id text not null, object text not null,
      sequence bigint not null default 0, position text, recheck_position text, fields text[] not null default '{}',
      pulled_at timestamptz, state text not null default 'idle', message text not null default '',
      created bigint not null default 0, changed bigint not null default 0, removed bigint not null default 0, api_calls jsonb not null default '{}',
      primary key (workspace_id, connection_id, object))`);
    // `ours`: the last change was a write of ours; what others did since a plan is found without looking at those.
    await runner.query(`create table mirror_records (
      workspace_id text not null, connection_id text not null, object text not null, crm_id text collate "C" not null,
      deleted boolean not null, name text not null, website text not null, country text not null, fields jsonb not null,
      modified_at timestamptz, sequence bigint not null, ours boolean not null,
      primary key (workspace_id, connection_id, object, crm_id))`);
    await runner.query('create index mirror_records_news on mirror_records (workspace_id, connection_id, object, sequence) where not ours');
  }

  private async createLedger(runner: QueryRunner): Promise<void> {
    await runner.query(`create table write_ledger (
      workspace_id text not null, change_id text not null, place bigint generated always as identity,
      batch_id text not null, run_id text not null, connection_id text not null, object text not null, operation text not null,
      company_id text not null, crm_id text not null, external_field text not null, changes jsonb not null, before_image jsonb not null,
      state text not null default 'intended' check (state in ('intended', 'succeeded', 'skipped', 'failed', 'unknown_then_settled')),
      code text not null default '', message text not null default '',
      intended_at timestamptz not null default now(), attempted_at timestamptz not null default now(), released_at timestamptz, settled_at timestamptz,
      primary key (workspace_id, change_id))`);
    await runner.query('create index write_ledger_newest on write_ledger (workspace_id, place desc)');
    await runner.query('create index write_ledger_by_run on write_ledger (workspace_id, run_id, place desc)');
    await runner.query(`create index write_ledger_by_record on write_ledger (workspace_id, connection_id, crm_id) where crm_id <> ''`);
    await runner.query(`create index write_ledger_by_company on write_ledger (workspace_id, connection_id, object, company_id) where operation = 'create' and state in ('succeeded', 'unknown_then_settled')`);
    await runner.query(`create table api_calls (
      workspace_id text not null, connection_id text not null, run_id text not null, batch_id text not null, operation text not null, calls bigint not null,
      primary key (workspace_id, connection_id, run_id, batch_id, operation))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['api_calls', 'write_ledger', 'mirror_records', 'mirror_positions', 'connections']) await runner.query(`drop table ${table}`);
  }
}

/** What orchestrations has said about runs whose batches may still be on their way. */
class CreateCancelledRuns1795398000000 implements MigrationInterface {
  name = 'CreateCancelledRuns1795398000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table cancelled_runs (workspace_id text not null, run_id text not null, cancelled_at timestamptz not null, primary key (workspace_id, run_id))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table cancelled_runs');
  }
}

/** How much of each record has been told on the topic: mirrors that tell less than this version does are told once more. */
class AddTold1795406000000 implements MigrationInterface {
  name = 'AddTold1795406000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table mirror_positions add told int not null default 0, add told_to text collate "C" not null default \'\'');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table mirror_positions drop told, drop told_to');
  }
}

/**
 * A pull that reads everything again compares with what is here: whatever it does not meet was deleted without our being told.
 * `sweep_from` is the sequence at its beginning; what has changed since is there, met or not.
 */
class AddSweep1795420000000 implements MigrationInterface {
  name = 'AddSweep1795420000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table mirror_positions add sweep_from bigint');
    await runner.query(`create table mirror_met (
      workspace_id text not null, connection_id text not null, object text not null, crm_id text collate "C" not null,
      primary key (workspace_id, connection_id, object, crm_id))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table mirror_met');
    await runner.query('alter table mirror_positions drop sweep_from');
  }
}

/** Contacts that converted leads became, and where the next look begins that leaves nothing out. */
class AddOperations1795430000000 implements MigrationInterface {
  name = 'AddOperations1795430000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("alter table write_ledger add contact_id text not null default ''");
    await runner.query('alter table mirror_positions add check_position text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table mirror_positions drop check_position');
    await runner.query('alter table write_ledger drop contact_id');
  }
}

export const SCHEMA = 'crm_writer';
export const migrations: MigrationClass[] = [...messagingMigrations, CreateCrmWriter1763800000000, CreateCancelledRuns1795398000000, AddTold1795406000000, AddSweep1795420000000, AddCallBudgets1795422000000, AddRecordClaims1795422100000, AddOperations1795430000000, AddRecordCounts1795432000000, AddAskedFields1795435000000];
