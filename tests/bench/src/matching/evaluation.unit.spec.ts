import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPANY_MODEL, FEATURES, FileEngine, LEAD_MODEL, PackedIndex, PartBuilder, joinParts, type FileDecision } from '@signalbox/matching/testing';
import { accounts, candidates, clusters, leads } from './companies.ts';
import { COMPANIES, MODELS, evaluationOf, type ModelName } from './files.ts';
import { quality } from './quality.ts';

interface Evaluation {
  model: string;
  sha256: string;
  data: Record<string, string>;
  thresholds: { matchAt: number; reviewAt: number };
  crossValidated: { f1: number; precision: number; recall: number; newRecognised: number };
}

const evaluation = (name: ModelName): Evaluation => JSON.parse(readFileSync(evaluationOf(name), 'utf8')) as Evaluation;
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
const MODEL = { accounts: COMPANY_MODEL, leads: LEAD_MODEL };
/** What is promised of companies that the model has not seen. */
const BARS = { accounts: { f1: 0.985, newRecognised: 0.985 }, leads: { f1: 0.988, newRecognised: 0.985 } };
/** So many are decided about here: enough to notice, and quick. */
const ONE_IN = 5;

describe.each(['accounts', 'leads'] as const)('the model of %s', (name) => {
  it('is the one that its evaluation is about, learned from the data that is here', () => {
    const { model, sha256: digest, data, thresholds } = evaluation(name);
    expect(model).toBe(MODEL[name].version);
    expect(digest).toBe(sha256(MODELS[name]));
    expect(thresholds).toMatchObject({ matchAt: MODEL[name].matchAt, reviewAt: MODEL[name].reviewAt });
    expect(data).toEqual(Object.fromEntries(Object.keys(data).map((file) => [file, sha256(join(COMPANIES, file))])));
    expect(MODEL[name].features).toEqual(FEATURES);
  });

  it('is as good as promised on companies that it has not seen', () => {
    const { f1, newRecognised } = evaluation(name).crossValidated;
    expect(f1).toBeGreaterThanOrEqual(BARS[name].f1);
    expect(newRecognised).toBeGreaterThanOrEqual(BARS[name].newRecognised);
  });
});

describe('the engine of files', () => {
  // On the companies it learned from it does better than on others: worse means that the engine no longer compares what the
  // model was taught, and that the models must be learned anew (train/train.ts).
  let index: PackedIndex;
  beforeAll(() => {
    const builder = new PartBuilder();
    for (const account of accounts()) builder.add(account.account_id, account);
    index = new PackedIndex(joinParts([builder.finish()]));
  });

  it.each(['accounts', 'leads'] as const)('compares %s as it did when the model was learned', (name) => {
    const engine = new FileEngine(index, name === 'leads' ? 'leads' : 'companies');
    const asked = name === 'leads'
      ? leads().map((r) => ({ truth: r.true_account_id, row: [r.lead_id, r.email, r.company, r.country] }))
      : candidates().map((r) => ({ truth: r.true_account_id, row: [r.candidate_id, r.name, r.website, r.country] }));
    const decided = quality(asked.filter((_, i) => i % ONE_IN === 0).map(({ truth, row }) => ({ truth, ...(engine.decide(row) as FileDecision) })), clusters());
    const { f1, newRecognised } = evaluation(name).crossValidated;
    expect(decided.f1).toBeGreaterThanOrEqual(f1);
    expect(decided.newRecognised).toBeGreaterThanOrEqual(newRecognised);
  });
});
