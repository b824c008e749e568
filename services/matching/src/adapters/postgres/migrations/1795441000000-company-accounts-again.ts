import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Connections of which all pairs are to be told once more, and how far that is. */
export class AddCompanyAccountsAgain1795441000000 implements MigrationInterface {
  name = 'AddCompanyAccountsAgain1795441000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table company_accounts_again (
      workspace_id text not null, connection_id text not null, after text collate "C" not null default '', primary key (workspace_id, connection_id))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table company_accounts_again');
  }
}
