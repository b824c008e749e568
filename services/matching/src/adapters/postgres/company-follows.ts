import { conflict } from '@signalbox/kernel';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { AccountsPosition, AskedCompany, DecidedBatch, DecidedCompany, FollowedAccounts, KeptAccounts, KnownCompany, Turn, TurnMark } from '../../application/company-accounts-ports.ts';
import type { IndexId } from '../../application/ports.ts';
import type { CompanyAccount } from '../../domain/company-accounts.ts';
import { COMPANY_MODEL } from '../../domain/models.ts';
import { PROFILE_VERSION } from '../../domain/profile.ts';
import { FIRST_VERSION } from '../../domain/rules.ts';
import { columnsOf } from './account-rows.ts';
import { spreadChanges } from './account-changes.ts';
import { LATER, beforeFollowing, wakeForQuestions } from './company-questions.ts';
import { streamPairs, tellRemoved, writePairs } from './company-pairs.ts';
import { numbersText } from './key-changes.ts';

/** What decisions depend on besides facts and rules; raise the last part with any change of what a company's accounts are. */
const ENGINE = `${PROFILE_VERSION}/${COMPANY_MODEL.version}/1`;
/** A young connection counts as this many more accounts. */
const YOUNG = 2_000;
const CHANGES_AT_ONCE = 100;
/** So many changed accounts, and so large a share of the companies, are asked about as all companies are. */
const MANY = { changes: 2_000, share: 1 / 10 };

const RULES = `coalesce((select max(r.version) from rule_sets r where r.workspace_id = f.workspace_id), ${FIRST_VERSION})`;
const FILLING = 'exists (select from index_pending w where w.space = p.space)';
const INDEX = 'left join index_positions p on p.workspace_id = f.workspace_id and p.connection_id = f.connection_id';
const OF_F = 'workspace_id = f.workspace_id and connection_id = f.connection_id';
/** Decided by other rules or another engine, or with words that were counted when the CRM was half as large, or twice: all is decided anew. */
const OUTDATED = `(f.engine <> $3 or f.rules_version <> ${RULES})`;
const OUTGROWN = `(coalesce(p.words_accounts, 0) + ${YOUNG} > 2 * (f.words_accounts + ${YOUNG}) or 2 * (coalesce(p.words_accounts, 0) + ${YOUNG}) < f.words_accounts + ${YOUNG})`;

interface FollowRow {
  turn: number;
  sweep_after: string | null;
  outdated: boolean;
  outgrown: boolean;
  ready: boolean;
  rules: number;
  words: number;
  many: boolean;
}

interface PositionRow {
  idle: boolean;
  outdated: boolean;
  mirror: number;
  version: number;
  kept_mirror: number;
  kept_version: number;
  waiting: number;
  companies: number;
}

const here = ({ workspaceId, connectionId }: IndexId): [string, string] => [workspaceId, connectionId];

/** Which connections are followed, who waits in them, and how far they are. */
export class PgCompanyFollows implements KeptAccounts, FollowedAccounts {
  constructor(private readonly database: Database) {}

  async follow(index: IndexId): Promise<AccountsPosition> {
    const known = await this.position(index);
    if (known) return known;
    await this.database.transaction(async (tx) => {
      await beforeFollowing(tx, index.workspaceId);
      await tx.execute('insert into company_follows (workspace_id, connection_id) values ($1, $2) on conflict do nothing', here(index));
      await wakeForQuestions(tx);
    });
    return (await this.position(index)) ?? { mirrorSequence: 0, companiesVersion: 0, waiting: 0, companies: 0 };
  }

  stream(index: IndexId): AsyncIterable<(CompanyAccount & { companyId: string })[]> {
    return streamPairs(this.database, index);
  }

