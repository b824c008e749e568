import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Fields that a mirror keeps because somebody has asked for them by name, whatever else it keeps. */
export class AddAskedFields1795435000000 implements MigrationInterface {
  name = 'AddAskedFields1795435000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("alter table mirror_positions add asked_fields text[] not null default '{}'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table mirror_positions drop asked_fields');
  }
}
