import type { scheduler } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import type { Handlers } from '@signalbox/platform-grpc';
import type { NightlySyncs } from '../../application/nightly-sync.ts';
import type { ListedOccurrence, SchedulerStore } from '../../application/ports.ts';
import { scheduleMessage } from '../schedule-messages.ts';
import { pageInfo, readPage } from './page.ts';

export interface HandlerParts {
  syncs: NightlySyncs;
  store: SchedulerStore;
}

const isText = (value: unknown): value is string => typeof value === 'string';
interface OccurrenceCursor {
  dueAt: number;
  id: string;
}
const isOccurrenceCursor = (value: unknown): value is OccurrenceCursor => {
  const { dueAt, id } = (value ?? {}) as Partial<OccurrenceCursor>;
  return Number.isSafeInteger(dueAt) && typeof id === 'string';
};
const date = (instant: number | undefined): Date | undefined => (instant === undefined ? undefined : new Date(instant));

const occurrenceMessage = (one: ListedOccurrence): scheduler.Occurrence => ({ ...one, dueAt: date(one.dueAt), requestedAt: date(one.requestedAt) });

export function schedulerHandlers({ syncs, store }: HandlerParts): Handlers<typeof scheduler.SchedulerServiceDefinition> {
  return {
    getNightlySync: (_request, context) => syncs.get(context.principal.workspaceId),

    async putNightlySync(request, context) {
      if (!request.nightlySync) throw invalid('scheduler.nightly_sync.missing', 'Give the nightly sync: its time of day and its time zone.', { field: 'nightly_sync' });
      return syncs.put(context.principal.workspaceId, request.nightlySync);
    },

    async listSchedules(request, context) {
      const { limit, after } = readPage(request.page, isText);
      const found = await store.listSchedules(context.principal.workspaceId, { subjectId: request.subjectId, after: after ?? '', limit: limit + 1 });
      const schedules = found.slice(0, limit).map((one) => ({ subjectId: one.subjectId, schedule: scheduleMessage(one.schedule), nextDueAt: date(one.nextDueAt) }));
      return { schedules, page: pageInfo(found.length > limit ? schedules.at(-1)?.subjectId : undefined) };
    },

    async listOccurrences(request, context) {
      const { limit, after } = readPage(request.page, isOccurrenceCursor);
      const found = await store.listOccurrences(context.principal.workspaceId, { subjectId: request.subjectId, before: after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return { occurrences: page.map(occurrenceMessage), page: pageInfo(found.length > limit && last ? { dueAt: last.dueAt, id: last.id } : undefined) };
    },
  };
}
