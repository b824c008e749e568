import { Turnstile } from './turnstile.ts';
import { WakeUp } from './wake-up.ts';

describe('the turnstile', () => {
  it('lets as many through as it has places, the others in their order, also after a failure', async () => {
    const turnstile = new Turnstile(2);
    const inside: number[] = [];
    const leave: (() => void)[] = [];
    const work = (n: number) => turnstile.pass(async () => {
      inside.push(n);
      await new Promise<void>((done) => { leave[n] = done; });
      if (n === 0) throw new Error('no');
    });
    const all = [work(0).catch(() => 'failed'), work(1), work(2), work(3)];
    await Promise.resolve();
    expect(inside).toEqual([0, 1]);
    leave[0]!();
    expect(await all[0]).toBe('failed');
    expect(inside).toEqual([0, 1, 2]);
    leave[1]!();
    await all[1];
    expect(inside).toEqual([0, 1, 2, 3]);
    leave[2]!();
    leave[3]!();
    await Promise.all(all);
  });
});

describe('a wake-up', () => {
  it('is not lost when nobody waits yet, and is used up by one wait', async () => {
    const wake = new WakeUp();
    wake.signal();
    await wake.wait(60_000);
    const begun = Date.now();
    await wake.wait(30);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(25);
    const waiting = wake.wait(60_000);
    wake.signal();
    await waiting;
  });
});
