/** What has been done of a piece of work so far, or its result; one of the two. */
export type Told<P, R> = { progress: P; result?: undefined } | { progress?: undefined; result: R };

/** A piece of work as a stream: its newest progress whenever somebody is ready to read on, and its result last. */
export async function* withProgress<P, R>(work: (report: (progress: P) => Promise<void>) => Promise<R>): AsyncGenerator<Told<P, R>> {
  let newest: { progress: P } | undefined;
  let tell = (): void => undefined;
  const done = work((progress) => {
    newest = { progress };
    tell();
    return Promise.resolve();
  });
  // Awaited below, unless whoever reads leaves before; without this its failure would then count as unhandled.
  done.catch(() => undefined);
  for (;;) {
    const told = new Promise<void>((resolve) => { tell = resolve; });
    if (!newest) await Promise.race([told, done]);
    const now = newest;
    newest = undefined;
    if (!now) break;
    yield now;
  }
  yield { result: await done };
}
