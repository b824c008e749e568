import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Run } from '../../api/types.ts';

export interface RateSample {
  /** Seconds since the page began to watch. */
  seconds: number;
  done: number;
}

/** States in which nothing more will happen; a halted run waits for a person. */
export const ENDED = ['finished', 'cancelled', 'failed'];

/** The run as the server tells it, event by event; a lost stream is taken up again by the browser. */
export function useLiveRun(id: string): { run: Run | undefined; samples: RateSample[]; error: unknown } {
  const queries = useQueryClient();
  const { data: run, error } = useQuery({ queryKey: ['runs', id], queryFn: () => api.get<Run>(`/runs/${id}`) });
  const [samples, setSamples] = useState<RateSample[]>([]);
  const active = run !== undefined && !ENDED.includes(run.state);
  useEffect(() => {
    if (!active) return undefined;
    const began = Date.now();
    const source = new EventSource(`/api/v1/runs/${id}/events`);
    const take = (event: MessageEvent<string>) => {
      const next = JSON.parse(event.data) as Run;
      queries.setQueryData(['runs', id], next);
      setSamples((before) => [...before.slice(-299), { seconds: (Date.now() - began) / 1000, done: next.counts.planned - next.counts.remaining }]);
      if (ENDED.includes(next.state)) source.close();
    };
    source.addEventListener('run', take);
    source.addEventListener('end', () => source.close());
    return () => source.close();
  }, [id, active, queries]);
  return { run, samples, error };
}
