import { ENDED, type World } from '@signalbox/tests-scenarios/world';

/** Kills everything at random moments until the run has ended, at most `kills` times, and starts it again each time. Gives how often. */
export async function killDuring({ api, topology }: World, runId: string, kills: number, random: () => number): Promise<number> {
  const state = () => api.get<{ state: string }>(`/runs/${runId}`).then((r) => r.state, () => 'unreachable');
  let used = 0;
  while (used < kills && !ENDED.includes(await state())) {
    const moment = Date.now() + random() * 1_500;
    // A random moment is the point here, and no condition says when it has come.
    while (Date.now() < moment) await new Promise((resolve) => setImmediate(resolve));
    await topology.kill();
    used += 1;
    await topology.resume();
  }
  return used;
}
