import { matching, orchestrations, type crmWriter } from '@signalbox/contracts';
import { changeId } from '../../domain/batches.ts';
import type { DueChange, PlanRow, Preparing, StoredRecord, WriteAction, WriteTarget } from '../../application/ports.ts';
import type { CopyRow } from '@signalbox/platform-postgres';

export interface PlanDbRow {
  workspace_id: string;
  id: string;
  orchestration_id: string;
  orchestration_version: number;
  mapping_profile_version: number;
  run_id: string;
  undoes_run_id: string;
  state: PlanRow['state'];
  planned: number;
  to_write: number;
  clears: number;
  looked_at: number;
  to_look_at: number;
  crm_records: number;
  mirror_sequence: number;
  preparing: Preparing | null;
  target: WriteTarget | null;
  guardrail: string;
  problem: string;
  created_at: Date;
  ready_at: Date | null;
}

export const PLAN_COLUMNS = 'workspace_id, id, orchestration_id, orchestration_version, mapping_profile_version, run_id, undoes_run_id, state, planned, to_write, clears, looked_at, to_look_at, crm_records, mirror_sequence, preparing, target, guardrail, problem, created_at, ready_at';

export function toPlan(row: PlanDbRow): PlanRow {
  return {
    workspaceId: row.workspace_id, id: row.id, orchestrationId: row.orchestration_id, orchestrationVersion: row.orchestration_version, mappingProfileVersion: row.mapping_profile_version, runId: row.run_id, undoesRunId: row.undoes_run_id,
    state: row.state, planned: row.planned, toWrite: row.to_write, clears: row.clears, lookedAt: row.looked_at, toLookAt: row.to_look_at,
    crmRecords: row.crm_records, mirrorSequence: row.mirror_sequence, preparing: row.preparing ?? undefined, target: row.target ?? undefined, guardrail: row.guardrail, problem: row.problem,
    createdAt: row.created_at, readyAt: row.ready_at ?? undefined,
  };
}

const { PlanAction, RecordState } = orchestrations;
const ACTION_TEXT: Record<string, WriteAction> = { [PlanAction.CREATE]: 'create', [PlanAction.UPDATE]: 'update', [PlanAction.DELETE]: 'delete', [PlanAction.CONVERT]: 'convert' };
const ACTION: Record<string, orchestrations.PlanAction> = { create: PlanAction.CREATE, update: PlanAction.UPDATE, delete: PlanAction.DELETE, convert: PlanAction.CONVERT, skip: PlanAction.SKIP };
const STATE: Record<string, orchestrations.RecordState> = {
  planned: RecordState.PLANNED, dispatched: RecordState.DISPATCHED, succeeded: RecordState.SUCCEEDED, skipped: RecordState.SKIPPED,
  failed: RecordState.FAILED, unknown_then_settled: RecordState.UNKNOWN_THEN_SETTLED,
};

export const actionText = (action: orchestrations.PlanAction) => ACTION_TEXT[action] ?? 'skip';
/** A record that is deleted loses everything; cleared are the fields of one that stays. */
export const clearsOf = (records: readonly StoredRecord[]): number => records.filter((r) => actionText(r.action) === 'update' || actionText(r.action) === 'create').reduce((sum, r) => sum + r.changes.filter((c) => c.clear).length, 0);

export const RECORD_COPY = 'copy plan_records (workspace_id, plan_id, position, company_id, company_name, action, reason, reason_text, crm_id, evidence, changes, identity, conversion) from stdin';

export function recordCopyRow(workspaceId: string, planId: string, record: StoredRecord): CopyRow {
  const evidence = record.evidence ? matching.MatchDecision.encode(record.evidence).finish() : null;
  return [
    workspaceId, planId, record.position, record.companyId, record.companyName, actionText(record.action), record.reason, record.reasonText,
    record.crmId, evidence, JSON.stringify(record.changes), record.identity ? JSON.stringify(record.identity) : null,
    record.conversion ? JSON.stringify(record.conversion) : null,
  ];
}

export interface RecordDbRow {
  position: number;
  company_id: string;
  company_name: string;
  action: string;
  reason: string;
  reason_text: string;
  evidence: Uint8Array | null;
  changes: crmWriter.FieldChange[];
  state: string;
  crm_id: string;
  outcome_code: string | null;
  outcome_message: string | null;
  contact_id: string | null;
  finished_at: Date | null;
}

export function toRecord(planId: string, row: RecordDbRow): orchestrations.PlanRecord {
  return {
    changeId: changeId(planId, row.position), position: row.position, companyId: row.company_id, companyName: row.company_name,
    action: ACTION[row.action] ?? PlanAction.UNSPECIFIED, reason: row.reason, reasonText: row.reason_text,
    evidence: row.evidence ? matching.MatchDecision.decode(row.evidence) : undefined, changes: row.changes,
    state: STATE[row.state] ?? RecordState.UNSPECIFIED, crmId: row.crm_id, outcomeCode: row.outcome_code ?? '', outcomeMessage: row.outcome_message ?? '',
    finishedAt: row.finished_at ?? undefined, contactId: row.contact_id ?? '',
  };
}

export interface DueDbRow {
  position: number;
  action: WriteAction;
  company_id: string;
  crm_id: string;
  changes: crmWriter.FieldChange[];
  identity: matching.MatchCandidate | null;
  conversion: orchestrations.Conversion | null;
}

export const toDue = (row: DueDbRow): DueChange => ({
  position: row.position, action: row.action, companyId: row.company_id, crmId: row.crm_id, changes: row.changes, identity: row.identity ?? undefined, conversion: row.conversion ?? undefined,
});
