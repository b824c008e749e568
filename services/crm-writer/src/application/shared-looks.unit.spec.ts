import { SharedLooks } from './shared-looks.ts';

/** Time that passes when it is told to. */
function clock() {
  const waiting: (() => void)[] = [];
  let ms = 0;
  return {
    now: () => ms,
    wait: () => new Promise<void>((resolve) => { waiting.push(resolve); }),
    pass(by = 100) {
      ms += by;
      waiting.splice(0).forEach((resolve) => resolve());
    },
  };
}
const settled = () => new Promise<void>((resolve) => { setImmediate(resolve); });

describe('looks that several batches want', () => {
  it('are made once for all that asked before it began, and anew for who asks after that', async () => {
    const time = clock();
    const looks = new SharedLooks(time);
    let begun = 0;
    let end: () => void = () => undefined;
    const look = () => { begun += 1; return new Promise<void>((resolve) => { end = resolve; }); };
    const ended: string[] = [];
    for (const who of ['a', 'b', 'c']) void looks.run('accounts', 0, look).then(() => ended.push(who));
    time.pass();
    await settled();
    expect(begun).toBe(1);
    // The look has begun, so what it finds may be older than this question.
    void looks.run('accounts', 0, look).then(() => ended.push('late'));
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
    const looks = new SharedLooks({ now: () => 0, wait: () => Promise.resolve() });
    let made = 0;
    await Promise.all([looks.run('accounts', 0, async () => { made += 1; }), looks.run('contacts', 0, async () => { made += 1; })]);
    expect(made).toBe(2);
    const fail = () => Promise.reject(new Error('away'));
    const both = await Promise.allSettled([looks.run('accounts', 0, fail), looks.run('accounts', 0, fail)]);
    expect(both.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    await expect(looks.run('accounts', 0, () => Promise.resolve())).resolves.toBeUndefined();
  });

  it('serve whoever asks so soon after one began that it is fresh enough, and nobody when it failed', async () => {
    const time = clock();
    const looks = new SharedLooks(time);
    let begun = 0;
    const look = async () => { begun += 1; };
    const asks = async (freshMs: number, work: () => Promise<void> = look) => {
      const asked = looks.run('accounts', freshMs, work);
      time.pass();
      await asked.catch(() => undefined);
      return begun;
    };
    expect(await asks(5_000)).toBe(1);
    expect(await asks(300)).toBe(1);
    expect(await asks(100)).toBe(2);
    expect(await asks(0)).toBe(3);
    time.pass(10_000);
    expect(await asks(5_000, () => Promise.reject(new Error('away')))).toBe(3);
    expect(await asks(5_000)).toBe(4);
  });

  it('serve whoever asks while one is under way that is fresh enough', async () => {
    const time = clock();
    const looks = new SharedLooks(time);
    let end: () => void = () => undefined;
    const ended: string[] = [];
    void looks.run('accounts', 0, () => new Promise<void>((resolve) => { end = resolve; })).then(() => ended.push('first'));
    time.pass();
    await settled();
    void looks.run('accounts', 500, () => Promise.reject(new Error('one is under way'))).then(() => ended.push('beside it'));
    await settled();
    expect(ended).toEqual([]);
    end();
    await settled();
    expect(ended.sort()).toEqual(['beside it', 'first']);
  });
});
