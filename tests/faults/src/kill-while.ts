import type { World } from '@signalbox/tests-scenarios/world';

/** Kills everything at random moments while `going` says so, at most `kills` times, and starts it again each time. Gives how often. */
export async function killWhile(topology: World['topology'], going: () => Promise<boolean>, kills: number, random: () => number): Promise<number> {
  let used = 0;
  while (used < kills && (await going())) {
    const moment = Date.now() + random() * 1_500;
    // A random moment is the point here, and no condition says when it has come.
    while (Date.now() < moment) await new Promise((resolve) => setImmediate(resolve));
    await topology.kill();
    used += 1;
    await topology.resume();
  }
  return used;
}
