import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 on macOS): one of those could be
 * taken, by the very database connections of the services, between the look and the service's own start.
 */
const FIRST = 15_000;
const LAST = 32_000;
const LOOKS = 1_000;

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** `count` different free ports: services name each other's addresses before the first of them listens. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let look = 0; look < LOOKS && found.size < count; look += 1) {
    const port = randomInt(FIRST, LAST);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count) throw new Error(`There are no ${count} free ports between ${FIRST} and ${LAST} on 127.0.0.1.`);
  return [...found];
}
