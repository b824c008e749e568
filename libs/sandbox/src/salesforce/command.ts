import { parseArgs } from 'node:util';
import { startSalesforceSandbox } from './server.ts';
import type { SalesforceSandboxOptions } from './options.ts';

const USAGE = `Usage: signalbox sandbox salesforce [--port N] [--host ADDRESS] [--tls] [--schema FILE] [--seed CSV] [--object NAME]
                                    [--latency MS] [--api-limit N] [--jwt-public-key FILE] [--composite-counts-subrequests] [--verbose]

  --port     port to listen on; any free one without it
  --host     address to listen on; 127.0.0.1 without it
  --tls      HTTPS with a fresh self-signed certificate, printed to be trusted
  --schema   JSON file that adds or changes objects and fields
  --seed     CSV whose header holds API field names
  --object   object that the seed goes to; Account without it`;

interface Parsed extends SalesforceSandboxOptions {
  help?: boolean;
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, not '${text}'.`);
  return value;
}

async function parse(argv: string[]): Promise<Parsed> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      port: { type: 'string' }, host: { type: 'string' }, tls: { type: 'boolean' }, schema: { type: 'string' }, seed: { type: 'string' }, object: { type: 'string' },
      latency: { type: 'string' }, 'api-limit': { type: 'string' }, 'jwt-public-key': { type: 'string' }, 'composite-counts-subrequests': { type: 'boolean' },
      verbose: { type: 'boolean' }, help: { type: 'boolean' },
    },
  });
  const [provider = 'salesforce'] = positionals;
  if (provider !== 'salesforce') throw new Error(`There is no sandbox for '${provider}'. Known: salesforce.`);
  const keyFile = values['jwt-public-key'];
  const { readFile } = await import('node:fs/promises');
  return {
    help: values.help, port: number('port', values.port), host: values.host, tls: values.tls, schemaFile: values.schema, seedFile: values.seed, seedObject: values.object,
    latencyMs: number('latency', values.latency), apiLimit: number('api-limit', values['api-limit']), compositeCountsSubrequests: values['composite-counts-subrequests'],
    jwtPublicKey: keyFile ? await readFile(keyFile, 'utf8') : undefined,
    log: values.verbose ? (line) => process.stderr.write(`${line}\n`) : undefined,
  };
}

/**
 * `signalbox sandbox salesforce …`: prints where the org is and what it accepts, then runs until SIGINT or SIGTERM.
 * Answers the exit code: 0 after a signal, 2 for a wrong command line or file.
 */
export async function runSandboxCommand(argv: string[]): Promise<number> {
  let options: Parsed;
  try {
    options = await parse(argv);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    return await serve(options);
  } catch (error) {
    process.stderr.write(`The sandbox could not start: ${(error as Error).message}\n`);
    return 2;
  }
}

async function serve(options: Parsed): Promise<number> {
  const sandbox = await startSalesforceSandbox(options);
  const { credentials: c } = sandbox;
  const counts = Object.entries(sandbox.counts()).map(([name, n]) => `${name} ${n}`).join(', ');
  process.stdout.write([
    `Salesforce sandbox at ${sandbox.url}`,
    `  client id       ${c.clientId}`,
    `  client secret   ${c.clientSecret}`,
    `  username        ${c.username}`,
    `  password        ${c.password}`,
    `  security token  ${c.securityToken}`,
    `  records         ${counts}`,
    `  requests        ${sandbox.url}/__sandbox/requests`,
    `  faults          ${sandbox.url}/__sandbox/faults`,
    ...(sandbox.tls ? ['  certificate', sandbox.tls.cert.trim()] : []),
    'Stop with Ctrl-C.', '',
  ].join('\n'));
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await sandbox.close();
  return 0;
}
