import { parseArgs } from 'node:util';
import { dynamicsCommand } from './dynamics/command.ts';
import { hubspotCommand } from './hubspot/command.ts';
import { salesforceCommand } from './salesforce/command.ts';
import { wholeNumber, type OptionValues, type ProviderCommand, type RunningProvider, type SharedOptions } from './serving/provider-command.ts';

const PROVIDERS: readonly ProviderCommand[] = [salesforceCommand, dynamicsCommand, hubspotCommand];
const KNOWN = PROVIDERS.map((p) => p.name).join(', ');

const USAGE = `Usage: signalbox sandbox ${PROVIDERS.map((p) => p.name).join('|')} [--port N] [--host ADDRESS] [--tls] [--schema FILE] [--seed CSV] [--object NAME]
                         [--latency MS] [--verbose]
${PROVIDERS.map((p) => `       ${p.name} also takes ${p.usage}`).join('\n')}

  --port     port to listen on; any free one without it
  --host     address to listen on; 127.0.0.1 without it
  --tls      HTTPS with a fresh self-signed certificate, printed to be trusted
  --schema   JSON file that adds or changes objects and fields
  --seed     CSV whose header holds API field names
  --object   object that the seed goes to; ${PROVIDERS.map((p) => `${p.seedObject} (${p.name})`).join(', ')} without it`;

const SHARED = {
  port: { type: 'string' }, host: { type: 'string' }, tls: { type: 'boolean' }, schema: { type: 'string' }, seed: { type: 'string' }, object: { type: 'string' },
  latency: { type: 'string' }, verbose: { type: 'boolean' }, help: { type: 'boolean' },
} as const;

interface Wanted {
  provider: ProviderCommand;
  shared: SharedOptions;
  values: OptionValues;
}

/** Undefined when only the usage is wanted. @throws Error saying what is wrong with the command line */
function parse(argv: string[]): Wanted | undefined {
  // Options may stand before the provider's name, so it is found before anything is judged.
  const options = Object.assign({}, SHARED, ...PROVIDERS.map((p) => p.options)) as typeof SHARED & ProviderCommand['options'];
  const loose = parseArgs({ args: argv, allowPositionals: true, strict: false, options });
  const [name = 'salesforce'] = loose.positionals;
  const provider = PROVIDERS.find((p) => p.name === name);
  if (!provider) throw new Error(`There is no sandbox for '${name}'. Known: ${KNOWN}.`);
  const values = parseArgs({ args: argv, allowPositionals: true, options: { ...SHARED, ...provider.options } }).values as OptionValues;
  if (values['help']) return undefined;
  const text = (option: string) => values[option] as string | undefined;
  const shared: SharedOptions = {
    port: wholeNumber('port', values['port']), host: text('host'), tls: values['tls'] === true, schemaFile: text('schema'), seedFile: text('seed'),
    seedObject: text('object') ?? provider.seedObject, latencyMs: wholeNumber('latency', values['latency']),
    log: values['verbose'] ? (line) => process.stderr.write(`${line}\n`) : undefined,
  };
  return { provider, shared, values };
}

/**
 * `signalbox sandbox <provider> …`: prints where the server is and what it accepts, then runs until SIGINT or SIGTERM.
 * Answers the exit code: 0 after a signal, 2 for a wrong command line or file.
 */
export async function runSandboxCommand(argv: string[]): Promise<number> {
  let wanted: Wanted | undefined;
  try {
    wanted = parse(argv);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    return 2;
  }
  if (!wanted) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { provider, shared, values } = wanted;
  try {
    return await serve(provider.label, await provider.start(shared, values));
  } catch (error) {
    process.stderr.write(`The sandbox could not start: ${(error as Error).message}\n`);
    return 2;
  }
}

async function serve(label: string, running: RunningProvider): Promise<number> {
  const counts = Object.entries(running.counts()).map(([name, n]) => `${name} ${n}`).join(', ');
  const facts: [string, string][] = [...running.facts, ['records', counts], ['requests', `${running.url}/__sandbox/requests`], ['faults', `${running.url}/__sandbox/faults`]];
  process.stdout.write([
    `${label} sandbox at ${running.url}`,
    ...facts.map(([name, value]) => `  ${name.padEnd(14)}  ${value}`),
    ...(running.tls ? ['  certificate', running.tls.cert.trim()] : []),
    'Stop with Ctrl-C.', '',
  ].join('\n'));
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await running.close();
  return 0;
}
