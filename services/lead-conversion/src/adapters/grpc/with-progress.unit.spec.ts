import { withProgress, type Told } from './with-progress.ts';

const read = async <P, R>(stream: AsyncIterable<Told<P, R>>): Promise<Told<P, R>[]> => {
  const all: Told<P, R>[] = [];
  for await (const one of stream) all.push(one);
  return all;
};

describe('work as a stream', () => {
  it('tells its progress and then its result', async () => {
    const told = await read(withProgress<number, string>(async (report) => {
      for (const step of [1, 2, 3]) {
        await report(step);
        await new Promise(setImmediate);
      }
      return 'done';
    }));
    expect(told).toEqual([{ progress: 1 }, { progress: 2 }, { progress: 3 }, { result: 'done' }]);
  });

  it('tells the newest only, to who reads slowly, and nothing but the result of work that says nothing', async () => {
    const stream = withProgress<number, string>(async (report) => {
      await Promise.all([report(1), report(2)]);
      return 'done';
    });
    expect(await read(stream)).toEqual([{ progress: 2 }, { result: 'done' }]);
    expect(await read(withProgress(() => Promise.resolve(7)))).toEqual([{ result: 7 }]);
  });

  it('fails as the work does', async () => {
    await expect(read(withProgress(() => Promise.reject(new Error('no'))))).rejects.toThrow('no');
  });
});
