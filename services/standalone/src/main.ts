import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { isSignalboxError } from '@signalbox/kernel';
import type { DemoCommandOptions } from './cli/demo-command.ts';
import type { DedupeCommandOptions, MatchCommandOptions } from './cli/files-commands.ts';
import type { RotateSecretsCommandOptions } from './cli/rotate-secrets-command.ts';
import type { UpCommandOptions } from './cli/up-command.ts';

// A command's code is loaded when the command is run: the services take seconds to load, and files need none of them.

const port = (value: string) => {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 0 || n > 65535) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return n;
};

const threads = (value: string) => {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 1 || n > 64) throw new InvalidArgumentError('Threads are a whole number from 1 to 64.');
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
  .action((o: DemoCommandOptions) => run(async () => (await import('./cli/demo-command.ts')).demoCommand({ ...o, data: resolve(o.data), port: o.once ? 0 : o.port })));

program.command('up').description('the product with nothing loaded; its data survives restarts')
  .option('--data <dir>', 'folder that keeps everything', './.signalbox')
  .option('--port <n>', 'port of the console and the API; 0 for any free one', port, 8080)
  .option('--log-level <level>', LEVELS, 'info')
  .action((o: UpCommandOptions) => run(async () => (await import('./cli/up-command.ts')).upCommand({ ...o, data: resolve(o.data), environment: process.env })));

program.command('rotate-secrets').description('a new key for the credentials of connections, which are encrypted anew; while the product is stopped')
  .option('--data <dir>', 'folder that keeps everything', './.signalbox')
  .action((o: RotateSecretsCommandOptions) => run(async () => (await import('./cli/rotate-secrets-command.ts')).rotateSecretsCommand({ data: resolve(o.data) })));

program.command('sandbox').description('a server that speaks a provider’s real protocol: sandbox salesforce --port N [--tls] [--schema FILE] [--seed FILE]')
  .allowUnknownOption().helpOption(false).argument('[words...]')
  .action((words: string[]) => run(async () => (await import('@signalbox/sandbox')).runSandboxCommand(words)));

program.command('match').description('which companies or leads of a CSV file are in another file of accounts, which are new, and which a person should look at')
  .requiredOption('--accounts <csv>', 'the accounts: account_id,name,website,country')
  .option('--candidates <csv>', 'companies to look for: candidate_id,name,website,country')
  .option('--leads <csv>', 'or leads to look for: lead_id,first_name,last_name,email,company,country')
  .requiredOption('--out <csv>', 'the decisions: candidate_id,account_id,decision,score,rule,reason')
  .option('--json', 'print counts, seconds and peak memory as one JSON object on standard output')
  .option('--threads <n>', 'threads that compare; as many as the machine has cores, at most 8', threads)
  .action((o: MatchCommandOptions) => run(async () => (await import('./cli/files-commands.ts')).matchCommand(o)));

program.command('dedupe').description('which accounts of a CSV file are the same company')
  .requiredOption('--accounts <csv>', 'the accounts: account_id,name,website,country')
  .requiredOption('--out <csv>', 'the duplicates: account_id,duplicate_of,score,reason')
  .option('--json', 'print counts, seconds and peak memory as one JSON object on standard output')
  .option('--threads <n>', 'threads that compare; as many as the machine has cores, at most 8', threads)
  .action((o: DedupeCommandOptions) => run(async () => (await import('./cli/files-commands.ts')).dedupeCommand(o)));

await program.parseAsync();
