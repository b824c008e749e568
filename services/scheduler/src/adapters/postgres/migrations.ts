import { messagingMigrations } from '@signalbox/platform-messaging';
import type { MigrationClass } from '@signalbox/platform-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { AddSkippedOccurrences1795442000000 } from './migrations/1795442000000-skipped-occurrences.ts';

class CreateScheduler1763800000000 implements MigrationInterface {
  name = 'CreateScheduler1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    // A removed schedule stays as manual, so that a late older event does not bring it back.
    await runner.query(`create table schedules (
      workspace_id text not null, subject_id text collate "C" not null, mode text not null check (mode in ('manual', 'daily', 'weekly')), weekday int not null,
      since timestamptz not null, removed boolean not null, last_date date, last_due_at timestamptz, next_due_at timestamptz,
      primary key (workspace_id, subject_id))`);
    await runner.query(`create index schedules_due on schedules (next_due_at) where mode <> 'manual'`);
    await runner.query(`create table nightly_sync (
      workspace_id text not null primary key, time_of_day text not null, time_zone text not null, changed_at timestamptz not null,
      chosen boolean not null, provisional boolean not null, asked_at timestamptz)`);
    // The unique key is what makes "once per local day, never twice" true whatever else goes wrong.
    await runner.query(`create table occurrences (
      workspace_id text not null, id text collate "C" not null, subject_id text not null, local_date date not null, due_at timestamptz not null, requested_at timestamptz,
      state text not null check (state in ('requested', 'finished', 'missed')), late boolean not null, run_id text not null default '', finished_at timestamptz,
      primary key (workspace_id, id), constraint occurrences_once unique (workspace_id, subject_id, local_date))`);
    await runner.query('create index occurrences_by_time on occurrences (workspace_id, due_at desc, id desc)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['occurrences', 'nightly_sync', 'schedules']) await runner.query(`drop table ${table}`);
  }
}

export const SCHEMA = 'scheduler';
export const migrations: MigrationClass[] = [...messagingMigrations, CreateScheduler1763800000000, AddSkippedOccurrences1795442000000];
