/** Jobs that the vendor takes in 24 hours, and batches that all of them may have together (Bulk API 2.0 limits). */
export const QUERY_JOBS_A_DAY = 10_000;
export const BATCHES_A_DAY = 15_000;
/** Rows that the vendor works on at a time. */
export const BATCH_ROWS = 10_000;