  /** Nothing of the connection is kept any more. */
  async remove(tx: Transaction, index: IndexId): Promise<void> {
    const followed = await tx.query('select 1 from company_follows where workspace_id = $1 and connection_id = $2 for update', here(index));
    for (const table of ['account_changes', 'pending_companies', 'company_accounts', 'company_follows']) await tx.execute(`delete from ${table} where workspace_id = $1 and connection_id = $2`, here(index));
    if (followed.length > 0) await tellRemoved(tx, index);
  }

  async waiting(): Promise<IndexId[]> {
    const rows = await this.database.query<{ workspace_id: string; connection_id: string }>(`select f.workspace_id, f.connection_id from company_follows f ${INDEX}
      where f.sweep_after is not null or ${OUTDATED.replace('$3', '$1')} or ${OUTGROWN} or exists (select from pending_companies where ${OF_F}) or exists (select from account_changes where ${OF_F})`, [ENGINE]);
    return rows.map((row) => ({ workspaceId: row.workspace_id, connectionId: row.connection_id }));
  }

  async alone(index: IndexId, work: () => Promise<void>): Promise<void> {
    await this.database.tryAdvisoryLock(`matching.company_accounts ${index.workspaceId} ${index.connectionId}`, work);
  }

  begin(index: IndexId): Promise<Turn | undefined> {
    return this.database.transaction(async (tx) => {
      await tx.execute('update company_follows set turn = turn + 1 where workspace_id = $1 and connection_id = $2', here(index));
      const [row] = await tx.query<FollowRow>(`select f.turn, f.sweep_after, ${OUTDATED} as outdated, ${OUTGROWN} as outgrown, ${RULES} as rules, coalesce(p.words_accounts, 0) as words,
          p.space is null or (p.engine >= $4 and not ${FILLING} and p.changes * 20 <= p.words_accounts + ${YOUNG}) as ready,
          (select count(*) from (select 1 from account_changes where ${OF_F} limit $5 + 1) as one) > greatest($5, ${MANY.share} * (select companies from company_positions c where c.workspace_id = f.workspace_id)) as many
        from company_follows f ${INDEX} where f.workspace_id = $1 and f.connection_id = $2`, [...here(index), ENGINE, PROFILE_VERSION, MANY.changes]);
      if (!row?.ready) return undefined;
      const anew = row.outdated || row.outgrown || row.many;
      if (anew) await this.sweepAnew(tx, index, row);
      return { index, turn: row.turn, rulesVersion: row.rules, sweepAfter: anew ? '' : (row.sweep_after ?? undefined) };
    });
  }

  async mark(index: IndexId): Promise<TurnMark> {
    const [row] = await this.database.query<{ mirror: number; version: number; change: number }>(`select
        coalesce((select min(w.sequence) - 1 from index_pending w where w.space = p.space), p.sequence, 0) as mirror,
        coalesce((select version from company_positions c where c.workspace_id = f.workspace_id), 0) as version, coalesce((select max(change_id) from account_changes where ${OF_F}), 0) as change
      from company_follows f ${INDEX} where f.workspace_id = $1 and f.connection_id = $2`, here(index));
    return { mirrorSequence: row?.mirror ?? 0, companiesVersion: row?.version ?? 0, change: row?.change ?? 0 };
  }

