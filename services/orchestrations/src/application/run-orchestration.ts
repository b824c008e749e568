import { orchestrations, type scheduler } from '@signalbox/contracts';
import { conflict, notFound } from '@signalbox/kernel';
import { outdatedBecause, kindOfRun, requestPreview, requestRun, requestUndoRun, type AnyRuntime, type Mechanism, type PlanRow, type RunRow } from '@signalbox/platform-orchestration';
import type { Transaction } from '@signalbox/platform-postgres';
import type { StoredOrchestration } from '../domain/orchestration.ts';
import { requireEntitlement } from './check-entitlement.ts';
import type { Entitlements, OrchestrationStore } from './ports.ts';

const { RunState, ScheduleMode } = orchestrations;

/** What starts previews and runs: a person, or the scheduler. */
export class RunOrchestration {
  constructor(
    private readonly m: Mechanism,
    private readonly store: OrchestrationStore,
    private readonly entitlements: Entitlements,
  ) {}

  async preview(workspaceId: string, orchestrationId: string): Promise<PlanRow> {
    const definition = await this.definition(workspaceId, orchestrationId);
    return this.m.database.transaction((tx) => requestPreview(this.m, tx, definition));
  }

  /** Whatever the schedule (ORC-5). `previewId` is the preview that the person looked at, if any: it must not be outdated. One of an undo runs that (ORC-11). */
  async now(workspaceId: string, orchestrationId: string, requestedBy: string, { previewId = '', confirmation = '' }: { previewId?: string; confirmation?: string } = {}): Promise<{ run: RunRow; joined: boolean }> {
    const preview = previewId ? await this.m.plans.find(workspaceId, previewId) : undefined;
    if (preview?.undoesRunId && preview.orchestrationId === orchestrationId) return this.undo(workspaceId, preview.undoesRunId, requestedBy);
    const definition = await this.definition(workspaceId, orchestrationId);
    await requireEntitlement(this.entitlements, workspaceId, (this.m.kinds.get(definition.kind) as AnyRuntime).kind);
    return this.m.database.transaction(async (tx) => {
      // Locked, so that nothing is started for one that is being deleted.
      const present = await this.store.hold(tx, workspaceId, orchestrationId);
      if (!present) throw this.unknown(orchestrationId);
      if (previewId) await this.requireCurrent(tx, present, previewId);
      if (confirmation.trim() !== present.name) await this.requireConfirmed(present);
      return requestRun(this.m, tx, present, { trigger: 'person', requestedBy });
    });
  }

  /** Also of an orchestration that was deleted since. */
  private async undo(workspaceId: string, runId: string, requestedBy: string): Promise<{ run: RunRow; joined: boolean }> {
    await requireEntitlement(this.entitlements, workspaceId, await kindOfRun(this.m, workspaceId, runId));
    return this.m.database.transaction((tx) => requestUndoRun(this.m, tx, workspaceId, runId, requestedBy));
  }

  /** The scheduler's request. One for an orchestration that is manual by now, or gone, does nothing but say so (ORC-6). */
  async scheduled(tx: Transaction, event: scheduler.RunRequested): Promise<void> {
    const present = await this.store.hold(tx, event.workspaceId, event.subjectId);
    const reason = await this.notRunBecause(present);
    if (present && reason === '') {
      await requestRun(this.m, tx, present, { trigger: 'schedule', requestedBy: 'service:scheduler', occurrenceId: event.occurrenceId });
      return;
    }
    this.m.logger.info({ workspace_id: event.workspaceId, orchestration_id: event.subjectId, occurrence_id: event.occurrenceId, reason }, 'nothing to run');
    await this.m.announcer.finished(tx, [orchestrations.RunFinished.fromPartial({
      workspaceId: event.workspaceId, orchestrationId: event.subjectId, occurrenceId: event.occurrenceId, state: RunState.CANCELLED, reason,
    })]);
  }

  /** Why a schedule's request makes no run, for people; empty when it does. */
  private async notRunBecause(present: StoredOrchestration | undefined): Promise<string> {
    if (!present) return 'The orchestration was deleted.';
    if (present.schedule.mode === ScheduleMode.MANUAL) return 'The orchestration was switched to manual.';
    return (await this.needsConfirmation(present)) ? 'Its first run waits for a person who confirms it: what it does cannot be undone.' : '';
  }

  /** What a person agreed to by its preview is not quietly replaced by something else. Previews that are gone are old ones. */
  private async requireCurrent(tx: Transaction, present: StoredOrchestration, previewId: string): Promise<void> {
    const plan = await this.m.plans.find(present.workspaceId, previewId, tx);
    const why = plan?.orchestrationId === present.orchestrationId ? outdatedBecause(plan, present) : 'There is a newer preview than the one that you looked at.';
    if (why) throw conflict('orchestrations.preview.outdated', `${why} Nothing was started. Look at the new preview, then run it.`, { field: 'preview_id' });
  }

  /** Whether its first run needs a person's typed confirmation: what it does cannot be undone, and was not approved in advance. */
  mustBeConfirmed(present: StoredOrchestration): boolean {
    return this.m.kinds.get(present.kind)?.kind.mustBeConfirmed?.(present.settings) ?? false;
  }

  private async needsConfirmation(present: StoredOrchestration): Promise<boolean> {
    return this.mustBeConfirmed(present) && !(await this.m.runs.latest(present.workspaceId, [present.orchestrationId])).has(present.orchestrationId);
  }

  private async requireConfirmed(present: StoredOrchestration): Promise<void> {
    if (!(await this.needsConfirmation(present))) return;
    throw conflict('orchestrations.run.confirmation_needed', `Nothing that a run of "${present.name}" does can be undone. Look at its preview; then type its name as the confirmation of this first run. Later runs need none.`, { field: 'confirmation' });
  }

  private async definition(workspaceId: string, id: string): Promise<StoredOrchestration> {
    const definition = await this.store.find(workspaceId, id);
    if (!definition) throw this.unknown(id);
    return definition;
  }

  private unknown(id: string) {
    return notFound('orchestrations.unknown', `There is no orchestration ${id}.`, { field: 'orchestration_id' });
  }
}
