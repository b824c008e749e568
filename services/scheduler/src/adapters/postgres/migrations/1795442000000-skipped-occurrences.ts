import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An occurrence for which no run was made, and why. */
export class AddSkippedOccurrences1795442000000 implements MigrationInterface {
  name = 'AddSkippedOccurrences1795442000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("alter table occurrences add reason text not null default '', drop constraint occurrences_state_check");
    await runner.query("alter table occurrences add constraint occurrences_state_check check (state in ('requested', 'finished', 'skipped', 'missed'))");
    await runner.query("update occurrences set state = 'skipped' where state = 'finished' and run_id = ''");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("update occurrences set state = 'finished' where state = 'skipped'");
    await runner.query('alter table occurrences drop reason, drop constraint occurrences_state_check');
    await runner.query("alter table occurrences add constraint occurrences_state_check check (state in ('requested', 'finished', 'missed'))");
  }
}
