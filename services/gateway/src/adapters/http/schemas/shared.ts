import { z } from 'zod';

export const name = z.string().trim().min(1, 'Give it a name').max(200, 'At most 200 characters');
export const id = z.string().min(1, 'Give the id').max(100, 'An id has at most 100 characters');
/** Of a change: what is not the present version is refused. */
export const version = z.int().min(1).optional().describe('The version that you changed, so that nobody else’s change is lost.');
export const texts = z.record(z.string().max(200), z.string().max(50_000));

export const timeZone = z.string().max(100).refine(isTimeZone, 'Is no IANA time zone; use a name such as Europe/Berlin');

function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone })) && !/^[+-]/.test(zone);
  } catch {
    return false;
  }
}

const cursor = z.string().max(2000).default('').describe('nextCursor of the page before.');
const limitTo = (max: number, fallback: number) => z.coerce.number('Is no number').int().min(1, 'At least 1').max(max, `At most ${max}`).default(fallback).describe('Most items in one page.');

export const PageQuery = z.strictObject({ limit: limitTo(1000, 50), cursor });
export type PageQuery = z.infer<typeof PageQuery>;
export const SamplePageQuery = z.strictObject({ limit: limitTo(100, 100), cursor });
/** Paging with further filters. */
export const pageQuery = <T extends z.ZodRawShape>(filters: T) => PageQuery.extend(filters);

export const pageRequest = ({ limit, cursor: at }: { limit: number; cursor: string }) => ({ limit, cursor: at });
