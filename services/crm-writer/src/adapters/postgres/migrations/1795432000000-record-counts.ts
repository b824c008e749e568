import type { MigrationInterface, QueryRunner } from 'typeorm';

const OF = 'p.workspace_id = d.workspace_id and p.connection_id = d.connection_id and p.object = d.object';

/**
 * How many live records a mirror has, beside its position: counting a million takes seconds. Kept by triggers, so that a process of the
 * version before, which knows nothing of it, keeps it right as well. A mirror that is deleted goes as a whole and needs no count.
 */
export class AddRecordCounts1795432000000 implements MigrationInterface {
  name = 'AddRecordCounts1795432000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table mirror_positions add records bigint not null default 0');
    const count = (rows: string) => `update mirror_positions p set records = p.records + d.more
      from (select workspace_id, connection_id, object, sum(live) as more from (${rows}) as r group by 1, 2, 3 having sum(live) <> 0) as d where ${OF}`;
    const live = (table: string, sign: string) => `select workspace_id, connection_id, object, ${sign}1 as live from ${table} where not deleted`;
    await runner.query(`create function count_new_records() returns trigger language plpgsql set search_path from current as $$ begin ${count(live('come', ''))}; return null; end $$`);
    await runner.query(`create function count_changed_records() returns trigger language plpgsql set search_path from current as $$ begin ${count(`${live('come', '')} union all ${live('gone', '-')}`)}; return null; end $$`);
    await runner.query('create trigger mirror_records_come after insert on mirror_records referencing new table as come for each statement execute function count_new_records()');
    await runner.query('create trigger mirror_records_changed after update on mirror_records referencing new table as come old table as gone for each statement execute function count_changed_records()');
    await runner.query(`update mirror_positions p set records = (select count(*) from mirror_records d where ${OF} and not d.deleted)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const trigger of ['mirror_records_come', 'mirror_records_changed']) await runner.query(`drop trigger ${trigger} on mirror_records`);
    for (const name of ['count_new_records', 'count_changed_records']) await runner.query(`drop function ${name}()`);
    await runner.query('alter table mirror_positions drop records');
  }
}
