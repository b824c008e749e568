/** Run by the global set-up: an embedded PostgreSQL for one test run, gone with its data when standard input closes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../embedded/launcher.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-test-postgres-'));
process.on('SIGINT', () => undefined); // Ctrl-C reaches jest too, which then closes our standard input
try {
  const server = await startEmbeddedPostgres({ dataDir, fast: true, maxConnections: 400, sharedBuffers: '64MB' });
  process.stdin.resume();
  process.stdin.once('close', () => {
    void server.stop().then(() => rm(dataDir, { recursive: true, force: true })).then(() => process.exit(0));
  });
  process.stdout.write(`${JSON.stringify({ url: server.url() })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: (error as Error).message })}\n`, () => process.exit(1));
}
