import type { types } from '@signalbox/contracts';

/** Answers page after page, from the first to the last; the next is asked for when this one was taken. */
export async function* everyPage<T extends { page: types.PageInfo | undefined }>(ask: (cursor: string) => Promise<T>): AsyncGenerator<T> {
  for (let cursor = ''; ;) {
    const answer = await ask(cursor);
    yield answer;
    cursor = answer.page?.nextCursor ?? '';
    if (cursor === '') return;
  }
}
