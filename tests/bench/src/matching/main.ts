/**
 * Quality, speed and memory of matching, and of finding duplicates, beside its peers: the same files, one run. Prints tables; writes
 * results.json and picture.svg beside this file.
 *   node tests/bench/src/matching/main.ts [--sizes labelled,100k,1m,leads,duplicates] [--tools Signalbox,Splink] [--seed 4]     # after ./signalbox build
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { answersOf, atThreshold, bestOf, bestThreshold } from './answers.ts';
import { clusters } from './companies.ts';
import { pairQuality, pairsOf } from './duplicate-quality.ts';
import { WORK, evaluationOf } from './files.ts';
import { picture } from './picture.ts';
import { quality, type Quality } from './quality.ts';
import { tablesOf, type Result } from './results.ts';
import { KNOWN, TOOLS, heldOutOf, learn, measure, type Tool } from './tools.ts';
import { MODEL_OF, WORKLOADS, labelledFiles, labelsOf, type Files, type Size } from './workloads.ts';

const { values } = parseArgs({ options: { sizes: { type: 'string', default: Object.keys(WORKLOADS).join(',') }, tools: { type: 'string', default: '' }, seed: { type: 'string', default: '4' } } });
const sizes = values.sizes.split(',') as Size[];
const tools = TOOLS.filter((tool) => values.tools === '' || values.tools.split(',').some((name) => tool.name.startsWith(name)));

// Splink took ten minutes and 20 GB at a million, with the machine to itself: a peer is measured at that size when it is named.
const measuredAt = (tool: Tool, size: Size): boolean => tool.subjects.includes(WORKLOADS[size].subject) && (size !== '1m' || tool.decides || values.tools !== '');

const RESULTS = join(import.meta.dirname, 'results.json');
/** What an earlier run of some tools or sizes measured stays. */
const results: Result[] = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as { results: Result[] }).results : [];

/** The threshold chosen on the labelled companies is that of the larger sizes. */
const chosenFor = (tool: Tool): number => {
  const matchAt = results.find((r) => r.tool === tool.name && r.size === 'labelled')?.matchAt;
  if (matchAt === undefined) throw new Error(`From which score on it is a match is chosen on the labelled companies: measure ${tool.name} there first (--sizes labelled).`);
  return matchAt;
};

type Judged = Pick<Result, 'f1' | 'precision' | 'recall' | 'matchAt'> & Partial<Quality>;

async function judgeDuplicates(tool: Tool, answered: string): Promise<Judged> {
  const [found, truth] = [await pairsOf(answered, tool.decides), await pairsOf(labelsOf('duplicates').truth, true)];
  if (tool.decides) return pairQuality(found, truth);
  const best = bestOf(found.map((p) => p.score), (matchAt) => pairQuality(found.filter((p) => p.score >= matchAt), truth));
  return { ...best.quality, matchAt: best.matchAt };
}

async function judge(tool: Tool, size: Size, files: Files, out: string): Promise<Judged> {
  const { subject, labelled } = WORKLOADS[size];
  const answered = tool.heldOut && labelled ? heldOutOf(tool, subject) : out;
  if (files.candidates === undefined) return judgeDuplicates(tool, answered);
  const model = MODEL_OF[subject];
  // It has learned from these very companies: what counts is how it decides about those that it has not seen.
  if (tool.decides && labelled && model) return (JSON.parse(readFileSync(evaluationOf(model), 'utf8')) as { crossValidated: Quality }).crossValidated;
  const answers = await answersOf(answered, files.candidates);
  const clusterOf = labelled ? clusters() : (id: string): string => id;
  if (tool.decides) return quality(answers, clusterOf);
  if (!labelled) return { ...quality(atThreshold(answers, chosenFor(tool)), clusterOf), matchAt: chosenFor(tool) };
  const best = bestThreshold(answers, clusterOf);
  return { ...best.quality, matchAt: best.matchAt };
}

function keep(result: Result): void {
  const at = results.findIndex((r) => r.tool === result.tool && r.size === result.size);
  results.splice(at < 0 ? results.length : at, at < 0 ? 0 : 1, result);
  process.stderr.write(`${JSON.stringify(result)}\n`);
  writeFileSync(RESULTS, `${JSON.stringify({ cores: cpus().length, seed: Number(values.seed), results }, null, 1)}\n`);
  writeFileSync(join(import.meta.dirname, 'picture.svg'), picture(results));
}

mkdirSync(WORK, { recursive: true });
const files = new Map<Size, Files>();
for (const size of sizes) files.set(size, await WORKLOADS[size].files(Number(values.seed)));
// What is learned from counts among the files whose spellings are looked up.
const spelt = [...files.values(), ...sizes.map((size) => labelledFiles(WORKLOADS[size].subject))].flatMap((f) => [f.accounts, f.candidates ?? []].flat());
execFileSync(process.execPath, [join(import.meta.dirname, 'peers/known.ts'), KNOWN, ...new Set(spelt)], { stdio: 'inherit' });
for (const tool of tools) {
  for (const subject of new Set(sizes.filter((size) => measuredAt(tool, size)).map((size) => WORKLOADS[size].subject))) learn(tool, subject);
}
for (const size of sizes) {
  for (const tool of tools.filter((t) => measuredAt(t, size))) {
    const { subject, accounts, candidates } = WORKLOADS[size];
    const [out, here] = [join(WORK, `decisions-${size}.csv`), files.get(size) as Files];
    const measured = measure(tool, subject, here, out);
    keep({ tool: tool.name, size, accounts, candidates, ...measured, ...(await judge(tool, size, here, out)) });
  }
}
process.stdout.write(tablesOf(results));
