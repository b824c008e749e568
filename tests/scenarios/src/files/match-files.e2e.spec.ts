import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtMain } from '../topology/child.ts';
import { asCsv, dataFile, readTable, shuffled, signalbox, type Row } from './command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-files-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

function given(name: string, content: string | Buffer): string {
  writeFileSync(at(name), content);
  return at(name);
}

const accounts = readTable(dataFile('crm_accounts.csv'));
const candidates = readTable(dataFile('candidates.csv'));
const ACCOUNTS = 'account_id,name,website,country\n1,Acme Inc,acme.com,US\n2,Grüne Wiese GmbH,gruene-wiese.de,Germany\n3,"Blue, Green & Co",bluegreen.co.uk,UK\n';

async function match(words: { accounts: string; candidates?: string; leads?: string; out: string }, more: string[] = [], environment: Record<string, string> = {}) {
  return signalbox(['match', ...Object.entries(words).flatMap(([name, value]) => [`--${name}`, value]), ...more], environment);
}

const byId = (rows: Row[]): Record<string, Row> => Object.fromEntries(rows.map((row) => [row['candidate_id'] as string, row]));

describe('matching files from the command line', () => {
  it('decides about every company, in the order of the file, and counts what it decided', async () => {
    const out = at('all.csv');
    const result = await match({ accounts: dataFile('crm_accounts.csv'), candidates: given('asked.csv', asCsv(candidates.slice(0, 3_000))), out }, ['--json']);
    expect(result.code).toBe(0);
    const decisions = readTable(out);
    expect(Object.keys(decisions[0] as Row)).toEqual(['candidate_id', 'account_id', 'decision', 'score', 'rule', 'reason']);
    expect(decisions.map((d) => d['candidate_id'])).toEqual(candidates.slice(0, 3_000).map((c) => c['candidate_id']));
    const known = new Set(accounts.map((a) => a['account_id']));
    for (const { account_id: account, decision, score, reason } of decisions) {
      expect(known.has(account) ? 'match' : account).toBe(decision === 'match' ? 'match' : '');
      expect(Number(score)).toBeGreaterThanOrEqual(0);
      expect(Number(score)).toBeLessThanOrEqual(1);
      expect(reason).not.toBe('');
    }
    const counts = JSON.parse(result.out) as Record<string, unknown>;
    const number = (decision: string): number => decisions.filter((d) => d['decision'] === decision).length;
    expect(counts).toMatchObject({ accounts: accounts.length, candidates: 3_000, problems: 0, match: number('match'), new: number('new'), review: number('review') });
    expect(counts['seconds']).toEqual({ index: expect.any(Number), decide: expect.any(Number), total: expect.any(Number) });
    expect(counts['peakMemoryMb']).toBeGreaterThan(50);
  });

  it('CNA-5 matches no company to an account in another country', async () => {
    const out = at('abroad.csv');
    const here = given('here.csv', 'account_id,name,website,country\nA1,Northwind Traders,northwind.example.com,US\n');
    const there = given('there.csv', 'candidate_id,name,website,country\nC1,Northwind Traders,northwind.example.com,Canada\nC2,Northwind Traders,northwind.example.com,USA\n');
    expect((await match({ accounts: here, candidates: there, out })).code).toBe(0);
    expect(readTable(out).map((d) => [d['candidate_id'], d['account_id']])).toEqual([['C1', ''], ['C2', 'A1']]);
  });

  it('finds the account of a lead by its e-mail domain, and by its company when the address is a private one', async () => {
    const out = at('leads-out.csv');
    const leads = given('leads.csv', 'lead_id,first_name,last_name,email,company,country\nL1,Ada,Byron,ada@acme.com,,US\nL2,Jo,Doe,jo.doe@gmail.com,Gruene Wiese,Germany\nL3,Al,Roe,al@gmail.com,Nowhere To Be Found Ltd,US\n');
    expect((await match({ accounts: given('few.csv', ACCOUNTS), leads, out })).code).toBe(0);
    expect(readTable(out).map((d) => [d['candidate_id'], d['account_id'], d['decision']])).toEqual([['L1', '1', 'match'], ['L2', '2', 'match'], ['L3', '', 'new']]);
  });
});

