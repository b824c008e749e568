import { OPEN_STATES, RUN_STATES, hasEnded, isBeforeFirstWrite, mayFollow } from './run-state.ts';

describe('the states of a run', () => {
  it('can always reach an end, and never leave one', () => {
    for (const start of RUN_STATES) {
      const reached = new Set([start]);
      for (const state of reached) for (const next of RUN_STATES) if (mayFollow(state, next)) reached.add(next);
      expect([...reached].some(hasEnded)).toBe(true);
      if (hasEnded(start)) expect([...reached]).toEqual([start]);
    }
  });

  it('fail only before the first write', () => {
    for (const state of RUN_STATES) if (mayFollow(state, 'failed')) expect(isBeforeFirstWrite(state)).toBe(true);
  });

  it('count as open until they have ended, except for one that is being cancelled', () => {
    expect(RUN_STATES.filter((s) => !OPEN_STATES.includes(s) && !hasEnded(s))).toEqual(['cancelling']);
  });
});
