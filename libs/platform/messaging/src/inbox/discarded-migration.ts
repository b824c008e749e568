import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Parked messages can be given up: they stay on record, and are never handled. */
export class DiscardParkedMessages1795396000000 implements MigrationInterface {
  name = 'DiscardParkedMessages1795396000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table parked_messages add column discarded_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table parked_messages drop column discarded_at');
  }
}
