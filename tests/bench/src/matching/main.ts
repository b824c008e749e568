/**
 * Quality, speed and memory of matching beside its peers: the same files, one run. Prints a table; writes results.json and
 * picture.svg beside this file.
 *   node tests/bench/src/matching/main.ts [--sizes labelled,100k,1m] [--tools Signalbox,Splink] [--seed 4]     # after ./signalbox build
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { answersOf, atThreshold, bestThreshold } from './answers.ts';
import { clusters } from './companies.ts';
import { COMPANIES, WORK, evaluationOf } from './files.ts';
import { generated } from './generate/sizes.ts';
import { picture } from './picture.ts';
import { benchPython } from './python/environment.ts';
import { quality, type Quality } from './quality.ts';
import { tableOf, type Result } from './results.ts';
import { COUNTRIES, SPLINK_MODEL, TOOLS, measure, type Files, type Tool } from './tools.ts';

const LABELLED: Files = { accounts: join(COMPANIES, 'crm_accounts.csv'), candidates: join(COMPANIES, 'candidates.csv') };
const SIZES = { labelled: [16_622, 12_000], '100k': [100_000, 10_000], '1m': [1_000_000, 100_000] } as const;
type SizeName = keyof typeof SIZES;

const { values } = parseArgs({ options: { sizes: { type: 'string', default: 'labelled,100k,1m' }, tools: { type: 'string', default: '' }, seed: { type: 'string', default: '4' } } });
const sizes = values.sizes.split(',') as SizeName[];
const tools = TOOLS.filter((tool) => values.tools === '' || values.tools.split(',').some((name) => tool.name.startsWith(name)));

const filesOf = async (size: SizeName): Promise<Files> => (size === 'labelled' ? LABELLED : generated(SIZES[size][0], SIZES[size][1], Number(values.seed)));

/** What the peers are given: codes for the spellings of countries, and Splink a model learned from the labelled companies. */
function preparePeers(files: readonly Files[]): void {
  const here = import.meta.dirname;
  execFileSync(process.execPath, [join(here, 'peers/countries.ts'), COUNTRIES, ...files.flatMap((f) => [f.accounts, f.candidates])], { stdio: 'inherit' });
  execFileSync(benchPython(), [join(here, 'peers/splink_train.py'), '--accounts', LABELLED.accounts, '--candidates', LABELLED.candidates, '--countries', COUNTRIES, '--model', SPLINK_MODEL], { stdio: 'inherit' });
}

const thresholds = new Map<string, number>();

async function qualityOf(tool: Tool, size: SizeName, files: Files, out: string): Promise<Quality> {
  const clusterOf = size === 'labelled' ? clusters() : (id: string) => id;
  // It has learned from these very companies: what counts is how it decides about those that it has not seen.
  if (tool.decides && size === 'labelled') return (JSON.parse(readFileSync(evaluationOf('accounts'), 'utf8')) as { crossValidated: Quality }).crossValidated;
  const answers = await answersOf(out, files.candidates);
  if (tool.decides) return quality(answers, clusterOf);
  if (size === 'labelled') {
    const best = bestThreshold(answers, clusterOf);
    thresholds.set(tool.name, best.matchAt);
    return best.quality;
  }
  return quality(atThreshold(answers, thresholds.get(tool.name) as number), clusterOf);
}

const RESULTS = join(import.meta.dirname, 'results.json');
/** What an earlier run of some tools or sizes measured stays. */
const results: Result[] = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as { results: Result[] }).results : [];
for (const { tool, matchAt } of results) if (matchAt !== undefined) thresholds.set(tool, matchAt);

mkdirSync(WORK, { recursive: true });
const files = new Map<SizeName, Files>();
for (const size of sizes) files.set(size, await filesOf(size));
preparePeers([...files.values()]);
for (const size of sizes) {
  for (const tool of tools) {
    // Splink took ten minutes and 20 GB there, with the machine to itself: a peer is measured at that size when it is named.
    if (size === '1m' && !tool.decides && values.tools === '') continue;
    const out = join(WORK, `decisions-${size}.csv`);
    const here = files.get(size) as Files;
    const measured = measure(tool, here, out);
    const result: Result = { tool: tool.name, size, accounts: SIZES[size][0], candidates: SIZES[size][1], ...measured, ...(await qualityOf(tool, size, here, out)), matchAt: thresholds.get(tool.name) };
    const at = results.findIndex((r) => r.tool === result.tool && r.size === size);
    results.splice(at < 0 ? results.length : at, at < 0 ? 0 : 1, result);
    process.stderr.write(`${JSON.stringify(result)}\n`);
    writeFileSync(RESULTS, `${JSON.stringify({ cores: cpus().length, seed: Number(values.seed), results }, null, 1)}\n`);
    writeFileSync(join(import.meta.dirname, 'picture.svg'), picture(results));
  }
}
process.stdout.write(tableOf(results));
