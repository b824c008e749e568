import type { segments } from '@signalbox/contracts';
import { conflict, notFound, type SignalboxError } from '@signalbox/kernel';
import { isUniqueViolation, type Database, type Transaction } from '@signalbox/platform-postgres';
import type { Publication, PublishedNames, SegmentDraft } from '../../application/ports.ts';
import { isId } from './ids.ts';
import { nameKey } from './name-key.ts';

interface PublishedRow {
  segment_id: string;
  segment_name: string;
  name: string;
  renamed: boolean;
  enabled: boolean;
  size: number;
  published_at: Date;
}

/** Published names in PostgreSQL; one that was not given follows its segment. */
export class PgPublishedNames implements PublishedNames {
  constructor(private readonly database: Database) {}

  async list(workspaceId: string): Promise<segments.PublishedSegment[]> {
    const rows = await this.database.query<PublishedRow>(
      `select p.segment_id, s.name as segment_name, p.name, p.renamed, p.enabled, s.size, p.published_at from published_segments p
       join segments s on s.workspace_id = p.workspace_id and s.id = p.segment_id where p.workspace_id = $1 order by p.name_key`, [workspaceId]);
    return rows.map((row) => ({
      segmentId: row.segment_id, segmentName: row.segment_name, name: row.name, renamed: row.renamed, enabled: row.enabled, size: row.size, publishedAt: row.published_at,
    }));
  }

  async put(workspaceId: string, { segmentId, name, enabled }: Publication, most: number): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        // Two that publish at the same time could come to more than `most` together.
        await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`segments.publish/${workspaceId}`]);
        // Held, so that its name does not change in between.
        const [segment] = isId(segmentId) ? await tx.query<{ name: string }>('select name from segments where workspace_id = $1 and id = $2 for share', [workspaceId, segmentId]) : [];
        if (!segment) throw notFound('segments.segment.not_found', `There is no segment with the id "${segmentId.slice(0, 80)}". Choose one from the list of segments.`, { field: 'segment_id' });
        const [others] = await tx.query<{ count: number }>('select count(*) as count from published_segments where workspace_id = $1 and segment_id <> $2', [workspaceId, segmentId]);
        if (others!.count >= most) throw conflict('segments.published.too_many', `${most} segments are published, which is the most. Unpublish another one first.`, { field: 'segment_id' });
        const shown = name ?? segment.name;
        await tx.execute(`insert into published_segments (workspace_id, segment_id, name, name_key, renamed, enabled) values ($1, $2, $3, $4, $5, $6)
          on conflict (workspace_id, segment_id) do update set name = excluded.name, name_key = excluded.name_key, renamed = excluded.renamed, enabled = excluded.enabled`,
        [workspaceId, segmentId, shown, nameKey(shown), name !== undefined, enabled]);
      });
    } catch (error) {
      if (isUniqueViolation(error, 'published_segments_by_name')) throw publishedNameTaken(error);
      throw error;
    }
  }

  async remove(workspaceId: string, segmentId: string): Promise<void> {
    if (isId(segmentId)) await this.database.execute('delete from published_segments where workspace_id = $1 and segment_id = $2', [workspaceId, segmentId]);
  }

  async border(workspaceId: string, after: string | undefined, size: number): Promise<string | undefined> {
    const rows = await this.database.query<{ id: string }>(
      `select id from (select id from companies where workspace_id = $1 and ($2::uuid is null or id > $2::uuid) order by id limit $3) c order by id desc limit 1`, [workspaceId, after ?? null, size]);
    return rows[0]?.id;
  }

  async places(workspaceId: string, segmentIds: readonly string[], after: string | undefined, through: string): Promise<{ companyId: string; places: number[] }[]> {
    const rows = await this.database.query<{ company_id: string; places: string }>(
      `select m.company_id, string_agg(o.place::text, ',') as places from unnest($2::uuid[]) with ordinality as o (segment_id, place)
         join segment_members m on m.workspace_id = $1 and m.segment_id = o.segment_id and m.company_id <= $4::uuid and ($3::uuid is null or m.company_id > $3::uuid)
       group by m.company_id order by m.company_id`, [workspaceId, segmentIds, after ?? null, through]);
    return rows.map((row) => ({ companyId: row.company_id, places: row.places.split(',').map((place) => Number(place) - 1).sort((a, b) => a - b) }));
  }
}

/** A published name that follows its segment, in the transaction that renames the segment. */
export async function followSegment(tx: Transaction, workspaceId: string, draft: Pick<SegmentDraft, 'id' | 'name'>): Promise<void> {
  await tx.execute('update published_segments set name = $3, name_key = $4 where workspace_id = $1 and segment_id = $2 and not renamed', [workspaceId, draft.id, draft.name, nameKey(draft.name)]);
}

export const publishedNameTaken = (cause: unknown): SignalboxError =>
  conflict('segments.published.name_taken', 'Another segment is published under this name already. Choose another name.', { field: 'name', cause });
