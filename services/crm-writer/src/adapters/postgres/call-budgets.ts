import type { ConnectionLimits } from '@signalbox/connectors-sdk';
import { backoffMs, retryable } from '@signalbox/kernel';
import { jsonb, type Database } from '@signalbox/platform-postgres';
import { setTimeout as pause } from 'node:timers/promises';
import type { BudgetAnswer, CallBudgets } from '../../application/ports.ts';
import { ask, bucketFor, emptyState, standingOf, type BudgetRules, type BudgetStanding, type BudgetState, type Day, type Question } from '../../domain/call-budget.ts';
import type { Connection } from '../../domain/connection.ts';

interface Known {
  state: BudgetState | null;
  revision: number | null;
  daily: number | null;
  now: number;
  began: number;
  ends: number;
}

const ms = (time: string) => `(extract(epoch from ${time}) * 1000)::float8`;

/** Time is the database's: the replicas' own clocks differ. */
const KNOWN = `select b.state, b.revision, c.daily_calls as daily, ${ms('clock_timestamp()')} as now,
    ${ms(`date_trunc('day', now() at time zone $3) at time zone $3`)} as began, ${ms(`(date_trunc('day', now() at time zone $3) + interval '1 day') at time zone $3`)} as ends
  from (select $1::text as workspace_id, $2::text as connection_id) a
    left join connections c on c.workspace_id = a.workspace_id and c.id = a.connection_id
    left join call_budgets b on b.workspace_id = a.workspace_id and b.connection_id = a.connection_id`;

/** A count that is lost with the machine is no harm that waiting for the disk at each would be worth. */
const QUICK = `with quick as materialized (select set_config('synchronous_commit', 'off', true))`;
const FIRST = `${QUICK} insert into call_budgets (workspace_id, connection_id, state, revision) select $1, $2, $3::jsonb, 1 from quick on conflict do nothing`;
const NEXT = `${QUICK} update call_budgets set state = $3::jsonb, revision = revision + 1 from quick where workspace_id = $1 and connection_id = $2 and revision = $4`;

const TRIES = 100;
const AGAIN = { initialMs: 1, maximumMs: 40, factor: 1.5, jitter: 1 };

const dayOf = (limits: ConnectionLimits, { began, ends }: Known): Day => (limits.day === 'midnight' ? { kind: 'midnight', began, ends } : { kind: 'rolling' });

function rulesOf({ rate, concurrent }: ConnectionLimits, daily: number): BudgetRules {
  return { bucket: rate.calls === undefined ? undefined : bucketFor(rate.calls, rate.windowMs), daily, concurrent };
}

/**
 * The shared budgets: the domain judges what one statement read, and one statement stores it, unless somebody was quicker: then it is
 * read again. So nobody holds the row for longer than its update takes.
 */
export class PgCallBudgets implements CallBudgets {
  constructor(private readonly database: Database) {}

  async ask(connection: Pick<Connection, 'workspaceId' | 'id'>, limits: ConnectionLimits, question: Question): Promise<BudgetAnswer> {
    const { workspaceId, id } = connection;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const known = await this.known(workspaceId, id, limits.timeZone);
      const rules = rulesOf(limits, known.daily ?? 0);
      const { state, answer } = ask(known.state ?? emptyState(rules, known.now), rules, dayOf(limits, known), question, known.now);
      // Of a connection that is gone nothing is kept.
      if (known.daily === null || await this.store(workspaceId, id, state, known.revision)) return { ...answer, now: known.now };
      if (tries > 2) await pause(backoffMs(AGAIN, tries, Math.random()));
    }
    throw retryable('crm_writer.budget.contended', 'The API budget of the connection is asked for by too many at once. Work goes on by itself.', 1_000);
  }

  async standings(connections: readonly { connection: Connection; limits: ConnectionLimits }[]): Promise<Map<string, BudgetStanding>> {
    const standings = await Promise.all(connections.map(async ({ connection: { workspaceId, id }, limits }) => {
      const known = await this.known(workspaceId, id, limits.timeZone);
      const rules = rulesOf(limits, known.daily ?? 0);
      return [id, standingOf(known.state ?? emptyState(rules, known.now), rules, dayOf(limits, known), known.now)] as const;
    }));
    return new Map(standings);
  }

  /** How many connections' work waits for the budget of the day. */
  async waiting(): Promise<number> {
    const [row] = await this.database.query<{ waiting: number }>(
      `select count(*)::int as waiting from call_budgets where greatest((state->'waiting'->>'write')::float8, (state->'waiting'->>'read')::float8) > ${ms('now()')}`);
    return row?.waiting ?? 0;
  }

  private async known(workspaceId: string, id: string, timeZone: string): Promise<Known> {
    const [known] = await this.database.query<Known>(KNOWN, [workspaceId, id, timeZone], { name: 'call-budget-known' });
    return known!;
  }

  private async store(workspaceId: string, id: string, state: BudgetState, revision: number | null): Promise<boolean> {
    const row = [workspaceId, id, jsonb(state)];
    return await this.database.execute(revision === null ? FIRST : NEXT, revision === null ? row : [...row, revision]) === 1;
  }
}
