import type { ConnectorParts } from '../connector.ts';

export interface TestParts extends ConnectorParts {
  /** Waits that were asked for, in milliseconds. */
  waits: number[];
  /** Moves the clock on. */
  pass(ms: number): void;
}

/** Parts whose clock moves by what is waited for, so that nothing is really waited for. */
export function testParts(): TestParts {
  let ahead = 0;
  const waits: number[] = [];
  return {
    waits,
    pass: (ms) => {
      ahead += ms;
    },
    clock: { now: () => new Date(Date.now() + ahead) },
    random: () => 0.5,
    wait: async (ms) => {
      waits.push(ms);
      ahead += ms;
    },
    logger: { info: () => undefined, warn: () => undefined },
  };
}
