import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { OrchestrationKind, Page } from '../api/types.ts';

/** The kinds that this product has, in the API's words. */
export const useKinds = () => useQuery({ queryKey: ['kinds'], queryFn: () => api.get<Page<OrchestrationKind>>('/orchestration-kinds'), staleTime: 60_000 });
