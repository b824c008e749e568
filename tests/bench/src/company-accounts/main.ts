/**
 * The accounts that companies are, kept by the matching service: the first fill, 1,000 changed accounts until the kept pairs have followed them,
 * 1,000 changed companies, and the stream of all pairs. As many companies as accounts.
 *   node tests/bench/src/company-accounts/main.ts [--accounts 10000]     # after ./signalbox build
 */
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import type { matching } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { parse } from 'csv-parse';
import { generated } from '../matching/generate/sizes.ts';
import { INDEX, Stage } from '../matching-service/stage.ts';

const { values } = parseArgs({ options: { accounts: { type: 'string', default: '10000' }, seed: { type: 'string', default: '4' } } });
const ACCOUNTS = Number(values.accounts);
const CHANGED = 1_000;
const ROUNDS = 3;
const HOUR_MS = 3_600_000;
const AT_ONCE = 5_000;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const secondsSince = (begun: number): number => (performance.now() - begun) / 1000;
const asked = { workspaceId: INDEX.workspaceId };

type Row = Record<'candidate_id' | 'account_id' | 'name' | 'website' | 'country', string>;
const rowsOf = (file: string): AsyncIterable<Row> => createReadStream(file).pipe(parse({ columns: true }));

async function tellCompanies(stage: Stage, file: string): Promise<void> {
  let some: Row[] = [];
  const tell = async (): Promise<void> => {
    await stage.tellCompanies(some.map(({ candidate_id: companyId, name, website, country }) => ({ companyId, name, website, country })));
    some = [];
  };
  for await (const row of rowsOf(file)) if (some.push(row) >= AT_ONCE) await tell();
  await tell();
}

const position = (stage: Stage): Promise<matching.CompanyAccountsPosition> => stage.client.followCompanyAccounts({ connectionId: INDEX.connectionId }, asked);

/** Seconds until everything told is decided about. */
async function followed(stage: Stage, begun: number, progress?: (waiting: number) => void): Promise<number> {
  await waitFor(async () => {
    const { mirrorSequence, companiesVersion, waiting } = await position(stage);
    progress?.(waiting);
    return mirrorSequence >= stage.sequence && companiesVersion >= stage.version;
  }, { timeoutMs: HOUR_MS, everyMs: 50, what: 'the companies being decided about' });
  return secondsSince(begun);
}

async function firstFill(stage: Stage): Promise<number> {
  const begun = performance.now();
  let next = 0.9;
  return followed(stage, begun, (waiting) => {
    if (waiting === 0 || waiting > ACCOUNTS * next) return;
    say(`  decided: ${Math.round((1 - waiting / ACCOUNTS) * 100)}%, ${secondsSince(begun).toFixed(0)} s`);
    next = waiting / ACCOUNTS - 0.1;
  });
}

/** The median of some rounds, each with other rows of all over the file. */
async function changes(stage: Stage, rows: readonly Row[], tell: (changed: Row[], round: number) => Promise<void>): Promise<number> {
  const seconds: number[] = [];
  const step = Math.floor(rows.length / CHANGED);
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await tell(Array.from({ length: CHANGED }, (_, i) => rows[i * step + round] as Row), round);
    seconds.push(await followed(stage, begun));
  }
  say(`  ${seconds.map((s) => s.toFixed(2)).join(', ')} s`);
  return seconds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
}

async function streamed(stage: Stage): Promise<{ pairs: number; seconds: number }> {
  const begun = performance.now();
  let pairs = 0;
  for await (const part of stage.client.streamCompanyAccounts({ connectionId: INDEX.connectionId }, asked)) pairs += part.pairs.length;
  return { pairs, seconds: secondsSince(begun) };
}

async function first(file: string, count: number): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of rowsOf(file)) if (rows.push(row) >= count) break;
  return rows;
}

const files = await generated(ACCOUNTS, ACCOUNTS, Number(values.seed));
const stage = await Stage.open();
say(`${ACCOUNTS.toLocaleString('en-US')} accounts and companies: putting them onto the topics`);
await stage.tellFile(files.accounts);
await tellCompanies(stage, files.candidates);
await stage.sent();
let begun = performance.now();
await stage.startService();
await stage.taken(begun);
say(`  index: ${secondsSince(begun).toFixed(0)} s, ${stage.peakMb.toFixed(0)} MB at most`);
await waitFor(async () => ((await stage.crm.query<{ version: number }>('select version from matching.company_positions'))[0]?.version ?? 0) >= stage.version, { timeoutMs: HOUR_MS, what: 'the companies being known' });
say(`  companies known: ${secondsSince(begun).toFixed(0)} s`);
const fillSeconds = await firstFill(stage);
const fillMb = stage.peakMb;
say(`  first fill: ${fillSeconds.toFixed(1)} s, ${(ACCOUNTS / fillSeconds).toFixed(0)} companies a second, ${fillMb.toFixed(0)} MB at most`);
const counted = async (): Promise<number> => Number((await stage.crm.query<{ n: number }>("select last_value as n from matching.company_questions"))[0]?.n ?? 0);
const before = await counted();
const accountRows = await first(files.accounts, 100_000);
const accountSeconds = await changes(stage, accountRows, (rows, round) => stage.tell(rows.map(({ account_id: crmId, name, website, country }) => ({ crmId, name: `${name} ${round % 2 === 0 ? 'Group' : 'International'}`, website, country }))));
const asking = (await counted()) - before;
say(`  ${CHANGED} accounts: ${accountSeconds.toFixed(2)} s; ${(asking / ROUNDS / CHANGED).toFixed(1)} companies asked about for each`);
const companyRows = await first(files.candidates, 100_000);
const companySeconds = await changes(stage, companyRows, (rows, round) => stage.tellCompanies(rows.map(({ candidate_id: companyId, name, website, country }) => ({ companyId, name: `${name} ${round}`, website, country }))));
say(`  ${CHANGED} companies: ${companySeconds.toFixed(2)} s`);
const all = await streamed(stage);
begun = performance.now();
process.stdout.write(`| accounts and companies | first fill | companies a second | memory: fill / all | 1,000 accounts | companies asked for each | 1,000 companies | pairs | stream | pairs a second |
|---|---|---|---|---|---|---|---|---|---|
| ${ACCOUNTS.toLocaleString('en-US')} | ${fillSeconds.toFixed(1)} s | ${(ACCOUNTS / fillSeconds).toFixed(0)} | ${fillMb.toFixed(0)} / ${stage.peakMb.toFixed(0)} MB | ${accountSeconds.toFixed(2)} s | ${(asking / ROUNDS / CHANGED).toFixed(1)} | ${companySeconds.toFixed(2)} s | ${all.pairs.toLocaleString('en-US')} | ${all.seconds.toFixed(2)} s | ${(all.pairs / all.seconds).toFixed(0)} |
`);
await stage.close();
process.exit(0);
