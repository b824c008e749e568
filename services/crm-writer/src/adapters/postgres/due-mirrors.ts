import type { Database } from '@signalbox/platform-postgres';
import type { DueMirrors } from '../../application/pull-regularly.ts';
import type { MirrorKey } from '../../domain/mirror.ts';

/** One that failed is tried again after the same time: `state` and `pulled_at` stay what they were. */
const DUE = `select p.workspace_id as "workspaceId", p.connection_id as "connectionId", p.object from mirror_positions p
    join connections c on c.workspace_id = p.workspace_id and c.id = p.connection_id
  where c.status = 'healthy' and ($1 = '' or c.provider = $1) and p.pulled_at < now() - $2 * interval '1 millisecond' order by p.pulled_at limit $3`;

export class PgDueMirrors implements DueMirrors {
  constructor(private readonly database: Database) {}

  due(provider: string, olderThanMs: number, limit: number): Promise<MirrorKey[]> {
    return this.database.query<MirrorKey>(DUE, [provider, olderThanMs, limit]);
  }
}
