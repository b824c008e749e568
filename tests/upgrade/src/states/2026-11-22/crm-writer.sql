create schema crm_writer;
set search_path = crm_writer, public;
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

-- CreateCrmWriter1763800000000
create table connections (
  workspace_id text not null, id text not null, name text not null, provider text not null, base_url text not null, auth_kind text not null,
  settings jsonb not null, secrets bytea not null, secrets_key_id text not null, environment text not null,
  status text not null, status_message text not null default '', checked_at timestamptz, created_at timestamptz not null, updated_at timestamptz not null,
  version int not null default 1, api_calls_used bigint not null default 0, api_calls_allowed bigint not null default 0, api_calls_seen_at timestamptz,
  primary key (workspace_id, id), constraint connections_name unique (workspace_id, name));
create table mirror_positions (
  workspace_id text not null, connection_id text not null, object text not null,
  sequence bigint not null default 0, position text, recheck_position text, fields text[] not null default '{}',
  pulled_at timestamptz, state text not null default 'idle', message text not null default '',
  created bigint not null default 0, changed bigint not null default 0, removed bigint not null default 0, api_calls jsonb not null default '{}',
  primary key (workspace_id, connection_id, object));
create table mirror_records (
  workspace_id text not null, connection_id text not null, object text not null, crm_id text collate "C" not null,
  deleted boolean not null, name text not null, website text not null, country text not null, fields jsonb not null,
  modified_at timestamptz, sequence bigint not null, ours boolean not null,
  primary key (workspace_id, connection_id, object, crm_id));
create index mirror_records_news on mirror_records (workspace_id, connection_id, object, sequence) where not ours;
create table write_ledger (
  workspace_id text not null, change_id text not null, place bigint generated always as identity,
  batch_id text not null, run_id text not null, connection_id text not null, object text not null, operation text not null,
  company_id text not null, crm_id text not null, external_field text not null, changes jsonb not null, before_image jsonb not null,
  state text not null default 'intended' check (state in ('intended', 'succeeded', 'skipped', 'failed', 'unknown_then_settled')),
  code text not null default '', message text not null default '',
  intended_at timestamptz not null default now(), attempted_at timestamptz not null default now(), released_at timestamptz, settled_at timestamptz,
  primary key (workspace_id, change_id));
create index write_ledger_newest on write_ledger (workspace_id, place desc);
create index write_ledger_by_run on write_ledger (workspace_id, run_id, place desc);
create index write_ledger_by_record on write_ledger (workspace_id, connection_id, crm_id) where crm_id <> '';
create index write_ledger_by_company on write_ledger (workspace_id, connection_id, object, company_id) where operation = 'create' and state in ('succeeded', 'unknown_then_settled');
create table api_calls (
  workspace_id text not null, connection_id text not null, run_id text not null, batch_id text not null, operation text not null, calls bigint not null,
  primary key (workspace_id, connection_id, run_id, batch_id, operation));
insert into migrations (timestamp, name) values (1763800000000, 'CreateCrmWriter1763800000000');
