import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { NightlySync, Occurrence, Orchestration, Page, Schedule, ScheduledSubject } from '../../api/types.ts';

const cursorOf = (cursor: string) => (cursor ? `&cursor=${encodeURIComponent(cursor)}` : '');
const next = (last: Page<unknown>) => last.nextCursor || undefined;

export const useNightlySync = () => useQuery({ queryKey: ['nightly-sync'], queryFn: () => api.get<NightlySync>('/nightly-sync') });

/** Every schedule with the time that it is due next. */
export const useSchedules = () =>
  useInfiniteQuery({
    queryKey: ['schedules', 'all'], initialPageParam: '', getNextPageParam: next, refetchInterval: 5_000,
    queryFn: ({ pageParam }) => api.get<Page<ScheduledSubject>>(`/schedules?limit=1000${cursorOf(pageParam)}`),
  });

const sameSchedule = (a: Schedule | undefined, b: Schedule | undefined) => a?.mode === b?.mode && (a?.weekday ?? null) === (b?.weekday ?? null);

/** When an orchestration is due next: undefined while its newest schedule is still on its way, null when it never is. */
export function useNextDue(orchestration: Orchestration): { nextDueAt: string | null | undefined; error: unknown } {
  const { schedule } = orchestration;
  const settled = (found: ScheduledSubject | undefined) => (schedule.mode === 'manual' ? !found?.nextDueAt : sameSchedule(found?.schedule, schedule) && Boolean(found?.nextDueAt));
  const query = useQuery({
    queryKey: ['schedules', orchestration.id], refetchInterval: (q) => (settled(q.state.data?.items[0]) ? 5_000 : 500),
    queryFn: () => api.get<Page<ScheduledSubject>>(`/schedules?subjectId=${encodeURIComponent(orchestration.id)}`),
  });
  const found = query.data?.items[0];
  return { nextDueAt: query.data && settled(found) ? (found?.nextDueAt ?? null) : undefined, error: query.error };
}

/** The ledger of occurrences, newest first; of one orchestration when it is named. */
export const useOccurrences = (subjectId = '') =>
  useInfiniteQuery({
    queryKey: ['occurrences', subjectId], initialPageParam: '', getNextPageParam: next, refetchInterval: 5_000,
    queryFn: ({ pageParam }) => api.get<Page<Occurrence>>(`/occurrences?limit=25${subjectId ? `&subjectId=${encodeURIComponent(subjectId)}` : ''}${cursorOf(pageParam)}`),
  });

/** Gives an orchestration another schedule; nothing else of it changes. */
export function useSetSchedule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ orchestration, schedule }: { orchestration: Orchestration; schedule: Schedule }) => api.patch<Orchestration>(`/orchestrations/${orchestration.id}`, { schedule, version: orchestration.version }),
    // The preview that comes with it takes its time: nobody waits for it here.
    onSuccess: (saved) => queries.setQueryData(['orchestrations', saved.id], saved),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['orchestrations'] });
      await queries.invalidateQueries({ queryKey: ['schedules'] });
    },
  });
}