describe('the same input gives the same decisions', () => {
  const some = { accounts: accounts.slice(0, 5_000), candidates: candidates.slice(0, 2_500) };
  let first: Row[];

  beforeAll(async () => {
    const result = await match({ accounts: given('a.csv', asCsv(some.accounts)), candidates: given('c.csv', asCsv(some.candidates)), out: at('first.csv') }, ['--threads', '2']);
    expect(result.code).toBe(0);
    first = readTable(at('first.csv'));
  });

  it.each([[1, '1'], [2, '3'], [3, '5']])('in other orders of both files, on %s other threads, elsewhere in the world', async (seed, threads) => {
    const words = { accounts: given(`a${seed}.csv`, asCsv(shuffled(some.accounts, seed))), candidates: given(`c${seed}.csv`, asCsv(shuffled(some.candidates, seed + 7))), out: at(`out${seed}.csv`) };
    expect((await match(words, ['--threads', threads], { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' })).code).toBe(0);
    expect(byId(readTable(words.out))).toEqual(byId(first));
  });

  it('whichever other companies are asked about beside', async () => {
    const part = some.candidates.filter((_, i) => i % 7 === 0);
    expect((await match({ accounts: at('a.csv'), candidates: given('part.csv', asCsv(part)), out: at('part-out.csv') })).code).toBe(0);
    expect(readTable(at('part-out.csv'))).toEqual(first.filter((_, i) => i % 7 === 0));
  });

  it('for duplicates too', async () => {
    const dedupe = (file: string, out: string, threads: string) => signalbox(['dedupe', '--accounts', file, '--out', out, '--threads', threads]);
    expect((await dedupe(at('a.csv'), at('d1.csv'), '2')).code).toBe(0);
    expect((await dedupe(given('as.csv', asCsv(shuffled(some.accounts, 99))), at('d2.csv'), '3')).code).toBe(0);
    expect(readTable(at('d1.csv')).length).toBeGreaterThan(0);
    expect(readTable(at('d2.csv'))).toEqual(readTable(at('d1.csv')));
  });
});

describe('files as people have them', () => {
  const out = (): string => at('tidy.csv');
  const CANDIDATES = 'candidate_id,name,website,country\nC1,Grüne Wiese,www.gruene-wiese.de,DE\n';

  it('reads UTF-16, semicolons, other columns and other orders', async () => {
    const file = given('utf16.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Country;note;NAME;Website;Candidate_ID\r\nDE;"a;b";Grüne Wiese;gruene-wiese.de;C1\r\n', 'utf16le')]));
    const result = await match({ accounts: given('few.csv', ACCOUNTS), candidates: file, out: out() });
    expect(result).toMatchObject({ code: 0, out: '' });
    expect(readTable(out())).toMatchObject([{ candidate_id: 'C1', account_id: '2', decision: 'match' }]);
  });

  it('tells each bad line with its file and number, and does the rest', async () => {
    const bad = Buffer.concat([
      Buffer.from('candidate_id,name,website,country\nC1,Acme,acme.com,US\n'),
      Buffer.from('C2,Gr\xfcne Wiese,,DE\n', 'latin1'),
      Buffer.from('C3,Ac\0me,,US\nC4,too,many,columns,here\n,nobody,,US\nC1,Acme,acme.com,US\nC5,"Blue, Green & Co",bluegreen.co.uk,GB\nC6,"never closed,,US\n'),
    ]);
    const file = given('bad.csv', bad);
    const result = await match({ accounts: given('few.csv', ACCOUNTS), candidates: file, out: out() }, ['--json']);
    expect(result.code).toBe(0);
    for (const [line, text] of [[3, 'not valid UTF-8'], [4, 'NUL byte'], [5, '5 columns'], [6, 'no candidate_id'], [7, '"C1" is on an earlier line'], [9, 'not closed']] as const) {
      expect(result.err).toMatch(new RegExp(`bad\\.csv:${line}: .*${text}`));
    }
    expect(readTable(out()).map((d) => [d['candidate_id'], d['account_id']])).toEqual([['C1', '1'], ['C1', '1'], ['C5', '3']]);
    expect(JSON.parse(result.out)).toMatchObject({ candidates: 3, problems: 6 });
  });

  it('keeps the first of two accounts with one id, and says so', async () => {
    const file = given('twice.csv', `${ACCOUNTS}1,Another,another.com,US\n`);
    const result = await match({ accounts: file, candidates: given('c.csv', 'candidate_id,name,website,country\nC1,Another,another.com,US\n'), out: out() }, ['--json']);
    expect(result.err).toMatch(/twice\.csv:5: .*"1" is on an earlier line too; this line is left out/);
    expect(JSON.parse(result.out)).toMatchObject({ accounts: 3, problems: 1, new: 1 });
  });

  it('tells so many bad lines and counts the others', async () => {
    const file = given('many.csv', `candidate_id,name,website,country\n${'x\n'.repeat(100)}C1,Acme,acme.com,US\n`);
    const result = await match({ accounts: given('few.csv', ACCOUNTS), candidates: file, out: out() }, ['--json']);
    expect(result.err.match(/many\.csv:\d+:/g)).toHaveLength(20);
    expect(result.err).toContain('and 80 more such lines');
    expect(JSON.parse(result.out)).toMatchObject({ candidates: 1, problems: 100 });
  });

  it('takes quotes and line breaks in names, and writes what every reader of CSV reads', async () => {
    const file = given('quotes.csv', 'candidate_id,name,website,country\n"C""1","Acme\n""Inc""",acme.com,US\n"C,2",Acme,,US\n');
    expect((await match({ accounts: given('few.csv', ACCOUNTS), candidates: file, out: out() })).code).toBe(0);
    expect(readTable(out()).map((d) => [d['candidate_id'], d['account_id']])).toEqual([['C"1', '1'], ['C,2', '1']]);
  });

  it('works without accounts, and without companies', async () => {
    const none = given('none.csv', 'account_id,name,website,country\n');
    expect((await match({ accounts: none, candidates: given('one.csv', CANDIDATES), out: out() })).code).toBe(0);
    expect(readTable(out())).toMatchObject([{ candidate_id: 'C1', decision: 'new' }]);
    expect((await match({ accounts: given('few.csv', ACCOUNTS), candidates: given('nobody.csv', 'candidate_id,name,website,country\n'), out: out() })).code).toBe(0);
    expect(readTable(out())).toEqual([]);
    expect((await signalbox(['dedupe', '--accounts', none, '--out', out()])).code).toBe(0);
  });
});

describe('what cannot be done is refused, with the remedy, and leaves nothing behind', () => {
  let few: string;
  let one: string;
  beforeAll(() => {
    few = given('few.csv', ACCOUNTS);
    one = given('one.csv', 'candidate_id,name,website,country\nC1,Acme,acme.com,US\n');
    mkdirSync(at('folder'));
  });

  const refusals: [string, () => string[], RegExp][] = [
    ['a file that is not there', () => ['--accounts', few, '--candidates', at('missing.csv'), '--out', at('no.csv')], /There is no file .*missing\.csv\. Check the path/],
    ['a folder as a file', () => ['--accounts', at('folder'), '--candidates', one, '--out', at('no.csv')], /folder is a folder/],
    ['a missing column', () => ['--accounts', given('bare.csv', 'account_id,name\n1,Acme\n'), '--candidates', one, '--out', at('no.csv')], /bare\.csv has no column "website", "country".*Its first line has: account_id, name/],
    ['an empty file', () => ['--accounts', given('empty.csv', ''), '--candidates', one, '--out', at('no.csv')], /empty\.csv is empty/],
    ['a workbook', () => ['--accounts', few, '--candidates', given('book.csv', Buffer.from('PK\u0003\u0004 and more')), '--out', at('no.csv')], /Excel workbook/],
    ['a header that cannot be read', () => ['--accounts', few, '--candidates', given('nul.csv', 'candidate_id,na\0me\nC1,x\n'), '--out', at('no.csv')], /nul\.csv, line 1: the line that names the columns/],
    ['neither companies nor leads', () => ['--accounts', few, '--out', at('no.csv')], /one of --candidates .* or --leads/],
    ['companies and leads', () => ['--accounts', few, '--candidates', one, '--leads', one, '--out', at('no.csv')], /either --candidates .* or --leads/],
    ['a result in a folder that is not there', () => ['--accounts', few, '--candidates', one, '--out', at('nowhere/no.csv')], /its folder does not exist/],
    ['a result that is a folder', () => ['--accounts', few, '--candidates', one, '--out', at('folder')], /it is a folder/],
    ['a result that replaces what is read', () => ['--accounts', few, '--candidates', one, '--out', few], /the result would replace it/],
    ['half a thread', () => ['--accounts', few, '--candidates', one, '--out', at('no.csv'), '--threads', '0.5'], /whole number from 1 to 64/],
  ];

  it.each(refusals)('%s', async (_, words, message) => {
    const result = await signalbox(['match', ...words()]);
    expect(result.code).toBe(1);
    expect(result.err).toMatch(message);
    expect(result.err).not.toMatch(/\n\s+at /);
    expect(existsSync(at('no.csv'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(readTable(few)).toHaveLength(3);
  });

  it('leaves an earlier result as it was when the work fails halfway, and a link a link', async () => {
    const earlier = given('earlier.csv', 'as it was\n');
    symlinkSync(earlier, at('link.csv'));
    expect((await match({ accounts: few, candidates: at('bare.csv'), out: at('link.csv') })).code).toBe(1);
    expect(readTable(earlier)).toEqual([]);
    expect((await match({ accounts: few, candidates: one, out: at('link.csv') })).code).toBe(0);
    expect(readTable(earlier)).toMatchObject([{ candidate_id: 'C1', account_id: '1' }]);
  });

  it('writes to a pipe or a device as it is', async () => {
    const { stdout } = await promisify(execFile)('sh', ['-c', `"${process.execPath}" "${builtMain('standalone')}" match --accounts "${few}" --candidates "${one}" --out /dev/stdout | cat`]);
    expect(stdout).toMatch(/^candidate_id,account_id,decision,score,rule,reason\nC1,1,match,/);
  });
});
