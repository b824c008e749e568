import { segments } from '@signalbox/contracts';
import { conflict, notFound, type SignalboxError } from '@signalbox/kernel';
import { isUniqueViolation, jsonb, type Database, type Transaction } from '@signalbox/platform-postgres';
import { toPage, type Page, type PageAsked } from '../../application/page.ts';
import type { SegmentDraft, Segments, WorkspaceFacts } from '../../application/ports.ts';
import { namedSegments, type SegmentNode } from '../../domain/rules/dependencies.ts';
import { CRM_STANDING, noticesOf, setCrmConditions, type CrmStanding } from './crm-follows.ts';
import { isId } from './ids.ts';
import { followSegment, publishedNameTaken } from './published-names.ts';
import { announceStale } from './stale.ts';
import { lockEvaluation, removeAllMembers } from './membership.ts';
import { nameKey } from './name-key.ts';

const { SegmentKind } = segments;
const COLUMNS = `id, name, name_key, kind, rule, size, version, created_at, updated_at, evaluated_at, ${CRM_STANDING}`;

interface SegmentRecord {
  id: string;
  name: string;
  name_key: string;
  kind: 'dynamic' | 'static';
  rule: unknown;
  size: number;
  version: number;
  created_at: Date;
  updated_at: Date;
  evaluated_at: Date | null;
  crm: CrmStanding[];
}

type Queries = Pick<Transaction, 'query'>;

const kindOf = (kind: segments.SegmentKind) => (kind === SegmentKind.STATIC ? 'static' : 'dynamic');
const ruleJson = (rule: segments.RuleNode | undefined) => (rule ? jsonb(segments.RuleNode.toJSON(rule)) : null);

function toSegment(row: SegmentRecord): segments.Segment {
  return {
    id: row.id, name: row.name, kind: row.kind === 'static' ? SegmentKind.STATIC : SegmentKind.DYNAMIC,
    rule: row.rule ? segments.RuleNode.fromJSON(row.rule) : undefined, size: row.size, version: row.version,
    createdAt: row.created_at, updatedAt: row.updated_at, evaluatedAt: row.evaluated_at ?? undefined, notices: noticesOf(row.crm),
  };
}

export const segmentNotFound = (id: string): SignalboxError => notFound('segments.segment.not_found', `There is no segment with the id "${id.slice(0, 80)}". Choose one from the list of segments.`);

/** Segments and what they are built from, in PostgreSQL. Members are in `PgMembers`. */
export class PgSegments implements Segments {
  constructor(private readonly database: Database) {}

  facts(workspaceId: string): Promise<WorkspaceFacts> {
    return readFacts(this.database, workspaceId);
  }

  create(workspaceId: string, decide: (facts: WorkspaceFacts) => SegmentDraft): Promise<void> {
    return this.saving(workspaceId, async (tx) => {
      const draft = decide(await readFacts(tx, workspaceId));
      await tx.execute('insert into segments (workspace_id, id, name, name_key, kind, rule) values ($1, $2, $3, $4, $5, $6::jsonb)',
        [workspaceId, draft.id, draft.name, nameKey(draft.name), kindOf(draft.kind), ruleJson(draft.rule)]);
      await setDependencies(tx, workspaceId, draft);
      await setCrmConditions(tx, workspaceId, draft);
    });
  }

  async update(workspaceId: string, id: string, decide: (present: segments.Segment, facts: WorkspaceFacts) => SegmentDraft | undefined): Promise<void> {
    if (!isId(id)) throw segmentNotFound(id);
    await this.saving(workspaceId, async (tx) => {
      const [row] = await tx.query<SegmentRecord>(`select ${COLUMNS} from segments where workspace_id = $1 and id = $2 for update`, [workspaceId, id]);
      if (!row) throw segmentNotFound(id);
      const draft = decide(toSegment(row), await readFacts(tx, workspaceId));
      if (!draft) return;
      const rule = ruleJson(draft.rule);
      await tx.execute(`update segments set name = $3, name_key = $4, rule = $5::jsonb, version = version + 1, updated_at = now(),
        inputs_version = inputs_version + (case when rule is distinct from $5::jsonb then 1 else 0 end) where workspace_id = $1 and id = $2`,
      [workspaceId, id, draft.name, nameKey(draft.name), rule]);
      await followSegment(tx, workspaceId, draft);
      await setDependencies(tx, workspaceId, draft);
      await setCrmConditions(tx, workspaceId, draft);
    });
  }

