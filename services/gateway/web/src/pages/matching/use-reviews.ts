import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { AnswerResult, Explanation, FoundAccount, Review, ReviewAnswer } from '../../api/match-types.ts';
import type { Connection, Page, Session } from '../../api/types.ts';

/** What this person may do about matching. */
export function useMayMatch(): { see: boolean; act: boolean } {
  const { data } = useQuery({ queryKey: ['session'], queryFn: () => api.get<Session>('/session'), staleTime: Infinity });
  const may = (word: string) => data?.permissions.includes(word) ?? false;
  return { see: may('matching_read'), act: may('matching_write') };
}

export const useReviews = (state: 'open' | 'answered', enabled: boolean) =>
  useQuery({ queryKey: ['reviews', state], enabled, refetchInterval: 5_000, queryFn: () => api.get<Page<Review>>(`/match-reviews?state=${state}&limit=100`) });

/** The name of each connection, by its id. */
export function useConnectionNames(): (id: string) => string {
  const { data } = useQuery({ queryKey: ['connections'], queryFn: () => api.get<Page<Connection>>('/connections?limit=1000') });
  return (id) => data?.items.find((c) => c.id === id)?.name ?? id;
}

/** Answers one review; an answer that was refused is an error, in the API's own words. */
export function useAnswer() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (answer: ReviewAnswer) => {
      const { items } = await api.post<Page<AnswerResult>>('/match-reviews/answers', { answers: [answer] });
      const result = items[0];
      if (!result?.review) throw new ApiProblem(409, result?.code ?? 'unknown', result?.problem?.message ?? 'The answer was not taken.');
      return result.review;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['reviews'] }),
  });
}

/** What speaks for and against one account. */
export const useExplanation = (review: Review, accountId: string | undefined) =>
  useQuery({
    queryKey: ['explanation', review.connectionId, review.companyId, review.version, accountId], enabled: Boolean(accountId), retry: false,
    queryFn: () => api.post<Explanation>('/match/explanations', { connectionId: review.connectionId, accountId, candidate: { name: review.name, website: review.website, country: review.country } }),
  });

export const useAccountSearch = (connectionId: string, search: string) =>
  useQuery({
    queryKey: ['match-accounts', connectionId, search], enabled: search.trim().length >= 2,
    queryFn: () => api.get<Page<FoundAccount>>(`/match-accounts?connectionId=${encodeURIComponent(connectionId)}&search=${encodeURIComponent(search)}`),
  });
