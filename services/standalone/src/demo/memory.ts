import type { EmbeddedPostgres } from '@signalbox/platform-postgres';

/** Memory of this process and of PostgreSQL, in whole megabytes. */
export async function residentMegabytes(postgres: EmbeddedPostgres): Promise<number> {
  return Math.round((process.memoryUsage().rss + (await postgres.memoryBytes())) / 1024 / 1024);
}
