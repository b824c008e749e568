/**
 * The items of a stream with what is begun for each: the next is begun as soon as it arrives, while whoever reads is still
 * busy with this one. Never more than one ahead, which keeps the stream's back-pressure.
 */
export async function* oneAhead<T, R>(items: AsyncIterable<T>, begin: (item: T) => R): AsyncGenerator<R> {
  const iterator = items[Symbol.asyncIterator]();
  const read = (): Promise<IteratorResult<R>> => {
    const reading = iterator.next().then((step): IteratorResult<R> => (step.done ? { done: true, value: undefined } : { done: false, value: begin(step.value) }));
    reading.catch(() => undefined); // thrown to the reader when it is its turn
    return reading;
  };
  try {
    for (let next = read(); ;) {
      const step = await next;
      if (step.done) return;
      next = read();
      yield step.value;
    }
  } finally {
    // Not waited for: it may stand behind a read that the other side never answers.
    iterator.return?.().catch(() => undefined);
  }
}
