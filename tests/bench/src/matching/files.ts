import { join, resolve } from 'node:path';

/** The checkout. */
export const ROOT = resolve(import.meta.dirname, '../../../..');
/** Real organisations with known truth: see tests/data/README.md. */
export const COMPANIES = join(ROOT, 'tests/data/companies');
/** What is made on the way: too large for the repository, and made again at any time. */
export const WORK = join(ROOT, '.cache/bench-matching');

const domain = join(ROOT, 'services/matching/src/domain');
/** What the trainer writes. */
export const MODELS = {
  background: join(domain, 'word-background.json'),
  accounts: join(domain, 'models/accounts.json'),
  leads: join(domain, 'models/leads.json'),
} as const;

export type ModelName = 'accounts' | 'leads';

/** The evaluation stands beside its model. */
export const evaluationOf = (name: ModelName): string => join(domain, `models/${name}.evaluation.json`);