  async delete(workspaceId: string, id: string): Promise<void> {
    if (!isId(id)) throw segmentNotFound(id);
    await this.saving(workspaceId, async (tx) => {
      await lockEvaluation(tx, workspaceId, id);
      const [row] = await tx.query<{ name: string }>('select name from segments where workspace_id = $1 and id = $2', [workspaceId, id]);
      if (!row) throw segmentNotFound(id);
      const users = await tx.query<{ name: string }>('select s.name from segment_dependencies d join segments s on s.workspace_id = d.workspace_id and s.id = d.segment_id where d.workspace_id = $1 and d.depends_on = $2 order by s.name_key limit 6', [workspaceId, id]);
      if (users.length > 0) throw stillUsed(row.name, users.map((user) => user.name));
      await removeAllMembers(tx, workspaceId, id);
      await tx.execute('delete from segments where workspace_id = $1 and id = $2', [workspaceId, id]);
    });
  }

  async get(workspaceId: string, ids: readonly string[]): Promise<segments.Segment[]> {
    const rows = await this.database.query<SegmentRecord>(`select ${COLUMNS} from segments where workspace_id = $1 and id = any($2::uuid[])`, [workspaceId, ids.filter(isId)]);
    return rows.map(toSegment).sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  }

  async list(workspaceId: string, page: PageAsked): Promise<Page<segments.Segment>> {
    const rows = await this.database.query<SegmentRecord>(`select ${COLUMNS} from segments where workspace_id = $1 and ($2::text is null or name_key > $2) order by name_key limit $3`,
      [workspaceId, page.after?.[0] ?? null, page.limit + 1]);
    const [count] = await this.database.query<{ total: number }>('select count(*) as total from segments where workspace_id = $1', [workspaceId]);
    return toPage(rows, page, count!.total, (row) => [row.name_key], toSegment);
  }

  /** One at a time in a workspace: two changes that are right each on its own could close a cycle together. */
  private async saving(workspaceId: string, work: (tx: Transaction) => Promise<void>): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`segments.save/${workspaceId}`]);
        await work(tx);
        await announceStale(tx, workspaceId);
      });
    } catch (error) {
      if (isUniqueViolation(error, 'published_segments_by_name')) throw publishedNameTaken(error);
      if (isUniqueViolation(error, 'segments_by_name')) throw conflict('segments.segment.name_taken', 'There is a segment with this name already. Choose another name.', { field: 'name', cause: error });
      throw error;
    }
  }
}

async function readFacts(queries: Queries, workspaceId: string): Promise<WorkspaceFacts> {
  const attributes = await queries.query<{ name: string }>('select name from company_attributes where workspace_id = $1', [workspaceId]);
  const nodes = await queries.query<{ id: string; name: string; depends_on: string[] }>(
    `select s.id, s.name, array(select d.depends_on::text from segment_dependencies d where d.workspace_id = s.workspace_id and d.segment_id = s.id) as depends_on
     from segments s where s.workspace_id = $1 order by s.id`, [workspaceId]);
  const graph = new Map<string, SegmentNode>(nodes.map((node) => [node.id, { id: node.id, name: node.name, dependsOn: node.depends_on }]));
  return { attributes: new Set(attributes.map((a) => a.name)), segmentIds: new Set(graph.keys()), graph };
}

async function setDependencies(tx: Transaction, workspaceId: string, draft: SegmentDraft): Promise<void> {
  const ids = namedSegments(draft.rule).map((named) => named.id);
  await tx.execute('delete from segment_dependencies where workspace_id = $1 and segment_id = $2 and depends_on <> all($3::uuid[])', [workspaceId, draft.id, ids]);
  await tx.execute('insert into segment_dependencies (workspace_id, segment_id, depends_on) select $1, $2, unnest($3::uuid[]) on conflict do nothing', [workspaceId, draft.id, ids]);
}

function stillUsed(name: string, users: string[]): SignalboxError {
  const list = users.slice(0, 5).map((user) => `"${user}"`).join(', ');
  return conflict('segments.segment.in_use', `"${name}" cannot be deleted: ${list}${users.length > 5 ? ' and others are' : users.length > 1 ? ' are' : ' is'} built from it. Change the rule there first.`);
}
