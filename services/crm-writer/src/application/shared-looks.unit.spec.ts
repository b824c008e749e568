import { SharedLooks } from './shared-looks.ts';

/** Time that passes when it is told to. */
function clock() {
  const waiting: (() => void)[] = [];
  return { wait: () => new Promise<void>((resolve) => { waiting.push(resolve); }), pass: () => waiting.splice(0).forEach((resolve) => resolve()) };
}
const settled = () => new Promise<void>((resolve) => { setImmediate(resolve); });

describe('looks that several batches want', () => {
  it('are made once for all that asked before it began, and anew for who asks after that', async () => {
    const time = clock();
    const looks = new SharedLooks(time.wait);
    let begun = 0;
    let end: () => void = () => undefined;
    const look = () => { begun += 1; return new Promise<void>((resolve) => { end = resolve; }); };
    const ended: string[] = [];
    for (const who of ['a', 'b', 'c']) void looks.run('accounts', look).then(() => ended.push(who));
    time.pass();
    await settled();
    expect(begun).toBe(1);
    // The look has begun, so what it finds may be older than this question.
    void looks.run('accounts', look).then(() => ended.push('late'));
    end();
    await settled();
    expect(ended).toEqual(['a', 'b', 'c']);
    time.pass();
    await settled();
    expect(begun).toBe(2);
    end();
    await settled();
    expect(ended).toEqual(['a', 'b', 'c', 'late']);
  });

  it('are not shared between what differs, and a failure is everybody\'s who waited for it and nobody\'s after', async () => {
    const looks = new SharedLooks(() => Promise.resolve());
    let made = 0;
    await Promise.all([looks.run('accounts', async () => { made += 1; }), looks.run('contacts', async () => { made += 1; })]);
    expect(made).toBe(2);
    const fail = () => Promise.reject(new Error('away'));
    const both = await Promise.allSettled([looks.run('accounts', fail), looks.run('accounts', fail)]);
    expect(both.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    await expect(looks.run('accounts', () => Promise.resolve())).resolves.toBeUndefined();
  });
});
