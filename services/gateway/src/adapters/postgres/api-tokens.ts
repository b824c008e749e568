import type { Database } from '@signalbox/platform-postgres';
import type { ApiToken, ApiTokens } from '../../application/ports.ts';

const COLUMNS = `id, workspace_id as "workspaceId", name, permissions, hint, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;
/** The last use is kept to the minute: a write for each call would cost more than the call. */
const USE_GRAIN_MS = 60_000;

export class PostgresApiTokens implements ApiTokens {
  constructor(private readonly database: Database) {}

  async create(token: ApiToken, hash: Uint8Array): Promise<void> {
    const sql = 'insert into api_tokens (workspace_id, id, hash, name, hint, permissions, created_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)';
    await this.database.execute(sql, [token.workspaceId, token.id, hash, token.name, token.hint, token.permissions, token.createdBy, token.createdAt, token.expiresAt]);
  }

  async use(workspaceId: string, hash: Uint8Array, now: Date): Promise<ApiToken | undefined> {
    const sql = `select ${COLUMNS} from api_tokens where workspace_id = $1 and hash = $2 and revoked_at is null and (expires_at is null or expires_at > $3)`;
    const token = (await this.database.query<ApiToken>(sql, [workspaceId, hash, now]))[0];
    if (token && (!token.lastUsedAt || now.getTime() - token.lastUsedAt.getTime() >= USE_GRAIN_MS)) {
      await this.database.execute('update api_tokens set last_used_at = $3 where workspace_id = $1 and id = $2', [workspaceId, token.id, now]);
    }
    return token;
  }

  list(workspaceId: string, after: string | undefined, limit: number): Promise<ApiToken[]> {
    const sql = `select ${COLUMNS} from api_tokens where workspace_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`;
    return this.database.query<ApiToken>(sql, [workspaceId, after ?? null, limit]);
  }

  async revoke(workspaceId: string, id: string, now: Date): Promise<boolean> {
    const sql = 'update api_tokens set revoked_at = coalesce(revoked_at, $3) where workspace_id = $1 and id = $2';
    return (await this.database.execute(sql, [workspaceId, id, now])) > 0;
  }
}
