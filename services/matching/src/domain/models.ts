import { MatchModel, type ModelFile } from './match-model.ts';
import accounts from './models/accounts.json' with { type: 'json' };
import leads from './models/leads.json' with { type: 'json' };

/** Is this company that account? Learned from the labelled companies of tests/bench/matching. */
export const COMPANY_MODEL = new MatchModel(accounts as ModelFile);
/** Does this lead belong to that account? */
export const LEAD_MODEL = new MatchModel(leads as ModelFile);
