import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of the outbox and the inbox. */
export class CreateMessaging1760000000001 implements MigrationInterface {
  name = 'CreateMessaging1760000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table outbox (
      workspace_id text not null, id bigint generated always as identity, event_id text not null,
      topic text not null, key text not null, payload bytea not null, headers jsonb not null,
      added_at timestamptz not null default now(),
      primary key (workspace_id, id))`);
    await runner.query('create index outbox_in_order on outbox (id)');
    // Rows live for milliseconds: without frequent vacuuming the reader would wade through the dead ones.
    await runner.query('alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)');
    await runner.query(`create table inbox (
      workspace_id text not null, consumer text not null, event_id text not null, topic text not null,
      started_attempts int not null default 0, finished_attempts int not null default 0, failed_attempts int not null default 0,
      first_seen_at timestamptz not null default now(), done_at timestamptz, parked_at timestamptz,
      primary key (workspace_id, consumer, event_id)) with (fillfactor = 80)`);
    await runner.query('create index inbox_done on inbox (done_at) where done_at is not null');
    await runner.query(`create table parked_messages (
      workspace_id text not null, id uuid not null default gen_random_uuid(),
      consumer text not null, event_id text not null, topic text not null, key text not null,
      payload bytea not null, headers jsonb not null,
      reason_code text not null, reason text not null, attempts int not null,
      parked_at timestamptz not null default now(), replayed_at timestamptz,
      primary key (workspace_id, id))`);
    await runner.query('create index parked_messages_by_time on parked_messages (workspace_id, parked_at desc, id)');
    await runner.query('create unique index parked_messages_once on parked_messages (workspace_id, consumer, event_id) where replayed_at is null');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['parked_messages', 'inbox', 'outbox']) await runner.query(`drop table ${table}`);
  }
}
