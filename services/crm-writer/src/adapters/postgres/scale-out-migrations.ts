import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people let us call a day, and what all replicas know of a connection's calls. */
export class AddCallBudgets1795422000000 implements MigrationInterface {
  name = 'AddCallBudgets1795422000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table connections add daily_calls bigint not null default 0');
    // `state` is the domain's BudgetState; whoever changes it names the revision that it was made from. Room for the next version beside each.
    await runner.query(`create table call_budgets (
      workspace_id text not null, connection_id text not null, state jsonb not null, revision bigint not null,
      primary key (workspace_id, connection_id)) with (fillfactor = 20)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table call_budgets');
    await runner.query('alter table connections drop daily_calls');
  }
}

/** Which batch is writing which CRM records, by their numbers. Worth nothing once the writers' locks are gone with the server: so it is not logged. */
export class AddRecordClaims1795422100000 implements MigrationInterface {
  name = 'AddRecordClaims1795422100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create unlogged table record_claims (
      workspace_id text not null, connection_id text not null, batch_id text not null, records bigint[] not null,
      primary key (workspace_id, connection_id, batch_id))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table record_claims');
  }
}
