import type { MigrationInterface, QueryRunner } from 'typeorm';

const ACTIONS = (actions: string) => `alter table plan_records add constraint plan_records_action_check check (action in (${actions}))`;
const ONE_PREVIEW = (columns: string) => `create unique index plans_one_preview on plans (workspace_id, orchestration_id, ${columns}) where run_id = '' and state = 'generating'`;

/** Plans and runs that take a run back (ORC-11), and records to delete and to convert. */
export class UndoRuns1795411000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table plans add column undoes_run_id text not null default ''`);
    await runner.query(`alter table runs add column undoes_run_id text not null default ''`);
    await runner.query(`create index runs_that_undo on runs (workspace_id, undoes_run_id, id desc) where undoes_run_id <> ''`);
    await runner.query('alter table plan_records drop constraint plan_records_action_check, add column conversion jsonb');
    await runner.query(ACTIONS(`'create', 'update', 'delete', 'convert', 'skip'`));
    await runner.query(`alter table record_outcomes add column contact_id text not null default ''`);
    await runner.query('drop index plans_one_preview');
    await runner.query(ONE_PREVIEW('undoes_run_id, orchestration_version, mapping_profile_version'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from plans where run_id = '' and state = 'generating'`);
    await runner.query('drop index plans_one_preview');
    await runner.query(ONE_PREVIEW('orchestration_version, mapping_profile_version'));
    await runner.query('alter table record_outcomes drop column contact_id');
    await runner.query('alter table plan_records drop constraint plan_records_action_check, drop column conversion');
    await runner.query(`update plan_records set action = 'skip' where action in ('delete', 'convert')`);
    await runner.query(ACTIONS(`'create', 'update', 'skip'`));
    await runner.query('drop index runs_that_undo');
    await runner.query('alter table runs drop column undoes_run_id');
    await runner.query('alter table plans drop column undoes_run_id');
  }
}
