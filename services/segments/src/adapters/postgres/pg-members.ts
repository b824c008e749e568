import { segments, type types } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import { toPage, type Page, type PageAsked } from '../../application/page.ts';
import type { Members, MembersChanged } from '../../application/ports.ts';
import { compileRule } from '../../domain/rules/compile-rule.ts';
import { COMPANY_COLUMNS, toCompany, type CompanyRecord } from './company-rows.ts';
import { isId } from './ids.ts';
import { announceMembers, lockEvaluation, markDependants } from './membership.ts';
import { segmentNotFound } from './pg-segments.ts';

/** Companies looked at in one statement: bounds the memory of an evaluation, whatever the size of the workspace. */
const COMPANIES_AT_ONCE = 20_000;

const STALE = `s.kind = 'dynamic' and (s.inputs_version <> s.evaluated_inputs_version or s.evaluated_companies_version < w.companies_version)`;

interface Due {
  rule: unknown;
  inputs_version: number;
  evaluated_inputs_version: number;
  evaluated_companies_version: number;
  latest: number;
  /** Of the dynamic segments that this one is built from, the one furthest behind. */
  behind: number | null;
}

/** Who is in which segment, in PostgreSQL. */
export class PgMembers implements Members {
  constructor(private readonly database: Database) {}

  async list(workspaceId: string, segmentId: string, page: PageAsked): Promise<Page<types.Company>> {
    const size = await this.size(workspaceId, segmentId);
    const after = page.after?.[0];
    const rows = after !== undefined && !isId(after) ? [] : await this.read(workspaceId, segmentId, after, page.limit + 1);
    return toPage(rows, page, size, (row) => [row.id], toCompany);
  }

  async after(workspaceId: string, segmentId: string, after: string | undefined, limit: number): Promise<types.Company[]> {
    if (after === undefined) await this.size(workspaceId, segmentId);
    return (await this.read(workspaceId, segmentId, after, limit)).map(toCompany);
  }

  async change(workspaceId: string, segmentId: string, add: readonly string[], remove: readonly string[]): Promise<MembersChanged> {
    if (!isId(segmentId)) throw segmentNotFound(segmentId);
    return this.database.transaction(async (tx) => {
      await lockEvaluation(tx, workspaceId, segmentId);
      await expectStatic(tx, workspaceId, segmentId);
      const asked = [...new Set([...add, ...remove])];
      const rows = await tx.query<{ id: string }>('select id from companies where workspace_id = $1 and id = any($2::uuid[])', [workspaceId, asked.filter(isId)]);
      const known = new Set(rows.map((row) => row.id));
      const added = await tx.query<{ company_id: string }>('insert into segment_members (workspace_id, segment_id, company_id) select $1, $2, unnest($3::uuid[]) on conflict do nothing returning company_id', [workspaceId, segmentId, [...new Set(add)].filter((id) => known.has(id))]);
      const removed = await tx.query<{ company_id: string }>('delete from segment_members where workspace_id = $1 and segment_id = $2 and company_id = any($3::uuid[]) returning company_id', [workspaceId, segmentId, remove.filter((id) => known.has(id))]);
      const change = { added: added.map((row) => row.company_id), removed: removed.map((row) => row.company_id) };
      await settle(tx, workspaceId, segmentId, change.added.length - change.removed.length);
      await announceMembers(tx, workspaceId, segmentId, change, 'person');
      if (added.length + removed.length > 0) await markDependants(tx, workspaceId, segmentId);
      return { ...change, unknown: asked.filter((id) => !known.has(id)) };
    });
  }

  async stale(workspaceId: string): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ id: string }>(
      `select s.id from segments s left join workspaces w on w.workspace_id = s.workspace_id where s.workspace_id = $1 and ${STALE}`, [workspaceId]);
    return new Set(rows.map((row) => row.id));
  }

  async staleWorkspaces(): Promise<string[]> {
    const rows = await this.database.query<{ workspace_id: string }>(
      `select distinct s.workspace_id from segments s left join workspaces w on w.workspace_id = s.workspace_id where ${STALE}`);
    return rows.map((row) => row.workspace_id);
  }

  /**
   * Looks only at companies that changed since the last time, unless the rule or what it is built from did: membership of a
   * company depends on nothing but that company, its rule and the company's own place in those segments. Companies are gone through by the version
   * of their last change; one that changes meanwhile gets a higher version than the target and is the next evaluation's.
   */
  evaluate(workspaceId: string, segmentId: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await lockEvaluation(tx, workspaceId, segmentId);
      const due = await readDue(tx, workspaceId, segmentId);
      if (!due) return false;
      const full = due.inputs_version !== due.evaluated_inputs_version;
      const target = Math.min(due.latest, due.behind ?? due.latest);
      const from = full ? 0 : due.evaluated_companies_version;
      const { added, removed } = await applyRule(tx, { workspaceId, segmentId, rule: segments.RuleNode.fromJSON(due.rule), from, target, cause: full ? 'rule' : 'companies' });
      await tx.execute(`update segments set size = size + $3, evaluated_at = now(), evaluated_inputs_version = $4, evaluated_companies_version = $5 where workspace_id = $1 and id = $2`,
        [workspaceId, segmentId, added - removed, due.inputs_version, full ? target : Math.max(target, from)]);
      const changed = added + removed > 0;
      // After a change of companies alone the segments built from this one look at the same companies by themselves.
      if (changed && full) await markDependants(tx, workspaceId, segmentId);
      return changed;
    });
  }

  private async size(workspaceId: string, segmentId: string): Promise<number> {
    const [row] = isId(segmentId) ? await this.database.query<{ size: number }>('select size from segments where workspace_id = $1 and id = $2', [workspaceId, segmentId]) : [];
    if (!row) throw segmentNotFound(segmentId);
    return row.size;
  }

  private read(workspaceId: string, segmentId: string, after: string | undefined, limit: number): Promise<CompanyRecord[]> {
    return this.database.query<CompanyRecord>(
      `select ${COMPANY_COLUMNS} from segment_members m join companies c on c.workspace_id = m.workspace_id and c.id = m.company_id
       where m.workspace_id = $1 and m.segment_id = $2 and ($3::uuid is null or m.company_id > $3::uuid) order by m.company_id limit $4`, [workspaceId, segmentId, after ?? null, limit]);
  }
}