  spread(turn: Turn, mark: TurnMark): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await held(tx, turn);
      return spreadChanges(tx, turn.index, mark.change, CHANGES_AT_ONCE);
    });
  }

  async lastAsked(index: IndexId): Promise<number> {
    const [row] = await this.database.query<{ asked: number | null }>('select max(asked) as asked from pending_companies where workspace_id = $1 and connection_id = $2 and asked < $3', [...here(index), LATER]);
    return row?.asked ?? 0;
  }

  async asked(index: IndexId, through: number | undefined, limit: number): Promise<AskedCompany[] | undefined> {
    const rows = await this.database.query<{ filling: boolean; id: string | null; latest: number; name: string | null; website: string; country: string; version: number }>(`
      select s.filling, q.company_id as id, q.latest, c.name, c.website, c.country, c.version
      from (select exists (select from index_pending w join index_positions p using (space) where p.workspace_id = $1 and p.connection_id = $2) as filling) as s
      left join lateral (select * from pending_companies where workspace_id = $1 and connection_id = $2 and ($3::bigint is null or asked <= $3) order by asked limit $4) as q on true
      left join lateral (select * from companies where workspace_id = $1 and company_id = q.company_id offset 0) as c on true`, [...here(index), through ?? null, limit]);
    if (rows[0]?.filling) return undefined;
    return rows.flatMap(({ id, latest, name, website, country, version }) => (id === null ? [] : [{ id, latest, ...(name === null ? {} : { company: { id, name, website, country, version } }) }]));
  }

  async companiesAfter(index: IndexId, after: string, limit: number): Promise<KnownCompany[] | undefined> {
    const rows = await this.database.query<{ filling: boolean; id: string | null; name: string; website: string; country: string; version: number }>(`
      select s.filling, c.company_id as id, c.name, c.website, c.country, c.version
      from (select exists (select from index_pending w join index_positions p using (space) where p.workspace_id = $1 and p.connection_id = $2) as filling) as s
      left join lateral (select * from companies where workspace_id = $1 and company_id > $3 order by company_id limit $4) as c on true`, [...here(index), after, limit]);
    if (rows[0]?.filling) return undefined;
    return rows.flatMap(({ id, name, website, country, version }) => (id === null ? [] : [{ id, name, website, country, version }]));
  }

  async write(turn: Turn, { decided, answered, swept }: DecidedBatch): Promise<void> {
    await this.database.transaction(async (tx) => {
      await held(tx, turn);
      await writePairs(tx, turn.index, decided);
      await writeKeys(tx, turn.index.workspaceId, decided);
      if (answered.length > 0) await this.answered(tx, turn.index, answered);
      if (swept) {
        await tx.execute('update company_follows set sweep_after = $3, swept = swept + $4 where workspace_id = $1 and connection_id = $2', [...here(turn.index), swept.end ? null : swept.through, decided.length]);
      }
    });
    if (swept?.end) await this.tidyAfterMass();
  }

  async reached({ index, turn }: Turn, mark: TurnMark): Promise<void> {
    await this.database.execute(`update company_follows set mirror_sequence = greatest(mirror_sequence, $4), companies_version = greatest(companies_version, $5)
      where workspace_id = $1 and connection_id = $2 and turn = $3 and sweep_after is null`, [...here(index), turn, mark.mirrorSequence, mark.companiesVersion]);
  }

  /** One statement, and so one snapshot: where nothing waits, everything that the index and the companies have is decided. Undefined where nobody follows. */
  async position(index: IndexId): Promise<AccountsPosition | undefined> {
    const [row] = await this.database.query<PositionRow>(`select n.*, not n.outdated and n.waiting = 0 and not n.sweeping as idle from (
        select ${OUTDATED} or coalesce(p.engine < $4, false) as outdated, f.sweep_after is not null as sweeping, coalesce(c.version, 0) as version, coalesce(c.companies, 0) as companies,
          f.mirror_sequence as kept_mirror, f.companies_version as kept_version,
          coalesce((select min(w.sequence) - 1 from index_pending w where w.space = p.space), p.sequence, 0) as mirror,
          (select count(*) from pending_companies where ${OF_F} and asked < ${LATER}) + (select count(*) from account_changes where ${OF_F})
            + case when f.sweep_after is null then 0 else greatest(coalesce(c.companies, 0) - f.swept, 0) end as waiting
        from company_follows f ${INDEX} left join company_positions c on c.workspace_id = f.workspace_id where f.workspace_id = $1 and f.connection_id = $2) as n`, [...here(index), ENGINE, PROFILE_VERSION]);
    if (!row) return undefined;
    const { companies, waiting } = row;
    if (row.outdated) return { mirrorSequence: 0, companiesVersion: 0, waiting: companies, companies };
    return { mirrorSequence: row.idle ? row.mirror : row.kept_mirror, companiesVersion: row.idle ? row.version : row.kept_version, waiting, companies };
  }

  /** Those that wait, over all workspaces, for metrics. */
  async countWaiting(): Promise<number> {
    const [row] = await this.database.query<{ waiting: number }>(`select (select count(*) from pending_companies)
      + coalesce((select sum(greatest(c.companies - f.swept, 0)) from company_follows f join company_positions c using (workspace_id) where f.sweep_after is not null), 0)::bigint as waiting`);
    return row?.waiting ?? 0;
  }

  /** What was added in a mass waits beside the index of keys, where every search goes through it, and no statistics know of it. */
  private async tidyAfterMass(): Promise<void> {
    await this.database.query("select gin_clean_pending_list('company_keys_by_key')");
    for (const table of ['company_keys', 'company_accounts']) await this.database.execute(`analyze ${table}`);
  }

  /** What waits for single companies still waits: it is decided first. */
  private async sweepAnew(tx: Transaction, index: IndexId, row: FollowRow): Promise<void> {
    const outdated = row.outdated ? ', mirror_sequence = 0, companies_version = 0' : '';
    await tx.execute(`update company_follows set sweep_after = '', swept = 0, engine = $3, rules_version = $4, words_accounts = $5${outdated} where workspace_id = $1 and connection_id = $2`, [...here(index), ENGINE, row.rules, row.words]);
    if (row.many) await tx.execute('delete from account_changes where workspace_id = $1 and connection_id = $2', here(index));
  }

  private async answered(tx: Transaction, index: IndexId, answered: DecidedBatch['answered']): Promise<void> {
    const params = [...here(index), ...columnsOf(answered.map(({ id, latest }) => [id, latest]), 2)];
    // Held first: nobody asks about them again before the end.
    await tx.query(`select 1 from (select * from unnest($3::text[], $4::bigint[]) as t (company_id, latest) order by t.company_id collate "C") as u
      cross join lateral (select 1 from pending_companies where workspace_id = $1 and connection_id = $2 and company_id = u.company_id offset 0 for update) as p`, params);
    // Asked about again meanwhile: in the turn of that question.
    await tx.execute(`update pending_companies set asked = latest where ${answeredRows('<>')}`, params);
    await tx.execute(`delete from pending_companies where ${answeredRows('=')}`, params);
  }
}

