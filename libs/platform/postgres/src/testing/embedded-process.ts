/** A process of its own for the launcher's spec: starts an embedded server, says where, and stays until it is killed. */
import { startEmbeddedPostgres } from '../embedded/launcher.ts';

const server = await startEmbeddedPostgres({ dataDir: process.argv[2]!, fast: process.argv[3] === 'fast' });
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.url() })}\n`);
setInterval(() => undefined, 60_000);
