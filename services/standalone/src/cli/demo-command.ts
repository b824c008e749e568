import { runDemo, type DemoOutcome } from '../demo/demo.ts';
import { residentMegabytes } from '../demo/memory.ts';
import { untilSignal } from './until-signal.ts';

export interface DemoCommandOptions {
  once?: boolean;
  json?: boolean;
  data: string;
  port: number;
  logLevel: string;
}

async function close(outcome: DemoOutcome): Promise<void> {
  await outcome.product.stop();
  await outcome.crm.close();
}

/** `signalbox demo`: 0 when everything was as it should be. */
export async function demoCommand(options: DemoCommandOptions): Promise<number> {
  const outcome = await runDemo({ dataDir: options.data, httpPort: options.port, logLevel: options.logLevel });
  if (options.json) process.stdout.write(`${JSON.stringify(outcome.report)}\n`);
  for (const line of outcome.wrong) process.stderr.write(`WRONG: ${line}\n`);
  process.stderr.write(`Memory in use: ${await residentMegabytes(outcome.product.postgres)} MB (Node and PostgreSQL together)\n`);
  if (!options.once) {
    const { product, crm, signIn } = outcome;
    process.stderr.write(`\nConsole      ${product.url}   sign in as ${signIn.email}, password ${signIn.password}\nAPI          ${product.url}/api/v1   token ${signIn.token}\nAPI document ${product.url}/api/docs\nSalesforce   ${crm.url}   client id ${crm.clientId}, client secret ${crm.clientSecret}\n\nCtrl-C stops everything.\n`);
    await untilSignal();
  }
  await close(outcome);
  return outcome.wrong.length === 0 ? 0 : 1;
}
