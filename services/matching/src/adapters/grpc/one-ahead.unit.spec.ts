import { oneAhead } from './one-ahead.ts';

describe('reading one ahead', () => {
  it('begins the next while this one is worked on, and never a second', async () => {
    const begun: number[] = [];
    async function* items() {
      yield* [1, 2, 3, 4];
    }
    const seen: number[] = [];
    for await (const item of oneAhead(items(), (n) => (begun.push(n), n * 10))) {
      seen.push(item);
      await new Promise(setImmediate);
      expect(begun).toHaveLength(Math.min(seen.length + 1, 4));
    }
    expect(seen).toEqual([10, 20, 30, 40]);
  });

  it('gives what it has to a reader whose other side waits for the answer before it sends more', async () => {
    let answer: (n: number) => void = () => undefined;
    async function* items() {
      for (let n = 1; n < 4; n = await new Promise<number>((resolve) => { answer = resolve; })) yield n;
    }
    const seen: number[] = [];
    for await (const n of oneAhead(items(), (one) => one)) {
      seen.push(n);
      await new Promise(setImmediate);
      answer(n + 1);
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it('ends at once when its reader does, though nothing more is sent', async () => {
    async function* items() {
      yield 1;
      await new Promise(() => undefined);
    }
    const failing = (async () => {
      for await (const n of oneAhead(items(), (one) => one)) throw new Error(`refused ${n}`);
    })();
    await expect(failing).rejects.toThrow('refused 1');
  });

  it('throws what the stream or the beginning throws when it is its turn', async () => {
    async function* items() {
      yield 1;
      throw new Error('broken');
    }
    const seen: number[] = [];
    await expect((async () => { for await (const n of oneAhead(items(), (one) => one)) seen.push(n); })()).rejects.toThrow('broken');
    expect(seen).toEqual([1]);
  });
});
