import type { MigrationInterface, QueryRunner } from 'typeorm';
import { UndoRuns1795411000000 } from './undo-migration.ts';

/** Tables of the plan-and-apply mechanism, in the schema of the service that uses it. */
export class CreatePlansAndRuns1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...PLANS, ...RUNS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['run_occurrences', 'tallies', 'batches', 'record_outcomes', 'runs', 'plan_records', 'plans']) await runner.query(`drop table ${table}`);
  }
}

const PLANS = [
  `create table plans (
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
  )`,
  // GeneratePreview returns the one that is being made.
  `create unique index plans_one_preview on plans (workspace_id, orchestration_id, orchestration_version) where run_id = '' and state = 'generating'`,
  `create index plans_due on plans (due_at) where state = 'generating'`,
  `create index plans_of_orchestration on plans (workspace_id, orchestration_id, id desc) where run_id = ''`,
  // Written once by COPY and never changed: what came of a record stands in record_outcomes.
  `create table plan_records (
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
  )`,
  `create table record_outcomes (
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
  )`,
];

const RUNS = [
  `create table runs (
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
  )`,
  `create unique index runs_one_open on runs (workspace_id, orchestration_id) where state in ('queued', 'planning', 'halted', 'applying')`,
  `create index runs_of_orchestration on runs (workspace_id, orchestration_id, id desc)`,
  `create index runs_not_ended on runs (workspace_id, id) where state in ('queued', 'planning', 'halted', 'applying', 'cancelling')`,
  `create table batches (
    workspace_id text not null,
    run_id text not null,
    number integer not null,
    lane integer not null,
    size integer not null,
    settled integer not null default 0,
    dispatched_at timestamptz not null default now(),
    settled_at timestamptz,
    primary key (workspace_id, run_id, number)
  )`,
  `create index batches_in_flight on batches (workspace_id, run_id) where settled < size`,
  `create table tallies (
    workspace_id text not null,
    owner_id text not null,
    category text not null check (category in ('skipped', 'failed', 'api')),
    name text not null,
    count bigint not null,
    primary key (workspace_id, owner_id, category, name)
  )`,
  `create table run_occurrences (
    workspace_id text not null,
    occurrence_id text not null,
    run_id text not null,
    primary key (workspace_id, occurrence_id)
  )`,
  `create index run_occurrences_of_run on run_occurrences (workspace_id, run_id)`,
];

/** A plan is of a version of the mapping profile, too. Plans made before this was kept are of none, and show as outdated. */
export class PlansOfProfileVersions1795395000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table plans add column mapping_profile_version integer not null default 0');
    await runner.query('drop index plans_one_preview');
    await runner.query(`create unique index plans_one_preview on plans (workspace_id, orchestration_id, orchestration_version, mapping_profile_version) where run_id = '' and state = 'generating'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from plans where run_id = '' and state = 'generating'`);
    await runner.query('drop index plans_one_preview');
    await runner.query(`create unique index plans_one_preview on plans (workspace_id, orchestration_id, orchestration_version) where run_id = '' and state = 'generating'`);
    await runner.query('alter table plans drop column mapping_profile_version');
  }
}

/** What a plan waits for before it can look at anything. */
export class PlansThatWait1795436000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table plans add column preparing jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table plans drop column preparing');
  }
}

/** To be listed among the migrations of the service's database. */
export const orchestrationMigrations = [CreatePlansAndRuns1764000000000, PlansOfProfileVersions1795395000000, UndoRuns1795411000000, PlansThatWait1795436000000];
