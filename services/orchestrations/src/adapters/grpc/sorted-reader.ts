import { fatal } from '@signalbox/kernel';

/**
 * A stream that is sorted by ids, read alongside another one. Ids are ASCII, so that their order here is that of their bytes.
 * One that is out of order ends the plan: what is passed over would be taken for missing.
 */
export class SortedReader<T> {
  private readonly batches: AsyncIterator<readonly T[]>;
  private batch: readonly T[] = [];
  private at = 0;
  private last = '';

  constructor(private readonly what: string, batches: AsyncIterable<readonly T[]>, private readonly idOf: (one: T) => string) {
    this.batches = batches[Symbol.asyncIterator]();
  }

  /** The next ones up to this id, in order; each is given once. */
  async upTo(id: string): Promise<T[]> {
    const found: T[] = [];
    for (;;) {
      for (; this.at < this.batch.length; this.at += 1) {
        const one = this.batch[this.at]!;
        const own = this.idOf(one);
        if (own > id) return found;
        this.last = inOrder(this.what, this.last, own);
        found.push(one);
      }
      const next = await this.batches.next();
      if (next.done) return found;
      this.batch = next.value;
      this.at = 0;
    }
  }

  async close(): Promise<void> {
    await this.batches.return?.();
  }
}

/** @throws Fatal `orchestrations.segment_names.out_of_order` */
export function inOrder(what: string, before: string, id: string): string {
  if (id < before) throw fatal('orchestrations.segment_names.out_of_order', 'What is known of the accounts did not come in order, so nothing was planned.', { detail: { what, before, id } });
  return id;
}