async function readDue(tx: Transaction, workspaceId: string, segmentId: string): Promise<Due | undefined> {
  const [due] = await tx.query<Due>(
    `select s.rule, s.inputs_version, s.evaluated_inputs_version, s.evaluated_companies_version,
       coalesce((select w.companies_version from workspaces w where w.workspace_id = s.workspace_id), 0) as latest,
       (select min(o.evaluated_companies_version) from segment_dependencies d join segments o on o.workspace_id = d.workspace_id and o.id = d.depends_on and o.kind = 'dynamic'
        where d.workspace_id = s.workspace_id and d.segment_id = s.id) as behind
     from segments s where s.workspace_id = $1 and s.id = $2 and s.kind = 'dynamic'`, [workspaceId, segmentId]);
  if (!due) return undefined;
  const upToDate = due.inputs_version === due.evaluated_inputs_version && due.evaluated_companies_version >= Math.min(due.latest, due.behind ?? due.latest);
  return upToDate ? undefined : due;
}

interface Application {
  workspaceId: string;
  segmentId: string;
  rule: segments.RuleNode;
  /** Companies whose version is above `from`, up to `target`. */
  from: number;
  target: number;
  cause: 'rule' | 'companies';
}

async function applyRule(tx: Transaction, work: Application): Promise<{ added: number; removed: number }> {
  const { workspaceId, segmentId, target } = work;
  const { sql, params } = compileRule(work.rule, 5);
  // Who changes sides. The changes are written by id afterwards: joined to the members in one statement they took seconds, since
  // a table that grows during an import has no statistics to plan by.
  const statement = `select id, wanted from (
      select c.id, (${sql}) as wanted,
        exists (select 1 from segment_members m where m.workspace_id = c.workspace_id and m.segment_id = $2::uuid and m.company_id = c.id) as member
      from companies c where c.workspace_id = $1 and c.changed_version > $3 and c.changed_version <= $4) seen where wanted <> member`;
  const total = { added: 0, removed: 0 };
  for (let from = work.from; ;) {
    const [border] = await tx.query<{ version: number | null }>(`select max(changed_version) as version from (
      select changed_version from companies where workspace_id = $1 and changed_version > $2 and changed_version <= $3 order by changed_version limit ${COMPANIES_AT_ONCE}) v`, [workspaceId, from, target]);
    if (border!.version === null) return total;
    const rows = await tx.query<{ id: string; wanted: boolean }>(statement, [workspaceId, segmentId, from, border!.version, ...params]);
    const added = rows.filter((row) => row.wanted).map((row) => row.id);
    const removed = rows.filter((row) => !row.wanted).map((row) => row.id);
    await tx.execute('insert into segment_members (workspace_id, segment_id, company_id) select $1, $2, unnest($3::uuid[])', [workspaceId, segmentId, added]);
    await tx.execute('delete from segment_members where workspace_id = $1 and segment_id = $2 and company_id = any($3::uuid[])', [workspaceId, segmentId, removed]);
    await announceMembers(tx, workspaceId, segmentId, { added, removed }, work.cause);
    total.added += added.length;
    total.removed += removed.length;
    from = border!.version;
  }
}

async function expectStatic(tx: Transaction, workspaceId: string, segmentId: string): Promise<void> {
  const [row] = await tx.query<{ name: string; kind: string }>('select name, kind from segments where workspace_id = $1 and id = $2', [workspaceId, segmentId]);
  if (!row) throw segmentNotFound(segmentId);
  if (row.kind !== 'static') throw invalid('segments.segment.not_static', `"${row.name}" is dynamic: its rule decides who is in it. Change the rule, or use a static segment.`, { field: 'segment_id' });
}

async function settle(tx: Transaction, workspaceId: string, segmentId: string, difference: number): Promise<void> {
  await tx.execute('update segments set size = size + $3, evaluated_at = now() where workspace_id = $1 and id = $2', [workspaceId, segmentId, difference]);
}
