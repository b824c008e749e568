import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The number of the newest message that told of a connection's pairs. */
export class NumberPairsTold1795443000000 implements MigrationInterface {
  name = 'NumberPairsTold1795443000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table company_follows add told bigint not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table company_follows drop told');
  }
}
