import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Page, ParkedMessage, Session } from '../../api/types.ts';

const LOOK_EVERY_MS = 3_000;

/** What this person may do about messages that were put aside. */
export function useMayOperate(): { see: boolean; act: boolean } {
  const { data } = useQuery({ queryKey: ['session'], queryFn: () => api.get<Session>('/session'), staleTime: Infinity });
  const may = (word: string) => data?.permissions.includes(word) ?? false;
  return { see: may('operations_read'), act: may('operations_write') };
}

/** The messages that were put aside, of one run or of the whole workspace; looked at again while `live`. */
export function useParked({ runId = '', live, enabled }: { runId?: string; live: boolean; enabled: boolean }) {
  return useQuery({
    queryKey: ['parked', runId], enabled, refetchInterval: live ? LOOK_EVERY_MS : false,
    queryFn: () => api.get<Page<ParkedMessage>>(`/parked-messages?limit=200${runId ? `&runId=${runId}` : ''}`),
  });
}

/** Replays or gives up several messages, one after the other; what went well before a refusal stays done. */
export function useMend(action: 'replay' | 'discard') {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (messages: readonly ParkedMessage[]) => {
      for (const m of messages) await api.post(`/parked-messages/${m.service}/${m.id}/${action}`);
    },
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['parked'] }), queries.invalidateQueries({ queryKey: ['runs'] })]),
  });
}
