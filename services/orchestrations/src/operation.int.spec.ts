import { orchestrations } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { company } from './testing/neighbourhood.ts';
import { OrchestrationsWorld, W, refusedWith } from './testing/orchestrations-world.ts';

const { RunState } = orchestrations;

describe('operating the service', () => {
  it('shows operators the runs under way, and a watcher does not hold up its stop', async () => {
    const world = await OrchestrationsWorld.start();
    world.around.addSegment({ id: 'seg' });
    world.around.companies = [company(1)];
    let release = () => undefined as void;
    world.around.gate = new Promise((resolve) => (release = resolve));
    const { id } = await world.client.runNow({ orchestrationId: (await world.saved()).id }, W);
    await world.run(id, RunState.APPLYING);

    const text = await (await fetch(`${world.http}/metrics`)).text();
    expect(text).toMatch(/signalbox_orchestrations_runs_active\{state="applying"[^}]*\} 1/);
    expect(text).toMatch(/signalbox_orchestrations_oldest_batch_seconds\S* \d/);
    expect((await fetch(`${world.http}/readyz`)).status).toBe(200);

    const seen: orchestrations.Run[] = [];
    const watching = refusedWith((async () => {
      for await (const run of world.client.watchRun({ id }, W)) seen.push(run);
    })());
    await waitFor(() => seen.length > 0);
    const began = Date.now();
    await world.stopService();
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(await watching).toMatchObject({ kind: 'Retryable', code: 'orchestrations.stopping' });
    release();
    await world.stop();
  });
});
