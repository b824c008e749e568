import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Page, PublishedSegment } from '../../api/types.ts';

export interface Publication {
  segmentId: string;
  /** Without: the segment's own name. */
  name?: string;
  enabled: boolean;
}

const KEY = ['published-segments'];

export const usePublished = (enabled: boolean) => useQuery({ queryKey: KEY, enabled, queryFn: () => api.get<Page<PublishedSegment>>('/published-segments') });

export function usePublish(onSaved?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ segmentId, ...publication }: Publication) => api.put<PublishedSegment>(`/segments/${segmentId}/publication`, publication),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: KEY });
      onSaved?.();
    },
  });
}

export function useUnpublish() {
  const queries = useQueryClient();
  return useMutation({ mutationFn: (segmentId: string) => api.delete(`/segments/${segmentId}/publication`), onSuccess: () => queries.invalidateQueries({ queryKey: KEY }) });
}
