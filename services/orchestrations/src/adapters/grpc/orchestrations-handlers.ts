import { z } from 'zod';
import { type orchestrations } from '@signalbox/contracts';
import { invalid, notFound } from '@signalbox/kernel';
import type { Handlers } from '@signalbox/platform-grpc';
import { cancelRun, overrideRun, requestUndoPreview, toPlanMessage, type KindDeclaration, type Mechanism, type PlanAndRunReader, type RunWatch } from '@signalbox/platform-orchestration';
import type { CheckPrerequisites } from '../../application/check-prerequisites.ts';
import type { DeleteOrchestration } from '../../application/delete-orchestration.ts';
import type { MappingProfiles } from '../../application/mapping-profiles.ts';
import type { Entitlements, OrchestrationStore, ProfileStore } from '../../application/ports.ts';
import type { RunOrchestration } from '../../application/run-orchestration.ts';
import type { SaveOrchestration } from '../../application/save-orchestration.ts';
import type { StoredOrchestration } from '../../domain/orchestration.ts';
import type { NameScopes } from './name-scopes.ts';
import { pageInfo, readPage } from './paging.ts';

type Service = Handlers<typeof orchestrations.OrchestrationsServiceDefinition>;

/** What the handlers need; one object, since each RPC takes one or two of them. */
export interface HandlerParts {
  m: Mechanism;
  store: OrchestrationStore;
  profiles: ProfileStore;
  entitlements: Entitlements;
  mappingProfiles: MappingProfiles;
  save: SaveOrchestration;
  remove: DeleteOrchestration;
  prerequisites: CheckPrerequisites;
  nameScopes: NameScopes;
  runs: RunOrchestration;
  reader: PlanAndRunReader;
  watch: RunWatch;
}

const SAVED = 'Saved; a preview is being generated.';
const STREAM_BATCH = 500;

function toKind(kind: KindDeclaration, licensed: ReadonlySet<string>): orchestrations.OrchestrationKind {
  const { maxRecords, maxSharePercent, maxClears } = kind.guardrails;
  return {
    name: kind.name, label: kind.label, description: kind.description, entitlement: kind.entitlement, entitled: !kind.entitlement || licensed.has(kind.entitlement),
    settingsSchemaJson: JSON.stringify(z.toJSONSchema(kind.settingsSchema)), needsSegment: kind.needsSegment, needsMappingProfile: kind.needsMappingProfile, object: kind.object,
    guardrails: { maxRecords, maxSharePercent, maxClears },
  };
}

async function show(parts: HandlerParts, rows: StoredOrchestration[], notice = ''): Promise<orchestrations.Orchestration[]> {
  const first = rows[0];
  if (!first) return [];
  const ids = rows.map((r) => r.orchestrationId);
  const [previews, runs] = await Promise.all([parts.m.plans.latestPreviews(first.workspaceId, ids), parts.m.runs.latest(first.workspaceId, ids)]);
  return rows.map((r) => ({
    id: r.orchestrationId, name: r.name, kind: r.kind, segmentId: r.segmentId, connectionId: r.connectionId, mappingProfileId: r.mappingProfileId,
    schedule: r.schedule, guardrails: r.guardrails, settingsJson: JSON.stringify(r.settings), version: r.version, createdAt: r.createdAt, updatedAt: r.updatedAt,
    latestPreviewId: previews.get(r.orchestrationId) ?? '', latestRunId: runs.get(r.orchestrationId) ?? '', notice,
    confirmationNeeded: parts.runs.mustBeConfirmed(r) && !runs.has(r.orchestrationId),
  }));
}

async function showOne(parts: HandlerParts, row: StoredOrchestration | undefined, id: string, notice = ''): Promise<orchestrations.Orchestration> {
  const [shown] = row ? await show(parts, [row], notice) : [];
  if (!shown) throw notFound('orchestrations.unknown', `There is no orchestration ${id}.`, { field: 'id' });
  return shown;
}

function given<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw invalid('orchestrations.incomplete', `The request has no ${field}.`, { field });
  return value;
}

type DefinitionRpcs = 'listKinds' | 'checkPrerequisites' | 'countNameScopes' | 'createOrchestration' | 'updateOrchestration' | 'getOrchestration' | 'listOrchestrations' | 'deleteOrchestration';

function definitionHandlers(parts: HandlerParts): Pick<Service, DefinitionRpcs> {
  return {
    async listKinds(_request, { principal }) {
      const licensed = await parts.entitlements.licensed(principal.workspaceId);
      return { kinds: [...parts.m.kinds.values()].map((r) => toKind(r.kind, licensed)) };
    },
    async checkPrerequisites(request, { principal }) {
      return { prerequisites: await parts.prerequisites.execute(principal.workspaceId, request) };
    },
    countNameScopes: (request, { principal, signal }) => parts.nameScopes.count(principal.workspaceId, request, signal),
    async createOrchestration(request, { principal }) {
      const saved = await parts.save.create(principal.workspaceId, given(request.orchestration, 'orchestration'));
      return showOne(parts, saved, saved.orchestrationId, SAVED);
    },
    async updateOrchestration(request, { principal }) {
      const saved = await parts.save.update(principal.workspaceId, given(request.orchestration, 'orchestration'));
      return showOne(parts, saved, saved.orchestrationId, SAVED);
    },
    async getOrchestration({ id }, { principal }) {
      return showOne(parts, await parts.store.find(principal.workspaceId, id), id);
    },
    async listOrchestrations(request, { principal }) {
      const { limit, after } = readPage(request.page, '');
      const { rows, total } = await parts.store.list(principal.workspaceId, after, limit);
      return { orchestrations: await show(parts, rows), page: pageInfo(rows, limit, (r) => r.orchestrationId, total) };
    },
    async deleteOrchestration({ id }, { principal }) {
      await parts.remove.execute(principal.workspaceId, id);
      return {};
    },
  };
}

