import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile, readTable, signalbox, type Row } from './command.ts';

/**
 * The model was learned from these very companies: what is held here is that the whole way from file to file does what was
 * learned. How well it decides about others is measured by cross-validation in tests/bench/src/matching.
 */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-quality-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const originals = new Map(readTable(dataFile('crm_duplicates.csv')).map((row) => [row['account_id'] as string, row['duplicate_of'] as string]));
const companyOf = (account: string): string => originals.get(account) ?? account;

interface Quality {
  f1: number;
  /** Share of those without an account that are called new. */
  newFound: number;
}

function qualityOf(asked: Row[], decisions: Row[]): Quality {
  let [right, wrong, positives, newRight] = [0, 0, 0, 0];
  for (const [i, row] of asked.entries()) {
    const truth = row['true_account_id'] ?? '';
    const { decision, account_id: account = '' } = decisions[i] as Row;
    if (truth !== '') positives += 1;
    else if (decision === 'new') newRight += 1;
    if (decision !== 'match') continue;
    if (truth !== '' && companyOf(account) === companyOf(truth)) right += 1;
    else wrong += 1;
  }
  return { f1: (2 * right) / (2 * right + wrong + positives - right), newFound: newRight / (asked.length - positives) };
}

async function qualityOfFile(subject: 'candidates' | 'leads'): Promise<Quality> {
  const out = join(folder, `${subject}.csv`);
  const result = await signalbox(['match', '--accounts', dataFile('crm_accounts.csv'), `--${subject}`, dataFile(`${subject}.csv`), '--out', out]);
  expect(result.code).toBe(0);
  return qualityOf(readTable(dataFile(`${subject}.csv`)), readTable(out));
}

describe('the labelled companies, which the model was learned from', () => {
  it('are found among the accounts, and those that are not there are called new', async () => {
    const { f1, newFound } = await qualityOfFile('candidates');
    expect(f1).toBeGreaterThan(0.985);
    expect(newFound).toBeGreaterThan(0.985);
  });

  it('are found by their people', async () => {
    const { f1, newFound } = await qualityOfFile('leads');
    expect(f1).toBeGreaterThan(0.988);
    expect(newFound).toBeGreaterThan(0.985);
  });

  it('are found to be duplicates of each other', async () => {
    const out = join(folder, 'duplicates.csv');
    expect((await signalbox(['dedupe', '--accounts', dataFile('crm_accounts.csv'), '--out', out])).code).toBe(0);
    const found = readTable(out);
    const right = found.filter((row) => originals.get(row['account_id'] as string) === row['duplicate_of']).length;
    expect(right / found.length).toBeGreaterThan(0.96);
    expect(right / originals.size).toBeGreaterThan(0.95);
  });
});