/** One look by key for each: where statistics are old, a join becomes a walk over all that waits. */
const answeredRows = (latest: '=' | '<>'): string => `ctid = any(array(select p.ctid from unnest($3::text[], $4::bigint[]) as u (company_id, latest)
  cross join lateral (select ctid from pending_companies where workspace_id = $1 and connection_id = $2 and company_id = u.company_id and latest ${latest} u.latest offset 0) as p))`;

/** Held until the transaction ends, so that its events come in order. @throws Conflict `matching.turn_over` */
async function held(tx: Transaction, { index, turn }: Turn): Promise<void> {
  const [row] = await tx.query<{ turn: number }>('select turn from company_follows where workspace_id = $1 and connection_id = $2 for update', here(index));
  if (row?.turn !== turn) throw conflict('matching.turn_over', 'Another process decides about the companies of this connection now, or it was deleted.');
}

async function writeKeys(tx: Transaction, workspaceId: string, decided: readonly DecidedCompany[]): Promise<void> {
  if (decided.length === 0) return;
  await tx.execute(`insert into company_keys as k (workspace_id, company_id, version, keys)
    select $1, u.company_id, u.version, u.keys::bigint[] from unnest($2::text[], $3::bigint[], $4::text[]) as u (company_id, version, keys) order by u.company_id collate "C"
    on conflict (workspace_id, company_id) do update set version = excluded.version, keys = excluded.keys
      where k.version <= excluded.version and k.keys <> excluded.keys`, [workspaceId, ...columnsOf(decided.map(({ company, keys }) => [company.id, company.version, numbersText(keys)]), 3)]);
}
