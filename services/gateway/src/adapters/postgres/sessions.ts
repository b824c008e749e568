import type { Database } from '@signalbox/platform-postgres';
import type { Session, Sessions, SignInFailures } from '../../application/ports.ts';
import type { Failures } from '../../domain/throttle.ts';

export class PostgresSessions implements Sessions {
  constructor(private readonly database: Database) {}

  async create(workspaceId: string, hash: Uint8Array, userId: string, createdAt: Date, expiresAt: Date): Promise<void> {
    await this.database.execute('insert into sessions (workspace_id, hash, user_id, created_at, expires_at) values ($1, $2, $3, $4, $5)', [workspaceId, hash, userId, createdAt, expiresAt]);
  }

  async find(workspaceId: string, hash: Uint8Array, now: Date): Promise<Session | undefined> {
    const sql = `select s.workspace_id as "workspaceId", s.user_id as "userId", u.email, u.permissions, s.expires_at as "expiresAt"
      from sessions s join users u on u.workspace_id = s.workspace_id and u.id = s.user_id
      where s.workspace_id = $1 and s.hash = $2 and s.expires_at > $3`;
    return (await this.database.query<Session>(sql, [workspaceId, hash, now]))[0];
  }

  async remove(workspaceId: string, hash: Uint8Array): Promise<void> {
    await this.database.execute('delete from sessions where workspace_id = $1 and hash = $2', [workspaceId, hash]);
  }
}

export class PostgresSignInFailures implements SignInFailures {
  constructor(private readonly database: Database) {}

  async get(key: string): Promise<Failures | undefined> {
    return (await this.database.query<Failures>('select count, window_ends_at as "windowEndsAt" from sign_in_failures where key = $1', [key]))[0];
  }

  async add(key: string, now: Date, windowMs: number): Promise<void> {
    const sql = `insert into sign_in_failures (key, count, window_ends_at) values ($1, 1, $3)
      on conflict (key) do update set
        count = case when sign_in_failures.window_ends_at <= $2 then 1 else sign_in_failures.count + 1 end,
        window_ends_at = case when sign_in_failures.window_ends_at <= $2 then excluded.window_ends_at else sign_in_failures.window_ends_at end`;
    await this.database.execute(sql, [key, now, new Date(now.getTime() + windowMs)]);
  }

  async clear(key: string): Promise<void> {
    await this.database.execute('delete from sign_in_failures where key = $1', [key]);
  }
}
