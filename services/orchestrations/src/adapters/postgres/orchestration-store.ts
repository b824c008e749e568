import type { orchestrations } from '@signalbox/contracts';
import type { Definitions } from '@signalbox/platform-orchestration';
import { jsonb, type Database, type Transaction } from '@signalbox/platform-postgres';
import type { OrchestrationStore } from '../../application/ports.ts';
import type { Draft, StoredOrchestration } from '../../domain/orchestration.ts';

interface Row {
  workspace_id: string;
  id: string;
  name: string;
  kind: string;
  segment_id: string;
  connection_id: string;
  mapping_profile_id: string;
  mapping_profile_version: number;
  schedule_mode: orchestrations.ScheduleMode;
  weekday: orchestrations.Weekday;
  guardrails: orchestrations.Guardrails;
  settings: unknown;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** With the version of the profile as it is saved now. */
const COLUMNS = `orchestrations.*, coalesce((select p.version from mapping_profiles p
  where p.workspace_id = orchestrations.workspace_id and p.id = orchestrations.mapping_profile_id), 0) as mapping_profile_version`;

const toStored = (row: Row): StoredOrchestration => ({
  workspaceId: row.workspace_id, orchestrationId: row.id, version: row.version, kind: row.kind, name: row.name, segmentId: row.segment_id,
  connectionId: row.connection_id, mappingProfileId: row.mapping_profile_id, mappingProfileVersion: row.mapping_profile_version, guardrails: row.guardrails, settings: row.settings,
  schedule: { mode: row.schedule_mode, weekday: row.weekday }, createdAt: row.created_at, updatedAt: row.updated_at,
});

const values = (workspaceId: string, id: string, d: Draft) => [
  workspaceId, id, d.name, d.kind, d.segmentId, d.connectionId, d.mappingProfileId, d.schedule.mode, d.schedule.weekday, jsonb(d.guardrails), jsonb(d.settings ?? {}),
];

/** Orchestrations in PostgreSQL; a deleted one keeps its row and is found by nobody. */
export class PostgresOrchestrationStore implements OrchestrationStore, Definitions {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, workspaceId: string, id: string, draft: Draft): Promise<StoredOrchestration> {
    const [row] = await tx.query<Row>(
      `insert into orchestrations (workspace_id, id, name, kind, segment_id, connection_id, mapping_profile_id, schedule_mode, weekday, guardrails, settings)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb) returning ${COLUMNS}`, values(workspaceId, id, draft),
    );
    return toStored(row as Row);
  }

  async hold(tx: Transaction, workspaceId: string, id: string): Promise<StoredOrchestration | undefined> {
    const rows = await tx.query<Row>(`select ${COLUMNS} from orchestrations where workspace_id = $1 and id = $2 and deleted_at is null for update`, [workspaceId, id]);
    return rows[0] && toStored(rows[0]);
  }

  async update(tx: Transaction, workspaceId: string, id: string, draft: Draft): Promise<StoredOrchestration> {
    const [row] = await tx.query<Row>(
      `update orchestrations set name = $3, kind = $4, segment_id = $5, connection_id = $6, mapping_profile_id = $7, schedule_mode = $8, weekday = $9,
         guardrails = $10::jsonb, settings = $11::jsonb, version = version + 1, updated_at = now()
       where workspace_id = $1 and id = $2 and deleted_at is null returning ${COLUMNS}`, values(workspaceId, id, draft),
    );
    return toStored(row as Row);
  }

  async remove(tx: Transaction, workspaceId: string, id: string): Promise<Date> {
    const [row] = await tx.query<{ deleted_at: Date }>(
      'update orchestrations set deleted_at = coalesce(deleted_at, now()) where workspace_id = $1 and id = $2 returning deleted_at', [workspaceId, id],
    );
    return (row as { deleted_at: Date }).deleted_at;
  }

  async find(workspaceId: string, id: string): Promise<StoredOrchestration | undefined> {
    const rows = await this.database.query<Row>(`select ${COLUMNS} from orchestrations where workspace_id = $1 and id = $2 and deleted_at is null`, [workspaceId, id]);
    return rows[0] && toStored(rows[0]);
  }

  async list(workspaceId: string, after: string, limit: number): Promise<{ rows: StoredOrchestration[]; total: number }> {
    const [rows, count] = await Promise.all([
      this.database.query<Row>(`select ${COLUMNS} from orchestrations where workspace_id = $1 and id > $2 and deleted_at is null order by id limit $3`, [workspaceId, after, limit]),
      this.database.query<{ count: number }>('select count(*) as count from orchestrations where workspace_id = $1 and deleted_at is null', [workspaceId]),
    ]);
    return { rows: rows.map(toStored), total: count[0]?.count ?? 0 };
  }

  async writingTo(workspaceId: string, connectionId: string, kind: string): Promise<StoredOrchestration[]> {
    const rows = await this.database.query<Row>(
      `select ${COLUMNS} from orchestrations where workspace_id = $1 and connection_id = $2 and kind = $3 and deleted_at is null order by name, id`, [workspaceId, connectionId, kind]);
    return rows.map(toStored);
  }

  async usingProfile(tx: Transaction, workspaceId: string, profileId: string): Promise<StoredOrchestration[]> {
    const rows = await tx.query<Row>(`select ${COLUMNS} from orchestrations where workspace_id = $1 and mapping_profile_id = $2 and deleted_at is null order by name, id`, [workspaceId, profileId]);
    return rows.map(toStored);
  }
}
