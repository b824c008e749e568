import type { Database } from '@signalbox/platform-postgres';
import type { Entitlement, Entitlements, FirstRun, User, Users, Workspace, Workspaces } from '../../application/ports.ts';

const COLUMNS = 'workspace_id as id, name, time_zone as "timeZone", created_at as "createdAt"';

export class PostgresWorkspaces implements Workspaces {
  constructor(private readonly database: Database) {}

  async any(): Promise<boolean> {
    return (await this.database.query('select 1 from workspaces limit 1')).length > 0;
  }

  async get(workspaceId: string): Promise<Workspace | undefined> {
    return (await this.database.query<Workspace>(`select ${COLUMNS} from workspaces where workspace_id = $1`, [workspaceId]))[0];
  }

  async update(workspaceId: string, change: { name?: string; timeZone?: string }): Promise<Workspace | undefined> {
    const sql = `update workspaces set name = coalesce($2, name), time_zone = coalesce($3, time_zone) where workspace_id = $1 returning ${COLUMNS}`;
    return (await this.database.query<Workspace>(sql, [workspaceId, change.name ?? null, change.timeZone ?? null]))[0];
  }

  createFirst({ workspace, user, entitlements }: FirstRun): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      // Two first runs at once: the second waits here, and then finds that it is not the first.
      await tx.query('lock table workspaces in exclusive mode');
      if ((await tx.query('select 1 from workspaces limit 1')).length > 0) return false;
      await tx.query('insert into workspaces (workspace_id, name, time_zone, created_at) values ($1, $2, $3, $4)', [workspace.id, workspace.name, workspace.timeZone, workspace.createdAt]);
      await tx.query('insert into users (workspace_id, id, email, password_hash, permissions, created_at) values ($1, $2, $3, $4, $5, $6)', [workspace.id, user.id, user.email, user.passwordHash, user.permissions, workspace.createdAt]);
      await tx.query('insert into entitlements (workspace_id, name, licensed) select $1, unnest($2::text[]), true', [workspace.id, entitlements]);
      return true;
    });
  }
}

export class PostgresUsers implements Users {
  constructor(private readonly database: Database) {}

  async findByEmail(email: string): Promise<User | undefined> {
    const sql = 'select id, workspace_id as "workspaceId", email, password_hash as "passwordHash", permissions from users where lower(email) = lower($1)';
    return (await this.database.query<User>(sql, [email]))[0];
  }
}

export class PostgresEntitlements implements Entitlements {
  constructor(private readonly database: Database) {}

  list(workspaceId: string): Promise<Entitlement[]> {
    return this.database.query<Entitlement>('select name, licensed from entitlements where workspace_id = $1 order by name', [workspaceId]);
  }

  async put(workspaceId: string, entitlement: Entitlement): Promise<void> {
    const sql = 'insert into entitlements (workspace_id, name, licensed) values ($1, $2, $3) on conflict (workspace_id, name) do update set licensed = excluded.licensed';
    await this.database.execute(sql, [workspaceId, entitlement.name, entitlement.licensed]);
  }
}
