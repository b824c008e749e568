import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type DestinationStream } from 'pino';

/** Log lines of a run in the foreground go to a file, so that the terminal stays readable. */
export function logDestination(dataDir: string): DestinationStream {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return pino.destination({ dest: join(dataDir, 'signalbox.log'), append: true, sync: false });
}
