import { orchestrations } from '@signalbox/contracts';
import { conflict } from '@signalbox/kernel';
import { endOpenRunFor, type Mechanism } from '@signalbox/platform-orchestration';
import type { OrchestrationStore, ScheduleAnnouncer } from './ports.ts';

const { ScheduleMode, Weekday } = orchestrations;

/** Takes an orchestration away; its runs and their records stay readable. Saying it twice changes nothing. */
export class DeleteOrchestration {
  constructor(
    private readonly m: Mechanism,
    private readonly store: OrchestrationStore,
    private readonly schedules: ScheduleAnnouncer,
  ) {}

  async execute(workspaceId: string, id: string): Promise<void> {
    await this.m.database.transaction(async (tx) => {
      const present = await this.store.hold(tx, workspaceId, id);
      if (!present) return;
      const writing = await endOpenRunFor(this.m, tx, present, 'The orchestration was deleted.');
      if (writing) throw conflict('orchestrations.delete.running', 'A run of this orchestration is writing to the CRM. Cancel it, or wait until it has ended; then delete the orchestration.', { field: 'id' });
      const changedAt = await this.store.remove(tx, workspaceId, id);
      await this.schedules.changed(tx, {
        workspaceId, orchestrationId: id, schedule: { mode: ScheduleMode.MANUAL, weekday: Weekday.UNSPECIFIED }, removed: true, changedAt,
      });
    });
  }
}
