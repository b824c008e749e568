import { TOPICS } from '@signalbox/contracts';
import { isSignalboxError } from '@signalbox/kernel';
import { readConfig, type ConfigDefinition, type ConfigOf } from '@signalbox/platform-config';
import type { RunningService } from './host.ts';
import { connectBroker } from './parts.ts';
import type { CommonConfig } from './settings.ts';

function stopOnSignals(service: RunningService): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void service.stop().then(() => process.exit(0), () => process.exit(1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function createTopics(config: CommonConfig): Promise<void> {
  const broker = await connectBroker(config);
  try {
    await broker.createTopics(Object.values(TOPICS));
  } finally {
    await broker.close();
  }
}

function refuse(text: string, exitCode: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}

/**
 * What a service's main.ts does. Without an argument: reads the environment (all problems at once), starts, and stops
 * on SIGTERM or SIGINT. `main.js migrate` brings the service's schema up to date and ends; `main.js topics` creates the
 * topics that are missing and ends. `commands` are more of this kind. A configuration that is not valid ends the process with 2, any other failure with 1.
 */
export async function runMain<D extends ConfigDefinition>(
  definition: D, start: (config: ConfigOf<D>) => Promise<RunningService>, migrate?: (config: ConfigOf<D>) => Promise<unknown>,
  commands: Readonly<Record<string, (config: ConfigOf<D>) => Promise<unknown>>> = {},
): Promise<void> {
  const command = process.argv[2] ?? 'start';
  const known = ['start', 'topics', ...(migrate ? ['migrate'] : []), ...Object.keys(commands)];
  if (!known.includes(command)) refuse(`There is no command '${command}': use one of ${known.join(', ')}.`, 2);
  try {
    const config = readConfig(definition, process.env);
    if (command === 'start') return stopOnSignals(await start(config));
    // A service's settings are the common ones with its own spread after them.
    if (command === 'topics') await createTopics(config as unknown as CommonConfig);
    else await (commands[command] ?? migrate)?.(config);
    process.exit(0);
  } catch (error) {
    const invalid = isSignalboxError(error) && error.code === 'config.invalid';
    refuse(invalid ? error.publicMessage : String((error as Error).stack ?? error), invalid ? 2 : 1);
  }
}
