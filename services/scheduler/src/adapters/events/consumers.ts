import { TOPICS, type orchestrations } from '@signalbox/contracts';
import { invalid, type Clock } from '@signalbox/kernel';
import { consume, type Broker, type Subscription } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import type { Logger } from '@signalbox/platform-telemetry';
import { changeSchedule } from '../../application/change-schedule.ts';
import type { Schedule } from '../../domain/occurrences.ts';
import { readSchedule } from '../schedule-messages.ts';
import type { PgSchedulerStore } from '../postgres/scheduler-store.ts';

export interface ConsumerParts {
  database: Database;
  broker: Broker;
  logger: Logger;
  store: PgSchedulerStore;
  clock: Clock;
}

const MANUAL: Schedule = { mode: 'manual', weekday: 0 };

function changeOf(message: orchestrations.ScheduleChanged) {
  if (!message.changedAt) throw invalid('scheduler.schedule.changed_at', 'The change of the schedule does not say when it was made.', { field: 'changed_at' });
  return {
    workspaceId: message.workspaceId, subjectId: message.orchestrationId, removed: message.removed, changedAt: message.changedAt.getTime(),
    schedule: message.removed ? MANUAL : readSchedule(message.schedule),
  };
}

/** Follows the schedules of the orchestrations. */
export function followSchedules({ database, broker, logger, store, clock }: ConsumerParts): Promise<Subscription> {
  return consume({
    database, broker, logger, group: 'scheduler.schedules', topic: TOPICS.scheduleChanged,
    handle: (message, { tx }) => changeSchedule(store.inside(tx), changeOf(message), clock.now().getTime()),
  });
}

/** Closes the occurrence that a finished run was for, or of which no run was made. */
export function followRuns({ database, broker, logger, store }: ConsumerParts): Promise<Subscription> {
  return consume({
    database, broker, logger, group: 'scheduler.runs', topic: TOPICS.runFinished,
    async handle(message, { tx }) {
      if (message.occurrenceId !== '') await store.inside(tx).finish(message.workspaceId, message.occurrenceId, { runId: message.runId, reason: message.reason });
    },
  });
}
