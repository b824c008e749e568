import type { ConnectorManifest, FieldDescription, ObjectManifest } from '@signalbox/connectors-sdk';
import { crmWriter, type types } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import type { LedgerLine, PageQuery } from '../../application/ports.ts';
import type { BudgetStanding } from '../../domain/call-budget.ts';
import { belongingOf, holdAll } from '../../domain/belonging.ts';
import type { FieldValue, OutcomeState } from '../../domain/changes.ts';
import type { Connection, ConnectionStatus } from '../../domain/connection.ts';
import { standingOf } from '../../domain/standing.ts';
import type { ChangedRecord, MirrorKey, MirrorStatus } from '../../domain/mirror.ts';

const STATUS: Record<ConnectionStatus, crmWriter.ConnectionStatus> = {
  untested: crmWriter.ConnectionStatus.UNTESTED, healthy: crmWriter.ConnectionStatus.HEALTHY, unhealthy: crmWriter.ConnectionStatus.UNHEALTHY,
};

export const OUTCOME: Record<OutcomeState, crmWriter.ChangeOutcome> = {
  succeeded: crmWriter.ChangeOutcome.SUCCEEDED, skipped: crmWriter.ChangeOutcome.SKIPPED, failed: crmWriter.ChangeOutcome.FAILED, unknown_then_settled: crmWriter.ChangeOutcome.UNKNOWN_THEN_SETTLED,
};

const { ChangeOperation } = crmWriter;
const OPERATION: Record<string, crmWriter.ChangeOperation> = { create: ChangeOperation.CREATE, update: ChangeOperation.UPDATE, delete: ChangeOperation.DELETE, convert: ChangeOperation.CONVERT };

export const toCounts = (counts: Record<string, number>): types.NamedCount[] => Object.entries(counts).map(([name, count]) => ({ name, count }));

const timeAt = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

const toBudget = (b: BudgetStanding): crmWriter.ApiBudget => crmWriter.ApiBudget.fromPartial({
  used: b.used, usedReading: b.usedReading, endsAt: timeAt(b.endsAt), waitingUntil: timeAt(b.waitingUntil), waitingFor: b.waitingFor ?? '',
});

export const toConnection = (c: Connection, budget: BudgetStanding): crmWriter.Connection => crmWriter.Connection.fromPartial({
  id: c.id, name: c.name, provider: c.provider, baseUrl: c.baseUrl, authKind: c.authKind, settings: c.settings, status: STATUS[c.status], statusMessage: c.statusMessage,
  checkedAt: c.checkedAt ?? undefined, createdAt: c.createdAt, updatedAt: c.updatedAt, apiCallsUsed: c.apiCallsUsed, apiCallsAllowed: c.apiCallsAllowed, environment: c.environment, version: c.version, dailyCalls: c.dailyCalls, budget: toBudget(budget),
});

export const toProvider = (manifest: ConnectorManifest): crmWriter.Provider => crmWriter.Provider.fromPartial({
  name: manifest.name, label: manifest.label, authKinds: manifest.authKinds, objects: manifest.objects.map((o) => o.name),
  addressExample: manifest.address.example, addressDescription: manifest.address.description, usualAddress: manifest.address.usual ?? '',
  convertsLeads: manifest.objects.some((o) => o.name === 'Lead' && o.operations.includes('convert')),
});

export const toField = ({ filterable: _filterable, ...field }: FieldDescription): crmWriter.CrmField => crmWriter.CrmField.fromPartial(field);

export const toStatus = (key: MirrorKey, status: MirrorStatus): crmWriter.MirrorStatus => crmWriter.MirrorStatus.fromPartial({
  connectionId: key.connectionId, object: key.object, ...status, pulledAt: status.pulledAt ?? undefined, apiCalls: toCounts(status.apiCalls),
});

export const toRecord = (object: string, r: ChangedRecord, known: Pick<ObjectManifest, 'standing' | 'account' | 'email' | 'converted'>): crmWriter.CrmRecord => crmWriter.CrmRecord.fromPartial({
  ...standingOf(r.fields, known.standing ?? {}), crmId: r.id, object, deleted: r.deleted, name: r.name, website: r.website, country: r.country, fields: r.fields, modifiedAt: r.modifiedAt ?? undefined,
  accountId: belongingOf(r.fields, { account: known.account }).accountId, email: known.email === undefined ? '' : (r.fields[known.email] ?? ''),
  converted: known.converted !== undefined && holdAll(r.fields, known.converted),
});

export const toFieldChange = (f: FieldValue): crmWriter.FieldChange => ({ field: f.field, before: f.before, after: f.after ?? '', clear: f.after === null, values: undefined });

export const toWrite = (line: LedgerLine): crmWriter.WriteRecord => crmWriter.WriteRecord.fromPartial({
  changeId: line.changeId, runId: line.runId, connectionId: line.connectionId, object: line.object, crmId: line.crmId, companyId: line.companyId, name: line.name, state: line.state, code: line.code, message: line.message,
  operation: OPERATION[line.operation] ?? crmWriter.ChangeOperation.UNSPECIFIED, contactId: line.contactId,
  changes: line.changes.map(toFieldChange), intendedAt: line.intendedAt, settledAt: line.settledAt ?? undefined,
});

/** @throws Invalid `paging.limit_invalid` */
export function readPage(page: types.PageRequest | undefined): PageQuery {
  const limit = page?.limit || 50;
  if (limit < 1 || limit > 1000) throw invalid('paging.limit_invalid', 'A page has 1 to 1,000 items.', { field: 'page.limit' });
  return { limit, cursor: page?.cursor ?? '' };
}

export const toPageInfo = (nextCursor: string): types.PageInfo => ({ nextCursor, total: -1 });
