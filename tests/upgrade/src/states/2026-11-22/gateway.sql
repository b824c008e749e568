create schema gateway;
set search_path = gateway, public;
create table migrations (id serial primary key, timestamp bigint not null, name character varying not null);

-- Access1795392000000
create table workspaces (
  workspace_id text primary key, name text not null, time_zone text not null, created_at timestamptz not null
  );
create table users (
  workspace_id text not null references workspaces, id text not null, email text not null, password_hash text not null,
  permissions text[] not null, created_at timestamptz not null,
  primary key (workspace_id, id)
  );
create unique index users_by_email on users (lower(email));
create table sessions (
  workspace_id text not null, hash bytea not null, user_id text not null, created_at timestamptz not null, expires_at timestamptz not null,
  primary key (workspace_id, hash), foreign key (workspace_id, user_id) references users (workspace_id, id) on delete cascade
  );
create index sessions_by_end on sessions (expires_at);
create table api_tokens (
  workspace_id text not null references workspaces, id text not null, hash bytea not null, name text not null, hint text not null,
  permissions text[] not null, created_by text not null, created_at timestamptz not null, expires_at timestamptz,
  last_used_at timestamptz, revoked_at timestamptz,
  primary key (workspace_id, id), unique (workspace_id, hash)
  );
create table entitlements (
  workspace_id text not null references workspaces, name text not null, licensed boolean not null,
  primary key (workspace_id, name)
  );
create table idempotency_keys (
  workspace_id text not null, subject text not null, key_hash bytea not null, owner text not null, route text not null, body_hash text not null,
  state text not null check (state in ('running', 'done', 'unknown')), alive_until timestamptz not null, created_at timestamptz not null,
  answer_status int, sealed_answer bytea,
  primary key (workspace_id, subject, key_hash)
  );
create index idempotency_keys_by_age on idempotency_keys (created_at);
create table sign_in_failures (key text primary key, count int not null, window_ends_at timestamptz not null);
insert into migrations (timestamp, name) values (1795392000000, 'Access1795392000000');
