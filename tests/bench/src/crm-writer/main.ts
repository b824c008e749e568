/**
 * The crm-writer as a process: the first pull of a large org and the pulls after it; and writing, beside a bare loop of the provider's client.
 *   node tests/bench/src/crm-writer/main.ts [--mirror 10000,100000,1000000] [--write 10000,50000,500000] [--latency 200] [--provider salesforce] [--just-changed]     # after ./signalbox build
 */
import { parseArgs } from 'node:util';
import { CHANGED, mirror, type MirrorResult } from './mirror.ts';
import { PROVIDERS, type BenchProvider } from './providers.ts';
import { Stage } from './stage.ts';
import { writing, type WritingResult } from './writing.ts';

const { values } = parseArgs({ options: { mirror: { type: 'string', default: '10000,100000,1000000' }, write: { type: 'string', default: '10000,50000,500000' }, latency: { type: 'string', default: '200' }, provider: { type: 'string', default: 'salesforce' }, 'just-changed': { type: 'boolean', default: false } } });
const numbers = (text: string): number[] => text.split(',').filter((one) => one !== '').map(Number);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const n = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const s = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;

function providerOf(name: string): BenchProvider {
  const provider = PROVIDERS[name];
  if (!provider) throw new Error(`--provider is one of ${Object.keys(PROVIDERS).join(', ')}`);
  return provider;
}

async function on<T>(provider: BenchProvider, latencyMs: number, work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await Stage.open(provider, latencyMs);
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

const mirrorLine = (r: MirrorResult): string => `| ${n(r.accounts)} | ${s(r.firstSeconds)}, ${n(r.firstCalls)} calls | ${n(r.firstMb)} MB | ${s(r.againSeconds)} | ${n(r.againMb)} MB | ${s(r.changesSeconds)}, ${r.changesCalls} calls | ${n(r.changesMb)} MB | ${s(r.idleSeconds)} |`;
const writingLine = (r: WritingResult): string => `| ${r.provider} | ${n(r.records)} | ${r.latencyMs} ms | ${s(r.bareSeconds)} | ${s(r.seconds)} | ${r.ratio.toFixed(2)} | ${n(r.calls)} | ${n(r.mb)} MB |`;

const mirrored: string[] = [];
for (const accounts of numbers(values.mirror)) {
  mirrored.push(mirrorLine(await on(providerOf('salesforce'), 0, (stage) => mirror(stage, accounts, values['just-changed'] ? 'just now' : 'in a year'))));
  say(mirrored.at(-1)!);
}
const written: string[] = [];
for (const provider of values.provider.split(',').map(providerOf)) {
  for (const latencyMs of numbers(values.latency)) {
    for (const records of numbers(values.write)) {
      written.push(writingLine(await on(provider, latencyMs, (stage) => writing(stage, records, latencyMs))));
      say(written.at(-1)!);
    }
  }
}
if (mirrored.length > 0) process.stdout.write(['| accounts | first pull | memory | the next, which looks far back | memory | ' + `${n(CHANGED)} new ones | memory | nothing new |`, '|---|---|---|---|---|---|---|---|', ...mirrored, ''].join('\n'));
if (written.length > 0) process.stdout.write(['', '| | records | the sandbox answers after | bare loop | writer | ratio | API calls | memory |', '|---|---|---|---|---|---|---|---|', ...written, ''].join('\n'));
process.exit(0);
