import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';

export interface GuardedChange<T> {
  /** Of the thing in the API, e.g. /segments/42; also where it is kept: ['segments', '42']. */
  path: string;
  present: T;
  onSaved: () => void;
  onReloaded: (newest: T) => void;
}

const keyOf = (path: string) => path.split('/').filter(Boolean);

/** Changes a thing, unless somebody else has changed it since the form was opened: then that is said, and the newest can be loaded. */
export function useGuardedChange<T extends { version: number }>({ path, present, onSaved, onReloaded }: GuardedChange<T>) {
  // As it was when the form was opened, however often the page behind it is brought up to date.
  const [opened, setOpened] = useState(present);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (change: Record<string, unknown>) => api.patch(path, { ...change, version: opened.version }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keyOf(path).slice(0, 1) });
      onSaved();
    },
  });
  const reload = useMutation({
    mutationFn: () => api.get<T>(path),
    onSuccess: (newest) => {
      setOpened(newest);
      onReloaded(newest);
      save.reset();
      queries.setQueryData(keyOf(path), newest);
    },
  });
  const conflict = save.error instanceof ApiProblem && save.error.problems.some((p) => p.field === 'version');
  return { opened, save, reload, conflict };
}
