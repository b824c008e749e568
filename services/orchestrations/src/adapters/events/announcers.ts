import { TOPICS, type orchestrations } from '@signalbox/contracts';
import type { Outbox } from '@signalbox/platform-messaging';
import type { Announcer } from '@signalbox/platform-orchestration';
import type { Transaction } from '@signalbox/platform-postgres';
import type { ScheduleAnnouncer } from '../../application/ports.ts';

/** Events of runs and schedules, through the outbox. Ids of events about runs are made from theirs: said twice, taken once. */
export class OutboxAnnouncer implements Announcer, ScheduleAnnouncer {
  constructor(private readonly outbox: Outbox) {}

  async changes(tx: Transaction, batch: orchestrations.ChangeBatchRequested): Promise<void> {
    await this.outbox.add(tx, TOPICS.changeBatchRequested, [batch], { eventId: (b) => b.batchId });
  }

  async finished(tx: Transaction, events: orchestrations.RunFinished[]): Promise<void> {
    await this.outbox.add(tx, TOPICS.runFinished, events, { eventId: (e) => `finished-${e.runId}-${e.occurrenceId}` });
  }

  async cancelled(tx: Transaction, event: orchestrations.RunCancelled): Promise<void> {
    await this.outbox.add(tx, TOPICS.runCancelled, [event], { eventId: (e) => `cancelled-${e.runId}` });
  }

  async changed(tx: Transaction, event: orchestrations.ScheduleChanged): Promise<void> {
    await this.outbox.add(tx, TOPICS.scheduleChanged, [event]);
  }
}
