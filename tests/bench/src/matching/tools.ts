import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { ROOT, WORK } from './files.ts';
import { benchPython } from './python/environment.ts';

export interface Files {
  accounts: string;
  candidates: string;
}

/** A matcher that is measured. All get the same files, and two cores. */
export interface Tool {
  name: string;
  command(files: Files, out: string): string[];
  /** Seconds from both files being prepared to the last decision, of what it told. */
  matchSeconds(told: Record<string, unknown>): number;
  /** Decides by itself; of the others the likeliest account is a match from a threshold on, chosen on the labelled companies. */
  decides: boolean;
}

const HERE = import.meta.dirname;
export const SPLINK_MODEL = join(WORK, 'splink.json');
export const COUNTRIES = join(WORK, 'countries.json');

const peer = (name: string, script: string): Tool => ({
  name,
  command: ({ accounts, candidates }, out) => [benchPython(), join(HERE, 'peers', script), '--accounts', accounts, '--candidates', candidates, '--out', out, '--countries', COUNTRIES, '--model', SPLINK_MODEL],
  matchSeconds: (told) => told.match as number,
  decides: false,
});

export const SIGNALBOX: Tool = {
  name: 'Signalbox',
  // As ./signalbox starts it, which first looks whether anything must be built.
  command: ({ accounts, candidates }, out) => [process.execPath, join(ROOT, 'services/standalone/dist/main.js'), 'match', '--accounts', accounts, '--candidates', candidates, '--out', out, '--json'],
  matchSeconds: (told) => (told.seconds as { decide: number }).decide,
  decides: true,
};

export const TOOLS: readonly Tool[] = [SIGNALBOX, peer('Splink on DuckDB', 'splink_duckdb.py'), peer('string_grouper', 'string_grouper_tfidf.py'), peer('rapidfuzz and domain', 'rapidfuzz_domain.py')];

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

export function measure(tool: Tool, files: Files, out: string): Measured {
  const load = loadavg()[0] as number;
  const text = execFileSync(benchPython(), [join(HERE, 'python/measured.py'), ...first(), ...tool.command(files, out)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
  const { told, ...rest } = JSON.parse(text) as Omit<Measured, 'matchSeconds' | 'load'> & { told: Record<string, unknown> };
  return { matchSeconds: tool.matchSeconds(told), ...rest, load: Math.round(load * 10) / 10 };
}
