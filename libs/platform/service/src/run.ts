import { isSignalboxError } from '@signalbox/kernel';
import { readConfig, type ConfigDefinition, type ConfigOf } from '@signalbox/platform-config';
import type { RunningService } from './host.ts';

/**
 * What a service's main.ts does: reads the environment (all problems at once), starts, and stops on SIGTERM or SIGINT.
 * A configuration that is not valid ends the process with 2, any other failure to start with 1.
 */
export async function runMain<D extends ConfigDefinition>(definition: D, start: (config: ConfigOf<D>) => Promise<RunningService>): Promise<void> {
  try {
    const service = await start(readConfig(definition, process.env));
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      void service.stop().then(() => process.exit(0), () => process.exit(1));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  } catch (error) {
    const invalid = isSignalboxError(error) && error.code === 'config.invalid';
    process.stderr.write(`${invalid ? error.publicMessage : String((error as Error).stack ?? error)}\n`);
    process.exit(invalid ? 2 : 1);
  }
}
