import { join } from 'node:path';
import { pino, type DestinationStream } from 'pino';
import { openDataFolder } from '../shape/data-folder.ts';

/** Log lines of a run in the foreground go to a file, so that the terminal stays readable. */
export function logDestination(dataDir: string): DestinationStream {
  openDataFolder(dataDir);
  return pino.destination({ dest: join(dataDir, 'signalbox.log'), append: true, sync: true });
}
