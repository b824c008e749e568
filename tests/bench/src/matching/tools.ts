import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { ROOT, WORK } from './files.ts';
import { benchPython } from './python/environment.ts';
import { labelledFiles, labelsOf, type Files, type Subject } from './workloads.ts';

/** A matcher that is measured. All get the same files, and two cores. */
export interface Tool {
  name: string;
  subjects: readonly Subject[];
  command(subject: Subject, files: Files, out: string): string[];
  /** Seconds from both files being prepared to the last decision, of what it told. */
  matchSeconds(told: Record<string, unknown>): number;
  /** Decides by itself; of the others the likeliest account is a match from a threshold on, chosen on the labels. */
  decides: boolean;
  /** The script that learns from the labels. */
  learnsBy?: string;
  /** It learns so much of them that it is judged on the answers of models that have not seen them. */
  heldOut?: boolean;
}

const HERE = import.meta.dirname;
export const KNOWN = join(WORK, 'known.json');

const slug = (tool: Tool, subject: Subject): string => join(WORK, `${tool.name.toLowerCase().replaceAll(' ', '-')}.${subject}`);
const modelOf = (tool: Tool, subject: Subject): string => `${slug(tool, subject)}.model`;
/** The answers about labelled rows of models that have not seen them. */
export const heldOutOf = (tool: Tool, subject: Subject): string => `${slug(tool, subject)}.held-out.csv`;

function python(script: string, tool: Tool, subject: Subject, { accounts, candidates }: Files, out: string): string[] {
  const of = candidates === undefined ? [] : ['--candidates', candidates];
  return [benchPython(), join(HERE, 'peers', script), '--subject', subject, '--accounts', accounts, ...of, '--out', out, '--known', KNOWN, '--model', modelOf(tool, subject)];
}

function peer(name: string, script: string, more: Partial<Tool> = {}): Tool {
  const tool: Tool = { name, subjects: ['companies'], command: (subject, files, out) => python(script, tool, subject, files, out), matchSeconds: (told) => told.match as number, decides: false, ...more };
  return tool;
}

const CANDIDATES_AS: Readonly<Record<Subject, string>> = { companies: '--candidates', leads: '--leads', duplicates: '' };

const SIGNALBOX: Tool = {
  name: 'Signalbox',
  subjects: ['companies', 'leads', 'duplicates'],
  // As ./signalbox starts it, which first looks whether anything must be built.
  command: (subject, { accounts, candidates }, out) => [
    process.execPath, join(ROOT, 'services/standalone/dist/main.js'), candidates === undefined ? 'dedupe' : 'match', '--accounts', accounts,
    ...(candidates === undefined ? [] : [CANDIDATES_AS[subject], candidates]), '--out', out, '--json',
  ],
  matchSeconds: (told) => (told.seconds as { decide: number }).decide,
  decides: true,
};

export const TOOLS: readonly Tool[] = [
  SIGNALBOX,
  peer('Splink on DuckDB', 'splink_duckdb.py', { subjects: ['companies', 'leads', 'duplicates'], learnsBy: 'splink_train.py' }),
  peer('recordlinkage', 'recordlinkage_logistic.py', { subjects: ['companies', 'leads'], learnsBy: 'recordlinkage_logistic.py', heldOut: true }),
  peer('dedupe', 'dedupe_trained.py', { subjects: ['companies', 'duplicates'], learnsBy: 'dedupe_trained.py', heldOut: true }),
  peer('string_grouper', 'string_grouper_tfidf.py'),
  peer('rapidfuzz and domain', 'rapidfuzz_domain.py'),
];

/** Of all that decides what is learned. */
function digestOf(script: string, truth: readonly string[]): string {
  const sources = [script, 'common.py', 'known.ts', '../python/requirements.txt'].map((file) => join(HERE, 'peers', file));
  const hash = createHash('sha256');
  for (const file of [...sources, ...truth]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** Learns from the labels what the tool needs for this subject; what the same scripts learned from the same labels stays. */
export function learn(tool: Tool, subject: Subject): void {
  if (tool.learnsBy === undefined) return;
  const { truth, duplicates } = labelsOf(subject);
  const files = labelledFiles(subject);
  const [done, wanted] = [`${slug(tool, subject)}.learned`, digestOf(tool.learnsBy, [files.accounts, truth, duplicates])];
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return;
  const [command, ...args] = python(tool.learnsBy, tool, subject, files, heldOutOf(tool, subject)) as [string, ...string[]];
  execFileSync(command, [...args, '--truth', truth, '--duplicates', duplicates], { stdio: 'inherit' });
  writeFileSync(done, wanted);
}

export interface Measured {
  matchSeconds: number;
  /** Of the whole process, files included. */
  seconds: number;
  cpuSeconds: number;
  peakMb: number;
  /** Of the machine, before the run. */
  load: number;
}

/** Where it may, the measured process goes before all others of the machine. */
const first = (): string[] => (existsSync('/usr/bin/chrt') && spawnSync('chrt', ['-r', '50', 'true']).status === 0 ? ['chrt', '-r', '50'] : []);

export function measure(tool: Tool, subject: Subject, files: Files, out: string): Measured {
  const load = loadavg()[0] as number;
  const text = execFileSync(benchPython(), [join(HERE, 'python/measured.py'), ...first(), ...tool.command(subject, files, out)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
  const { told, ...rest } = JSON.parse(text) as Omit<Measured, 'matchSeconds' | 'load'> & { told: Record<string, unknown> };
  return { matchSeconds: tool.matchSeconds(told), ...rest, load: Math.round(load * 10) / 10 };
}
