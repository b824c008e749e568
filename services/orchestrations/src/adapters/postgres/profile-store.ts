import type { orchestrations } from '@signalbox/contracts';
import { jsonb, type Database, type Transaction } from '@signalbox/platform-postgres';
import type { ProfileStore } from '../../application/ports.ts';

type Profile = orchestrations.MappingProfile;

interface Row {
  id: string;
  name: string;
  connection_id: string;
  object: string;
  environment: string;
  mappings: orchestrations.FieldMapping[];
  external_id_field: string;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const toProfile = (row: Row): Profile => ({
  id: row.id, name: row.name, connectionId: row.connection_id, object: row.object, environment: row.environment, mappings: row.mappings,
  externalIdField: row.external_id_field, createdAt: row.created_at, updatedAt: row.updated_at, version: row.version,
});

/** Mapping profiles in PostgreSQL. */
export class PostgresProfileStore implements ProfileStore {
  constructor(private readonly database: Database) {}

  async insert(workspaceId: string, id: string, p: Profile): Promise<Profile> {
    const [row] = await this.database.query<Row>(
      `insert into mapping_profiles (workspace_id, id, name, connection_id, object, environment, mappings, external_id_field) values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8) returning *`,
      [workspaceId, id, p.name, p.connectionId, p.object, p.environment, jsonb(p.mappings), p.externalIdField],
    );
    return toProfile(row as Row);
  }

  async update(tx: Transaction, workspaceId: string, p: Profile): Promise<Profile | undefined> {
    const rows = await tx.query<Row>(
      `update mapping_profiles set name = $3, connection_id = $4, object = $5, environment = $6, mappings = $7::jsonb, external_id_field = $8, version = version + 1, updated_at = now()
       where workspace_id = $1 and id = $2 and ($9 = 0 or version = $9) returning *`,
      [workspaceId, p.id, p.name, p.connectionId, p.object, p.environment, jsonb(p.mappings), p.externalIdField, p.version],
    );
    return rows[0] && toProfile(rows[0]);
  }

  async find(workspaceId: string, id: string): Promise<Profile | undefined> {
    const rows = await this.database.query<Row>('select * from mapping_profiles where workspace_id = $1 and id = $2', [workspaceId, id]);
    return rows[0] && toProfile(rows[0]);
  }

  async remove(tx: Transaction, workspaceId: string, id: string): Promise<void> {
    await tx.execute('delete from mapping_profiles where workspace_id = $1 and id = $2', [workspaceId, id]);
  }

  async list(workspaceId: string, connectionId: string, after: string, limit: number): Promise<{ rows: Profile[]; total: number }> {
    const of = `workspace_id = $1 and ($2 = '' or connection_id = $2)`;
    const [rows, count] = await Promise.all([
      this.database.query<Row>(`select * from mapping_profiles where ${of} and id > $3 order by id limit $4`, [workspaceId, connectionId, after, limit]),
      this.database.query<{ count: number }>(`select count(*) as count from mapping_profiles where ${of}`, [workspaceId, connectionId]),
    ]);
    return { rows: rows.map(toProfile), total: count[0]?.count ?? 0 };
  }
}
