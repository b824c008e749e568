/**
 * Learns the models of services/matching anew from tests/data/companies: the word background, the comparisons of every labelled
 * pair, the trees, their cross-validation, the thresholds. The same sources and data give the same files, byte for byte.
 *   node tests/bench/src/matching/train/train.ts [--version 2026-11-23] [--check]
 * --check writes nothing, and fails when the files would differ from those that are there.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { COMPANIES, MODELS, WORK, evaluationOf, type ModelName } from '../files.ts';
import { benchPython } from '../python/environment.ts';

/** The day on which what is learned changed last; part of the models' names. */
const VERSION = '2026-11-23';
const NAMES: readonly ModelName[] = ['accounts', 'leads'];
/** The engine's sources, and not its build: they may have changed since. */
const FROM_SOURCES = ['--experimental-transform-types', '--conditions=signalbox:source', '--disable-warning=ExperimentalWarning'];

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`Training stopped: ${basename(command)} ${basename(args.find((a) => !a.startsWith('-')) ?? '')} failed (see above).`);
}

const step = (script: string, ...args: string[]): void => run(process.execPath, [...FROM_SOURCES, join(import.meta.dirname, script), ...args]);
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

const { values } = parseArgs({ options: { version: { type: 'string', default: VERSION }, check: { type: 'boolean', default: false } } });
const folder = join(WORK, 'train');
mkdirSync(folder, { recursive: true });
const python = benchPython();

const before = sha256(MODELS.background);
step('background.ts');
const written: [made: string, shipped: string][] = [];
for (const name of NAMES) {
  step('comparisons.ts', name, folder);
  const data = ['crm_accounts.csv', 'crm_duplicates.csv', name === 'leads' ? 'leads.csv' : 'candidates.csv'];
  const model = join(folder, `${name}.model.json`);
  const evaluation = join(folder, `${name}.evaluation.json`);
  run(python, [join(import.meta.dirname, 'train.py'), name, folder, values.version, JSON.stringify(Object.fromEntries(data.map((file) => [file, sha256(join(COMPANIES, file))]))), model, evaluation]);
  written.push([model, MODELS[name]], [evaluation, evaluationOf(name)]);
}
const changed = written.filter(([made, shipped]) => !values.check && cpSync(made, shipped) === undefined ? false : sha256(made) !== sha256(shipped)).map(([, shipped]) => basename(shipped));
if (before !== sha256(MODELS.background)) changed.push(basename(MODELS.background));
if (values.check && changed.length > 0) throw new Error(`What is shipped is not what the sources give: ${changed.join(', ')}. Run the trainer without --check, look at the evaluations, and commit the files.`);
