import type { MigrationClass } from '@signalbox/platform-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CreateMessaging1760000000001 } from '../outbox/migration.ts';
import { DiscardParkedMessages1795396000000 } from './discarded-migration.ts';

class CreateHeldMessages1760000000002 implements MigrationInterface {
  name = 'CreateHeldMessages1760000000002';

  async up(runner: QueryRunner): Promise<void> {
    // `retry_at` stands on the first of a key; those queued behind it have none, and are due as soon as they are first.
    await runner.query(`create table held_messages (
      workspace_id text not null, consumer text not null, event_id text not null, topic text not null, key text not null,
      place bigint generated always as identity, partition int not null, "offset" text not null, payload bytea not null, headers jsonb not null,
      reason_code text not null default '', reason text not null default '', held_at timestamptz not null default now(), retry_at timestamptz,
      primary key (workspace_id, consumer, event_id))`);
    await runner.query('create index held_messages_in_order on held_messages (workspace_id, consumer, topic, key, place)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table held_messages');
  }
}

/** The messaging tables of a service, in the service's own schema. Put them first in the service's list of migrations. */
export const messagingMigrations: MigrationClass[] = [CreateMessaging1760000000001, CreateHeldMessages1760000000002, DiscardParkedMessages1795396000000];
