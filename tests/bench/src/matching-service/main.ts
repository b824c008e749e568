/**
 * The matching service with a large CRM: the first build of its index, its upkeep, one question at a time, and a stream of them.
 * Prints a table; writes results.json and picture.svg beside this file.
 *   node tests/bench/src/matching-service/main.ts [--sizes 10000,100000,1000000] [--calls 3000]     # after ./signalbox build
 */
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { matching } from '@signalbox/contracts';
import { parse } from 'csv-parse';
import { generated } from '../matching/generate/sizes.ts';
import { latency, type CandidateRow } from './latency.ts';
import { picture, tableOf, type ServiceResult } from './results.ts';
import { INDEX, Stage } from './stage.ts';

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '10000,100000,1000000' }, calls: { type: 'string', default: '3000' }, seed: { type: 'string', default: '4' } } });
const CHANGED = 1_000;
const ROUNDS = 5;
const BATCH = 1_000;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function rows<T>(file: string, from: number, count: number): Promise<T[]> {
  const found: T[] = [];
  for await (const row of createReadStream(file).pipe(parse({ columns: true, from_line: 1, from: from + 1, to: from + count })) as AsyncIterable<T>) found.push(row);
  return found;
}

/** Seconds until 1,000 accounts of all over the index, renamed and moved to another site, are found as they are now. */
async function upkeep(stage: Stage, file: string, accounts: number): Promise<number> {
  const seconds: number[] = [];
  const all = await rows<{ account_id: string; country: string }>(file, 0, Math.min(accounts, 100_000));
  for (let round = 0; round < ROUNDS; round += 1) {
    const step = Math.floor(all.length / CHANGED);
    const changed = Array.from({ length: CHANGED }, (_, i) => all[i * step + round] as { account_id: string; country: string });
    const begun = performance.now();
    await stage.tell(changed.map(({ account_id: crmId, country }, i) => ({ crmId, name: `Renamed Holdings ${i} Round ${round}`, website: `renamed-${round}-${i}.com`, country })));
    seconds.push(await stage.taken(begun));
  }
  return seconds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
}

/** Candidates decided a second, in batches of one stream. */
async function streamed(stage: Stage, candidates: readonly CandidateRow[]): Promise<number> {
  async function* batches(): AsyncGenerator<matching.MatchStreamRequest> {
    for (let at = 0; at < candidates.length; at += BATCH) {
      const some = candidates.slice(at, at + BATCH).map(({ candidate_id: id, name, website, country }) => ({ id, name, website, country }));
      yield matching.MatchStreamRequest.fromPartial({ connectionId: INDEX.connectionId, candidates: some });
    }
  }
  const begun = performance.now();
  let decided = 0;
  for await (const { decisions } of stage.client.matchStream(batches(), { workspaceId: INDEX.workspaceId })) decided += decisions.length;
  if (decided !== candidates.length) throw new Error(`${decided} of ${candidates.length} candidates were decided`);
  return decided / ((performance.now() - begun) / 1000);
}

async function measured(accounts: number): Promise<ServiceResult> {
  const files = await generated(accounts, accounts >= 1_000_000 ? 100_000 : 10_000, Number(values.seed));
  const candidates = await rows<CandidateRow>(files.candidates, 0, 10_000);
  const stage = await Stage.open();
  try {
    say(`${accounts.toLocaleString('en-US')} accounts: putting them onto the topic`);
    await stage.tellFile(files.accounts);
    await stage.sent();
    const begun = performance.now();
    await stage.startService();
    let next = 0.1;
    const buildSeconds = await stage.taken(begun, (position, of) => {
      if (position < of * next) return;
      say(`  index: ${Math.round((position / of) * 100)}%, ${((performance.now() - begun) / 1000).toFixed(0)} s`);
      next = position / of + 0.1;
    });
    const buildMb = stage.peakMb;
    say(`  built in ${buildSeconds.toFixed(1)} s, ${buildMb.toFixed(0)} MB at most`);
    const one = await latency(stage, candidates, accounts, Number(values.calls));
    say(`  one question: p99 ${one.match.p99.toFixed(2)} ms, ${one.ratio.toFixed(2)} of echo and read`);
    const perSecond = await streamed(stage, candidates);
    say(`  stream: ${perSecond.toFixed(0)} a second`);
    const search = performance.now();
    await stage.client.searchAccounts({ connectionId: INDEX.connectionId, search: candidates[0]?.name ?? '' }, { workspaceId: INDEX.workspaceId });
    const searchSeconds = (performance.now() - search) / 1000;
    const upkeepSeconds = await upkeep(stage, files.accounts, accounts);
    say(`  ${CHANGED} changes: ${upkeepSeconds.toFixed(2)} s; a search by hand ${searchSeconds.toFixed(2)} s`);
    return { accounts, buildSeconds, buildMb, peakMb: stage.peakMb, ...one, perSecond, searchSeconds, upkeepSeconds };
  } finally {
    await stage.close();
  }
}

const FILE = join(import.meta.dirname, 'results.json');
/** What an earlier run of other sizes measured stays. */
const results = new Map((existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as ServiceResult[]) : []).map((one) => [one.accounts, one]));
for (const size of values.sizes.split(',').map(Number)) results.set(size, await measured(size));
const inOrder = [...results.values()].sort((a, b) => a.accounts - b.accounts);
writeFileSync(FILE, `${JSON.stringify(inOrder, undefined, 2)}\n`);
writeFileSync(join(import.meta.dirname, 'picture.svg'), picture(inOrder));
process.stdout.write(tableOf(inOrder));
process.exit(0);
