import { dedupeFile, matchFiles, type DedupeCounts, type FileCounts, type FileOptions, type FileProgress, type MatchCounts, type RowProblem } from '@signalbox/matching/files';
import { invalid } from '@signalbox/kernel';
import { createProgress, type Progress } from './progress.ts';

interface FilesCommandOptions {
  accounts: string;
  out: string;
  json?: boolean;
  threads?: number;
}

export type DedupeCommandOptions = FilesCommandOptions;

export interface MatchCommandOptions extends FilesCommandOptions {
  candidates?: string;
  leads?: string;
}

/** Lines told in full; a file in a wrong encoding has as many bad lines as lines. */
const PROBLEMS_TOLD = 20;
const LABELS: Readonly<Record<FileProgress['phase'], string>> = { accounts: 'reading accounts', index: 'making the index', decide: 'deciding', duplicates: 'looking for duplicates' };

/** The phases of the work as bars; what is told between them stands on lines of its own. */
class FilesProgress {
  private phase: FileProgress['phase'] | undefined;

  constructor(private readonly progress: Progress) {}

  readonly take = ({ phase, rows, share }: FileProgress): void => {
    const total = share > 0 ? Math.max(rows, Math.round(rows / share)) : rows;
    if (phase !== this.phase) {
      this.end();
      this.phase = phase;
      this.progress.begin(LABELS[phase], total);
    }
    this.progress.update(rows, total);
  };

  end(): void {
    if (this.phase) this.progress.end();
    this.phase = undefined;
  }
}

interface Told {
  problems: RowProblem[];
  more: number;
}

function tell({ problems, more }: Told): void {
  for (const { file, line, message } of problems) process.stderr.write(`${file}:${line}: ${message}\n`);
  if (more > 0) process.stderr.write(`… and ${more} more such lines.\n`);
}

/** Aborts at the first SIGINT or SIGTERM, so that no half file stays; the second one ends the process at once. */
function abortedBySignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(invalid('cli.interrupted', 'Interrupted: nothing was written.'));
    });
  }
  return controller.signal;
}

async function work<T extends FileCounts>(options: FilesCommandOptions, inWords: (counts: T) => string, run: (options: FileOptions) => Promise<T>): Promise<number> {
  const progress = new FilesProgress(await createProgress(process.stderr));
  const told: Told = { problems: [], more: 0 };
  const onProblem = (problem: RowProblem): void => {
    if (told.problems.length < PROBLEMS_TOLD) told.problems.push(problem);
    else told.more += 1;
  };
  const { accounts, out, threads } = options;
  const counts = await run({ accounts, out, threads, onProblem, onProgress: progress.take, signal: abortedBySignals() }).finally(() => {
    progress.end();
    tell(told);
  });
  const peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stderr.write(`${inWords(counts)} In ${counts.seconds.total.toFixed(1)} s, with ${peakMemoryMb} MB: ${out}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ ...counts, peakMemoryMb })}\n`);
  return 0;
}

/** `signalbox match`: 0 when the decisions are written, bad lines told. */
export async function matchCommand({ candidates, leads, ...options }: MatchCommandOptions): Promise<number> {
  const [file, other] = [candidates ?? leads, candidates && leads];
  if (!file || other) throw invalid('cli.match.subject', `Give ${other ? 'either' : 'one of'} --candidates (companies) or --leads (people): ${other ? 'both at once are two questions' : 'it says what is looked for among the accounts'}.`);
  const what = candidates ? 'companies' : 'leads';
  return work<MatchCounts>(options, (c) => `${c.candidates} ${what} against ${c.accounts} accounts: ${c.match} match, ${c.new} new, ${c.review} to review, ${c.problems} bad lines.`,
    (o) => matchFiles({ ...o, subject: what, candidates: file }));
}

/** `signalbox dedupe`: 0 when the duplicates are written, bad lines told. */
export async function dedupeCommand(options: DedupeCommandOptions): Promise<number> {
  return work<DedupeCounts>(options, (c) => `${c.accounts} accounts: ${c.duplicates} duplicates of ${c.clusters} others, ${c.problems} bad lines.`, dedupeFile);
}
