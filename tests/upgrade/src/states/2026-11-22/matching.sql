create schema matching;
set search_path = matching, public;
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

-- CreateMatching1763800000000
create table index_accounts (
  workspace_id text not null, connection_id text not null, account_id text collate "C" not null,
  name text not null, website text not null, country text not null,
  plain_name text not null, name_key text not null, tokens text not null, host text not null, domain text not null, label text not null, country_code text not null,
  deleted boolean not null, sequence bigint not null, profile_version int not null, changed_at timestamptz not null default now(),
  primary key (workspace_id, connection_id, account_id));
create index index_accounts_by_domain on index_accounts (workspace_id, connection_id, domain, account_id) where not deleted and domain <> '';
create index index_accounts_by_host on index_accounts (workspace_id, connection_id, host, account_id) where not deleted and host <> '';
create index index_accounts_by_name_key on index_accounts (workspace_id, connection_id, name_key, account_id) where not deleted and name_key <> '';
create index index_accounts_by_version on index_accounts (profile_version, workspace_id, connection_id, account_id);
create table index_positions (
  workspace_id text not null, connection_id text not null, sequence bigint not null, changed_at timestamptz not null default now(),
  primary key (workspace_id, connection_id));
create table company_links (
  workspace_id text not null, connection_id text not null, company_id text collate "C" not null, account_id text not null,
  origin text not null check (origin in ('created', 'matched', 'person')), linked_at timestamptz not null default now(),
  primary key (workspace_id, connection_id, company_id));
create table rule_sets (
  workspace_id text not null, version int not null, blocks jsonb not null, built_in boolean not null, changed_at timestamptz not null default now(),
  primary key (workspace_id, version));
insert into migrations (timestamp, name) values (1763800000000, 'CreateMatching1763800000000');
