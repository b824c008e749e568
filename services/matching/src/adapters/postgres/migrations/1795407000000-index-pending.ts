import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts whose keys are still to be written: many at once, in the order of the keys, cost a fraction of message by message. */
export class AddIndexPending1795407000000 implements MigrationInterface {
  name = 'AddIndexPending1795407000000';

  async up(runner: QueryRunner): Promise<void> {
    // What stands beside each key of an account; filled for those that are pending.
    await runner.query('alter table index_accounts add tie int, add site_number int, add country_number smallint');
    await runner.query('create table index_pending (space int not null, number int not null, sequence bigint not null, primary key (space, number))');
    await runner.query('create index index_pending_by_sequence on index_pending (space, sequence)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table index_pending');
    await runner.query('alter table index_accounts drop tie, drop site_number, drop country_number');
  }
}
