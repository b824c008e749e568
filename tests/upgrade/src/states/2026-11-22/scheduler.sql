create schema scheduler;
set search_path = scheduler, public;
create table migrations (id serial primary key, timestamp bigint not null, name character varying not null);

-- CreateMessaging1760000000001
create table outbox (
  workspace_id text not null, id bigint generated always as identity, event_id text not null,
  topic text not null, key text not null, payload bytea not null, headers jsonb not null,
  added_at timestamptz not null default now(),
  primary key (workspace_id, id));
create index outbox_in_order on outbox (id);
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create table inbox (
  workspace_id text not null, consumer text not null, event_id text not null, topic text not null,
  started_attempts int not null default 0, finished_attempts int not null default 0, failed_attempts int not null default 0,
  first_seen_at timestamptz not null default now(), done_at timestamptz, parked_at timestamptz,
  primary key (workspace_id, consumer, event_id)) with (fillfactor = 80);
create index inbox_done on inbox (done_at) where done_at is not null;
create table parked_messages (
  workspace_id text not null, id uuid not null default gen_random_uuid(),
  consumer text not null, event_id text not null, topic text not null, key text not null,
  payload bytea not null, headers jsonb not null,
  reason_code text not null, reason text not null, attempts int not null,
  parked_at timestamptz not null default now(), replayed_at timestamptz,
  primary key (workspace_id, id));
create index parked_messages_by_time on parked_messages (workspace_id, parked_at desc, id);
create unique index parked_messages_once on parked_messages (workspace_id, consumer, event_id) where replayed_at is null;
insert into migrations (timestamp, name) values (1760000000001, 'CreateMessaging1760000000001');

-- CreateScheduler1763800000000
create table schedules (
  workspace_id text not null, subject_id text collate "C" not null, mode text not null check (mode in ('manual', 'daily', 'weekly')), weekday int not null,
  since timestamptz not null, removed boolean not null, last_date date, last_due_at timestamptz, next_due_at timestamptz,
  primary key (workspace_id, subject_id));
create index schedules_due on schedules (next_due_at) where mode <> 'manual';
create table nightly_sync (
  workspace_id text not null primary key, time_of_day text not null, time_zone text not null, changed_at timestamptz not null,
  chosen boolean not null, provisional boolean not null, asked_at timestamptz);
create table occurrences (
  workspace_id text not null, id text collate "C" not null, subject_id text not null, local_date date not null, due_at timestamptz not null, requested_at timestamptz,
  state text not null check (state in ('requested', 'finished', 'missed')), late boolean not null, run_id text not null default '', finished_at timestamptz,
  primary key (workspace_id, id), constraint occurrences_once unique (workspace_id, subject_id, local_date));
create index occurrences_by_time on occurrences (workspace_id, due_at desc, id desc);
insert into migrations (timestamp, name) values (1763800000000, 'CreateScheduler1763800000000');
