import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Records that belong to accounts, which tie-breakers count. Processes of the version before neither write nor read any of it. */
export class AddRelations1795421000000 implements MigrationInterface {
  name = 'AddRelations1795421000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table account_relations (
      workspace_id text not null, connection_id text not null, object text not null, record_id text collate "C" not null,
      account_id text collate "C" not null, sequence bigint not null, primary key (workspace_id, connection_id, object, record_id))`);
    await runner.query(`create index account_relations_of on account_relations (workspace_id, connection_id, account_id, object) where account_id <> ''`);
    await runner.query(`create table relation_positions (
      workspace_id text not null, connection_id text not null, object text not null, sequence bigint not null, primary key (workspace_id, connection_id, object))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['relation_positions', 'account_relations']) await runner.query(`drop table ${table}`);
  }
}
