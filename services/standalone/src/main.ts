import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { isSignalboxError } from '@signalbox/kernel';
import { runSandboxCommand } from '@signalbox/sandbox';
import { demoCommand, type DemoCommandOptions } from './cli/demo-command.ts';
import { upCommand, type UpCommandOptions } from './cli/up-command.ts';

const port = (value: string) => {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 0 || n > 65535) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return n;
};

/** A failure in words, with the log's place rather than a stack, and exit code 1. */
async function run(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.stderr.write(`signalbox: ${isSignalboxError(error) ? error.publicMessage : String((error as Error)?.stack ?? error)}\n`);
    process.exitCode = 1;
  }
  // Connections kept alive by clients must not keep a finished command from ending.
  process.exit();
}

const program = new Command('signalbox').description('Knows which companies belong to which segments, and carries that safely into CRMs.');
const LEVELS = 'trace, debug, info, warn, error or silent';

program.command('demo').description('create net-new CRM accounts from a real company list, twice, and show what happened')
  .option('--once', 'exit at the end; non-zero if anything was not as it should be')
  .option('--json', 'print the result as one JSON object on standard output')
  .option('--data <dir>', 'folder of the demo, emptied at each start', './.signalbox-demo')
  .option('--port <n>', 'port of the console and the API; 0 for any free one', port, 8080)
  .option('--log-level <level>', LEVELS, 'info')
  .action((o: DemoCommandOptions) => run(() => demoCommand({ ...o, data: resolve(o.data), port: o.once ? 0 : o.port })));

program.command('up').description('the product with nothing loaded; its data survives restarts')
  .option('--data <dir>', 'folder that keeps everything', './.signalbox')
  .option('--port <n>', 'port of the console and the API; 0 for any free one', port, 8080)
  .option('--log-level <level>', LEVELS, 'info')
  .action((o: UpCommandOptions) => run(() => upCommand({ ...o, data: resolve(o.data), environment: process.env })));

program.command('sandbox').description('a server that speaks a provider’s real protocol: sandbox salesforce --port N [--tls] [--schema FILE] [--seed FILE]')
  .allowUnknownOption().helpOption(false).argument('[words...]')
  .action((words: string[]) => run(() => runSandboxCommand(words)));

await program.parseAsync();
