import type { Comparison, Outcome } from './comparison.ts';
import type { CompanyFacts } from './profile.ts';

/** One comparison and what it added to the score. */
export interface Evidence {
  comparison: 'name' | 'domain' | 'country' | 'link';
  candidateValue: string;
  accountValue: string;
  outcome: Outcome;
  contribution: number;
}

const NAME_WEIGHT = 0.45;
const UNLIKE_NAME = -0.15;
const DOMAIN_WEIGHT: Readonly<Record<Outcome, number>> = { equal: 0.35, similar: 0.2, missing: 0, different: -0.25 };
const COUNTRY_WEIGHT: Readonly<Record<Outcome, number>> = { equal: 0.2, similar: 0.2, missing: 0.1, different: -0.4 };

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

function nameOutcome(comparison: Comparison): Outcome {
  const { how } = comparison.name;
  if (how === 'equal' || how === 'missing') return how;
  return how === 'unlike' || how === 'other script' ? 'different' : 'similar';
}

function domainOutcome(comparison: Comparison): Outcome {
  if (comparison.domain === 'equal') return comparison.sameSite ? 'equal' : 'similar';
  return comparison.domain === 'different' && comparison.sameLabel ? 'similar' : comparison.domain;
}

/** The waterfall: its contributions add up to the score (before it is held within 0 and 1). */
export function waterfall(comparison: Comparison, candidate: CompanyFacts, account: CompanyFacts): Evidence[] {
  const name = nameOutcome(comparison);
  const domain = domainOutcome(comparison);
  const added = name === 'missing' ? 0 : name === 'different' ? UNLIKE_NAME : NAME_WEIGHT * comparison.name.value;
  return [
    { comparison: 'name', candidateValue: candidate.name, accountValue: account.name, outcome: name, contribution: rounded(added) },
    { comparison: 'domain', candidateValue: comparison.candidate.host, accountValue: comparison.account.host, outcome: domain, contribution: DOMAIN_WEIGHT[domain] },
    { comparison: 'country', candidateValue: candidate.country, accountValue: account.country, outcome: comparison.country, contribution: COUNTRY_WEIGHT[comparison.country] },
  ];
}

/** 0 to 1. */
export function scoreOf(evidence: readonly Evidence[]): number {
  return rounded(Math.min(1, Math.max(0, evidence.reduce((sum, part) => sum + part.contribution, 0))));
}
