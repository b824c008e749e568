import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log. It is transport, as a Kafka topic is: its keys begin with the workspace, its tables do not. Every publish takes
 * the partition's row lock before it counts `next_offset` up, so offsets have no gaps and become visible in order: a
 * reader that has seen offset n never meets a lower one later, however long another transaction stays open.
 */
export class CreateLog1760000000000 implements MigrationInterface {
  name = 'CreateLog1760000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table topic (name text primary key, partitions int not null check (partitions > 0))`);
    await runner.query(`create table partition (
      topic text not null references topic, partition int not null,
      first_offset bigint not null default 0, next_offset bigint not null default 0,
      primary key (topic, partition)) with (fillfactor = 50)`);
    await runner.query(`create table record (
      topic text not null, partition int not null, "offset" bigint not null,
      key text not null, value bytea not null, headers jsonb not null, stored_at timestamptz not null default now(),
      primary key (topic, partition, "offset"))`);
    await runner.query(`create table member (
      group_name text not null, topic text not null, member_id text not null,
      instance text not null, expires_at timestamptz not null,
      primary key (group_name, topic, member_id))`);
    await runner.query(`create table group_partition (
      group_name text not null, topic text not null, partition int not null,
      done_before bigint not null, owner text, epoch bigint not null default 0,
      primary key (group_name, topic, partition)) with (fillfactor = 50)`);
    await runner.query(`alter table record set (autovacuum_vacuum_insert_scale_factor = 0.5, toast_tuple_target = 4080)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['group_partition', 'member', 'record', 'partition', 'topic']) await runner.query(`drop table ${table}`);
  }
}
