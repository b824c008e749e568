import { type orchestrations } from '@signalbox/contracts';
import { conflict, notFound } from '@signalbox/kernel';
import { requestPreview, type AnyRuntime, type Mechanism } from '@signalbox/platform-orchestration';
import type { Transaction } from '@signalbox/platform-postgres';
import { readDraft, recheckNeeded, sameSchedule, toDefinition, type Draft, type StoredOrchestration } from '../domain/orchestration.ts';
import { requireEntitlement } from './check-entitlement.ts';
import type { Entitlements, OrchestrationStore, ScheduleAnnouncer } from './ports.ts';
import { refuseAny } from './refuse.ts';

/** Saving stores, and has a preview made; it never runs anything (ORC-3). */
export class SaveOrchestration {
  constructor(
    private readonly m: Mechanism,
    private readonly store: OrchestrationStore,
    private readonly entitlements: Entitlements,
    private readonly schedules: ScheduleAnnouncer,
  ) {}

  async create(workspaceId: string, given: orchestrations.Orchestration): Promise<StoredOrchestration> {
    const { draft, problems } = readDraft(given, this.m.kinds);
    const runtime = this.m.kinds.get(draft.kind);
    if (runtime) await requireEntitlement(this.entitlements, workspaceId, runtime.kind);
    refuseAny(problems);
    const id = this.m.ids.next();
    await this.checkPrerequisites(runtime as AnyRuntime, workspaceId, id, draft);
    return this.m.database.transaction(async (tx) => {
      const saved = await this.store.insert(tx, workspaceId, id, draft);
      await this.announceSchedule(tx, saved);
      await requestPreview(this.m, tx, saved);
      return saved;
    });
  }

  async update(workspaceId: string, given: orchestrations.Orchestration): Promise<StoredOrchestration> {
    const before = await this.store.find(workspaceId, given.id);
    if (!before) throw notFound('orchestrations.unknown', `There is no orchestration ${given.id}.`, { field: 'id' });
    const { draft, problems } = readDraft({ ...given, kind: given.kind || before.kind }, this.m.kinds);
    if (draft.kind !== before.kind) problems.push({ code: 'orchestrations.kind.fixed', field: 'kind', message: `What an orchestration does cannot be changed from ${before.kind}. Make a new one.` });
    const runtime = this.m.kinds.get(before.kind) as AnyRuntime;
    const recheck = recheckNeeded(before, draft);
    if (recheck.entitlement) await requireEntitlement(this.entitlements, workspaceId, runtime.kind);
    refuseAny(problems);
    if (recheck.prerequisites) await this.checkPrerequisites(runtime, workspaceId, given.id, draft);
    return this.m.database.transaction((tx) => this.replace(tx, workspaceId, given, draft));
  }

  private async replace(tx: Transaction, workspaceId: string, given: orchestrations.Orchestration, draft: Draft): Promise<StoredOrchestration> {
    const present = await this.store.hold(tx, workspaceId, given.id);
    if (!present) throw notFound('orchestrations.unknown', `There is no orchestration ${given.id}.`, { field: 'id' });
    if (given.version !== 0 && given.version !== present.version) {
      throw conflict('orchestrations.version', `Somebody has changed this orchestration meanwhile: it is at version ${present.version}, not ${given.version}. Load it again and repeat your change.`, { field: 'version' });
    }
    const saved = await this.store.update(tx, workspaceId, given.id, draft);
    if (!sameSchedule(present.schedule, saved.schedule)) await this.announceSchedule(tx, saved);
    await requestPreview(this.m, tx, saved);
    return saved;
  }

  private async checkPrerequisites(runtime: AnyRuntime, workspaceId: string, id: string, draft: Draft): Promise<void> {
    const definition = toDefinition(workspaceId, id, 0, draft);
    refuseAny(runtime.kind.validate(definition, await runtime.facts(definition)));
  }

  private announceSchedule(tx: Transaction, saved: StoredOrchestration): Promise<void> {
    return this.schedules.changed(tx, { workspaceId: saved.workspaceId, orchestrationId: saved.orchestrationId, schedule: saved.schedule, removed: false, changedAt: saved.updatedAt });
  }
}
