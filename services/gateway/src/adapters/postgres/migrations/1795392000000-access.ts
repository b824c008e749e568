import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may: workspaces, people, sessions, API tokens, entitlements; and what keeps a request from being done twice. */
export class Access1795392000000 implements MigrationInterface {
  name = 'Access1795392000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table workspaces (
        workspace_id text primary key, name text not null, time_zone text not null, created_at timestamptz not null
      )`);
    await runner.query(`
      create table users (
        workspace_id text not null references workspaces, id text not null, email text not null, password_hash text not null,
        permissions text[] not null, created_at timestamptz not null,
        primary key (workspace_id, id)
      )`);
    // The one look-up that cannot name its workspace: at sign-in a person has only an address.
    await runner.query('create unique index users_by_email on users (lower(email))');
    await runner.query(`
      create table sessions (
        workspace_id text not null, hash bytea not null, user_id text not null, created_at timestamptz not null, expires_at timestamptz not null,
        primary key (workspace_id, hash), foreign key (workspace_id, user_id) references users (workspace_id, id) on delete cascade
      )`);
    await runner.query('create index sessions_by_end on sessions (expires_at)');
    await runner.query(`
      create table api_tokens (
        workspace_id text not null references workspaces, id text not null, hash bytea not null, name text not null, hint text not null,
        permissions text[] not null, created_by text not null, created_at timestamptz not null, expires_at timestamptz,
        last_used_at timestamptz, revoked_at timestamptz,
        primary key (workspace_id, id), unique (workspace_id, hash)
      )`);
    await runner.query(`
      create table entitlements (
        workspace_id text not null references workspaces, name text not null, licensed boolean not null,
        primary key (workspace_id, name)
      )`);
    await runner.query(`
      create table idempotency_keys (
        workspace_id text not null, subject text not null, key_hash bytea not null, owner text not null, route text not null, body_hash text not null,
        state text not null check (state in ('running', 'done', 'unknown')), alive_until timestamptz not null, created_at timestamptz not null,
        answer_status int, sealed_answer bytea,
        primary key (workspace_id, subject, key_hash)
      )`);
    await runner.query('create index idempotency_keys_by_age on idempotency_keys (created_at)');
    await runner.query('create table sign_in_failures (key text primary key, count int not null, window_ends_at timestamptz not null)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['sign_in_failures', 'idempotency_keys', 'entitlements', 'api_tokens', 'sessions', 'users', 'workspaces']) await runner.query(`drop table ${table}`);
  }
}
