import type { Part } from './lifecycle.ts';

export interface PeriodicOptions {
  name: string;
  everyMs: number;
  work: () => Promise<unknown>;
  /** What `work` threw; it is tried again at its next time. */
  onProblem: (error: unknown) => void;
  /** Also right after the start. */
  atStart?: boolean;
}

/** Work that any number of replicas may do now and then. It keeps no process alive, and what is under way ends before its part has stopped. */
export function periodic({ name, everyMs, work, onProblem, atStart = false }: PeriodicOptions): Part {
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<unknown> = Promise.resolve();
  const begin = (): void => {
    working = work().catch(onProblem);
  };
  return {
    name,
    start: () => {
      if (atStart) begin();
      timer = setInterval(begin, everyMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await working;
    },
  };
}
