import { createLogger } from '@signalbox/platform-telemetry';
import { startStandalone } from '../shape/start-standalone.ts';
import { logDestination } from './log-destination.ts';
import { untilSignal } from './until-signal.ts';

export interface UpCommandOptions {
  data: string;
  port: number;
  logLevel: string;
  /** Settings of the services, by their SIGNALBOX_ names. */
  environment: Record<string, string | undefined>;
}

/** `signalbox up`: the product with nothing loaded, until a signal; its data stays in the folder. */
export async function upCommand(options: UpCommandOptions): Promise<number> {
  const logger = createLogger({ service: 'standalone', level: options.logLevel, destination: logDestination(options.data) });
  let ended: (reason: string) => void = () => undefined;
  const databaseEnded = new Promise<string>((resolve) => (ended = resolve));
  const product = await startStandalone({
    dataDir: options.data, httpPort: options.port, logger, environment: options.environment, onDatabaseExit: (reason) => ended(reason),
    onStep: (step) => process.stderr.write(`  starting ${step}\n`),
  });
  process.stderr.write(`\nConsole and API: ${product.url}\nData and log:    ${options.data}\n\nCtrl-C stops everything; the data stays.\n`);
  const reason = await Promise.race([untilSignal(), databaseEnded]);
  const asked = reason === 'SIGINT' || reason === 'SIGTERM';
  if (!asked) process.stderr.write(`PostgreSQL ended by itself: ${reason}. Start again; the log is in ${options.data}.\n`);
  await product.stop();
  return asked ? 0 : 1;
}
