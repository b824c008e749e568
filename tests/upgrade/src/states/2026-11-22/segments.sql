create schema segments;
set search_path = segments, public;
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

-- CreateSegments1764000000000
create table workspaces (
  workspace_id text primary key, companies_version bigint not null default 0, companies bigint not null default 0) with (fillfactor = 50);
create table companies (
  workspace_id text not null, id uuid not null, source_id text not null,
  name text not null, website text not null, domain text not null, country text not null, country_key text not null, industry text not null,
  employees bigint, annual_revenue double precision, attributes jsonb not null,
  changed_version bigint not null, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  primary key (workspace_id, id), unique (workspace_id, source_id));
create index companies_by_change on companies (workspace_id, changed_version);
create table company_attributes (workspace_id text not null, name text not null, primary key (workspace_id, name));
create table segments (
  workspace_id text not null, id uuid not null, name text not null, name_key text not null, kind text not null check (kind in ('dynamic', 'static')),
  rule jsonb, size bigint not null default 0, version int not null default 1,
  inputs_version bigint not null default 1, evaluated_inputs_version bigint not null default 0, evaluated_companies_version bigint not null default 0,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(), evaluated_at timestamptz,
  primary key (workspace_id, id));
create unique index segments_by_name on segments (workspace_id, name_key);
create table segment_dependencies (
  workspace_id text not null, segment_id uuid not null, depends_on uuid not null,
  primary key (workspace_id, segment_id, depends_on),
  constraint segment_dependencies_segment foreign key (workspace_id, segment_id) references segments on delete cascade,
  constraint segment_dependencies_depends_on foreign key (workspace_id, depends_on) references segments);
create index segment_dependencies_reverse on segment_dependencies (workspace_id, depends_on);
create table segment_members (
  workspace_id text not null, segment_id uuid not null, company_id uuid not null, added_at timestamptz not null default now(),
  primary key (workspace_id, segment_id, company_id));
create table imports (
  workspace_id text not null, id uuid not null, file_name text not null, size_bytes bigint not null,
  state text not null default 'running' check (state in ('running', 'finished', 'failed')),
  bytes_read bigint not null default 0, rows_read bigint not null default 0, rows_created bigint not null default 0,
  rows_updated bigint not null default 0, rows_unchanged bigint not null default 0, rows_rejected bigint not null default 0,
  failure text not null default '', started_at timestamptz not null, finished_at timestamptz,
  primary key (workspace_id, id));
create index imports_running on imports (workspace_id, id) where state = 'running';
create table import_problems (
  workspace_id text not null, import_id uuid not null, id bigint generated always as identity,
  line bigint not null, code text not null, message text not null,
  primary key (workspace_id, import_id, id));
insert into migrations (timestamp, name) values (1764000000000, 'CreateSegments1764000000000');