type ProfileRpcs = 'createMappingProfile' | 'updateMappingProfile' | 'getMappingProfile' | 'listMappingProfiles' | 'deleteMappingProfile';

function profileHandlers({ mappingProfiles, profiles }: HandlerParts): Pick<Service, ProfileRpcs> {
  return {
    createMappingProfile: ({ profile }, { principal }) => mappingProfiles.create(principal.workspaceId, given(profile, 'profile')),
    updateMappingProfile: ({ profile }, { principal }) => mappingProfiles.update(principal.workspaceId, given(profile, 'profile')),
    getMappingProfile: ({ id }, { principal }) => mappingProfiles.get(principal.workspaceId, id),
    async listMappingProfiles(request, { principal }) {
      const { limit, after } = readPage(request.page, '');
      const { rows, total } = await profiles.list(principal.workspaceId, request.connectionId, after, limit);
      return { profiles: rows, page: pageInfo(rows, limit, (r) => r.id, total) };
    },
    async deleteMappingProfile({ id }, { principal }) {
      await mappingProfiles.remove(principal.workspaceId, id);
      return {};
    },
  };
}

const nameOf = (value: string, prefix: string): string | undefined => (value.endsWith('_UNSPECIFIED') ? undefined : value.slice(prefix.length).toLowerCase());

type PlanRpcs = 'generatePreview' | 'planUndo' | 'getPlan' | 'listPlanRecords' | 'streamPlanRecords';

function planHandlers({ m, runs, reader }: HandlerParts): Pick<Service, PlanRpcs> {
  return {
    async generatePreview({ orchestrationId }, { principal }) {
      const plan = await runs.preview(principal.workspaceId, orchestrationId);
      return toPlanMessage(plan, await m.plans.skips(principal.workspaceId, plan.id));
    },
    async planUndo({ runId }, { principal }) {
      const plan = await requestUndoPreview(m, principal.workspaceId, runId);
      return toPlanMessage(plan, await m.plans.skips(principal.workspaceId, plan.id));
    },
    getPlan: ({ id }, { principal }) => reader.plan(principal.workspaceId, id),
    async listPlanRecords(request, { principal }) {
      const { limit, after } = readPage(request.page, 0);
      const plan = await reader.plan(principal.workspaceId, request.planId);
      const filter = { action: nameOf(request.action, 'PLAN_ACTION_'), state: nameOf(request.state, 'RECORD_STATE_') };
      const records = await reader.records(principal.workspaceId, plan.id, filter, after, limit);
      const total = filter.action || filter.state ? -1 : plan.planned;
      return { records, page: pageInfo(records, limit, (r) => r.position, total) };
    },
    async *streamPlanRecords({ planId }, { principal }) {
      await reader.plan(principal.workspaceId, planId);
      for (let after = 0; ;) {
        const records = await reader.records(principal.workspaceId, planId, {}, after, STREAM_BATCH);
        if (records.length > 0) yield { records };
        if (records.length < STREAM_BATCH) return;
        after = records.at(-1)?.position ?? after;
      }
    },
  };
}

type RunRpcs = 'runNow' | 'getRun' | 'listRuns' | 'watchRun' | 'cancelRun' | 'overrideRun';

function runHandlers({ m, runs, reader, watch }: HandlerParts): Pick<Service, RunRpcs> {
  return {
    async runNow({ orchestrationId, previewId, confirmation }, { principal }) {
      const { run, joined } = await runs.now(principal.workspaceId, orchestrationId, principal.subject, { previewId, confirmation });
      return reader.show(run, joined);
    },
    getRun: ({ id }, { principal }) => reader.run(principal.workspaceId, id),
    async listRuns(request, { principal }) {
      const { limit, after } = readPage(request.page, '');
      const rows = await reader.runs(principal.workspaceId, request.orchestrationId, after, limit);
      return { runs: rows, page: pageInfo(rows, limit, (r) => r.id) };
    },
    watchRun: ({ id }, { principal, signal }) => watch.watch(principal.workspaceId, id, signal),
    async cancelRun({ id }, { principal }) {
      await cancelRun(m, principal.workspaceId, id);
      return reader.run(principal.workspaceId, id);
    },
    async overrideRun({ id }, { principal }) {
      await overrideRun(m, principal.workspaceId, id);
      return reader.run(principal.workspaceId, id);
    },
  };
}

/** Every RPC of OrchestrationsService. */
export function orchestrationsHandlers(parts: HandlerParts): Service {
  return { ...definitionHandlers(parts), ...profileHandlers(parts), ...planHandlers(parts), ...runHandlers(parts) };
}
