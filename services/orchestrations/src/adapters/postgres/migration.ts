import type { MigrationInterface, QueryRunner } from 'typeorm';
import { messagingMigrations } from '@signalbox/platform-messaging';
import type { MigrationClass } from '@signalbox/platform-postgres';
import { orchestrationMigrations } from '@signalbox/platform-orchestration';

/** Definitions and mapping profiles; plans and runs have their tables from the library. */
export class CreateOrchestrations1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table orchestrations (
      workspace_id text not null,
      id text not null,
      name text not null,
      kind text not null,
      segment_id text not null,
      connection_id text not null,
      mapping_profile_id text not null,
      schedule_mode text not null,
      weekday text not null,
      guardrails jsonb not null,
      settings jsonb not null,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      primary key (workspace_id, id)
    )`);
    await runner.query('create index orchestrations_by_profile on orchestrations (workspace_id, mapping_profile_id) where deleted_at is null');
    await runner.query(`create table mapping_profiles (
      workspace_id text not null,
      id text not null,
      name text not null,
      connection_id text not null,
      object text not null,
      environment text not null,
      mappings jsonb not null,
      external_id_field text not null,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (workspace_id, id)
    )`);
    await runner.query('create index mapping_profiles_by_connection on mapping_profiles (workspace_id, connection_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table mapping_profiles');
    await runner.query('drop table orchestrations');
  }
}

/** Names that were written by Push Segment Names, so that only those are cleared (PSN-5). */
export class RememberWrittenNames1795434000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table written_names (
      workspace_id text not null,
      connection_id text not null,
      field text not null,
      crm_id text collate "C" not null,
      names text[] not null,
      written_at timestamptz not null default now(),
      primary key (workspace_id, connection_id, field, crm_id)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table written_names');
  }
}

/** A mapping's separator may change; names are read as they were written. */
export class RememberSeparators1795442000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("alter table written_names add separator text not null default ''");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table written_names drop separator');
  }
}

/** Results of a connection that is gone may still come; what they say is not kept. */
export class RememberGoneConnections1795443000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table gone_connections (workspace_id text not null, connection_id text not null, primary key (workspace_id, connection_id))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table gone_connections');
  }
}

export const migrations: MigrationClass[] = [...messagingMigrations, ...orchestrationMigrations, CreateOrchestrations1764000000001, RememberWrittenNames1795434000000, RememberSeparators1795442000000, RememberGoneConnections1795443000000];
