create schema orchestrations;
set search_path = orchestrations, public;
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

-- CreatePlansAndRuns1764000000000
create table plans (
  workspace_id text not null,
  id text not null,
  orchestration_id text not null,
  orchestration_version integer not null,
  kind text not null,
  run_id text not null default '',
  state text not null default 'generating' check (state in ('generating', 'ready', 'failed')),
  attempt integer not null default 0,
  failures integer not null default 0,
  batches integer not null default 0,
  due_at timestamptz not null default now(),
  lease_until timestamptz,
  planned bigint not null default 0,
  to_write bigint not null default 0,
  clears bigint not null default 0,
  looked_at bigint not null default 0,
  to_look_at bigint not null default 0,
  crm_records bigint not null default 0,
  mirror_sequence bigint not null default 0,
  target jsonb,
  guardrail text not null default '',
  problem_code text not null default '',
  problem text not null default '',
  created_at timestamptz not null default now(),
  ready_at timestamptz,
  primary key (workspace_id, id)
  );
create unique index plans_one_preview on plans (workspace_id, orchestration_id, orchestration_version) where run_id = '' and state = 'generating';
create index plans_due on plans (due_at) where state = 'generating';
create index plans_of_orchestration on plans (workspace_id, orchestration_id, id desc) where run_id = '';
create table plan_records (
  workspace_id text not null,
  plan_id text not null,
  position bigint not null,
  company_id text not null,
  company_name text not null,
  action text not null check (action in ('create', 'update', 'skip')),
  reason text not null,
  reason_text text not null,
  crm_id text not null,
  evidence bytea,
  changes jsonb not null,
  identity jsonb,
  primary key (workspace_id, plan_id, position)
  );
create table record_outcomes (
  workspace_id text not null,
  plan_id text not null,
  position bigint not null,
  state text not null check (state in ('succeeded', 'skipped', 'failed', 'unknown_then_settled')),
  crm_id text not null,
  code text not null,
  message text not null,
  before_image jsonb not null,
  finished_at timestamptz not null default now(),
  primary key (workspace_id, plan_id, position)
  );
create table runs (
  workspace_id text not null,
  id text not null,
  orchestration_id text not null,
  kind text not null,
  plan_id text not null,
  state text not null default 'queued',
  trigger text not null check (trigger in ('person', 'schedule')),
  requested_by text not null,
  overridden boolean not null default false,
  problem_code text not null default '',
  problem text not null default '',
  planned bigint not null default 0,
  succeeded bigint not null default 0,
  skipped bigint not null default 0,
  failed bigint not null default 0,
  unknown_then_settled bigint not null default 0,
  to_write bigint not null default 0,
  dispatched bigint not null default 0,
  dispatched_through bigint not null default 0,
  next_batch integer not null default 0,
  queued_at timestamptz not null default now(),
  started_at timestamptz,
  applying_at timestamptz,
  finished_at timestamptz,
  primary key (workspace_id, id),
  constraint runs_never_count_more_than_planned check (succeeded + skipped + failed + unknown_then_settled <= planned)
  );
create unique index runs_one_open on runs (workspace_id, orchestration_id) where state in ('queued', 'planning', 'halted', 'applying');
create index runs_of_orchestration on runs (workspace_id, orchestration_id, id desc);
create index runs_not_ended on runs (workspace_id, id) where state in ('queued', 'planning', 'halted', 'applying', 'cancelling');
create table batches (
  workspace_id text not null,
  run_id text not null,
  number integer not null,
  lane integer not null,
  size integer not null,
  settled integer not null default 0,
  dispatched_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (workspace_id, run_id, number)
  );
create index batches_in_flight on batches (workspace_id, run_id) where settled < size;
create table tallies (
  workspace_id text not null,
  owner_id text not null,
  category text not null check (category in ('skipped', 'failed', 'api')),
  name text not null,
  count bigint not null,
  primary key (workspace_id, owner_id, category, name)
  );
create table run_occurrences (
  workspace_id text not null,
  occurrence_id text not null,
  run_id text not null,
  primary key (workspace_id, occurrence_id)
  );
create index run_occurrences_of_run on run_occurrences (workspace_id, run_id);
insert into migrations (timestamp, name) values (1764000000000, 'CreatePlansAndRuns1764000000000');

-- CreateOrchestrations1764000000001
create table orchestrations (
  workspace_id text not null,
  id text not null,
  name text not null,
  kind text not null,
  segment_id text not null,
  connection_id text not null,
  mapping_profile_id text not null,
  schedule_mode text not null,
  weekday text not null,
  guardrails jsonb not null,
  settings jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (workspace_id, id)
  );
create index orchestrations_by_profile on orchestrations (workspace_id, mapping_profile_id) where deleted_at is null;
create table mapping_profiles (
  workspace_id text not null,
  id text not null,
  name text not null,
  connection_id text not null,
  object text not null,
  environment text not null,
  mappings jsonb not null,
  external_id_field text not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
  );
create index mapping_profiles_by_connection on mapping_profiles (workspace_id, connection_id, id);
insert into migrations (timestamp, name) values (1764000000001, 'CreateOrchestrations1764000000001');
