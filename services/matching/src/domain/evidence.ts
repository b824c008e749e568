import { FEATURES, featureAt, likeness } from './features.ts';
import type { Compared } from './judgement.ts';
import type { MatchModel } from './match-model.ts';
import type { CompanyFacts, Profile } from './profile.ts';
import type { Settled } from './tie-breakers.ts';

/** Empty where nothing is compared. */
export type Outcome = 'equal' | 'similar' | 'different' | 'missing' | '';

export type ComparisonName = 'base' | 'name' | 'initials' | 'website' | 'country' | 'legal form' | 'surroundings' | 'little in common' | 'strict' | 'link' | 'account id' | 'tie-breaker';

/** One comparison and what it added to the log-odds of being one company. */
export interface Evidence {
  comparison: ComparisonName;
  candidateValue: string;
  accountValue: string;
  outcome: Outcome;
  contribution: number;
}

/** Log-odds of two that have so little in common that the model is not asked. */
const LITTLE = -12;

const GROUP: Readonly<Record<string, ComparisonName>> = {
  acronym: 'initials', legal: 'legal form',
  site_state: 'website', label_equal: 'website', label_sim: 'website', label_extends: 'website', c_missing_site: 'website', a_missing_site: 'website',
  clabel_aname: 'website', alabel_cname: 'website', clabel_cname: 'website', alabel_aname: 'website', sub_c: 'website', sub_a: 'website',
  country: 'country', cc_missing: 'country', tld_c_country: 'country', tld_a_country: 'country', cross_tld: 'country',
  namesakes: 'surroundings', domain_accounts: 'surroundings', rival_sim: 'surroundings', rival_site: 'surroundings', near_n: 'surroundings',
};
const groupOf = (feature: string): ComparisonName => GROUP[feature] ?? 'name';

const CORE = featureAt('core_equal');
const CORE_SIM = featureAt('core_sim');
const [COVER_C, COVER_A] = [featureAt('cover_c'), featureAt('cover_a')];
const ACRONYM = featureAt('acronym');
const SITE = featureAt('site_state');
const LABEL = featureAt('label_equal');
const NAMESAKES = featureAt('namesakes');
const ON_DOMAIN = featureAt('domain_accounts');

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
const outcomeOf = (a: string, b: string): Outcome => (a === '' || b === '' ? 'missing' : a === b ? 'equal' : 'different');

function nameOutcome(x: Float32Array, a: Profile, b: Profile): Outcome {
  if (a.forms.length === 0 || b.forms.length === 0) return 'missing';
  return x[CORE] === 1 ? 'equal' : Math.max(x[CORE_SIM] as number, x[COVER_C] as number, x[COVER_A] as number) >= 0.5 || (x[ACRONYM] as number) > 0 ? 'similar' : 'different';
}

function siteOutcome(x: Float32Array, a: Profile, b: Profile): Outcome {
  if (a.domain === '' || b.domain === '') return 'missing';
  return x[SITE] === 3 ? 'equal' : (x[SITE] as number) >= 1 || x[LABEL] === 1 || likeness(a.label, b.label) >= 0.8 ? 'similar' : 'different';
}

/** The two sides of an explanation. */
export interface Sides {
  candidate: CompanyFacts;
  profile: Profile;
  account: CompanyFacts;
}

/**
 * The waterfall: a base line, and what each group of comparisons added. The contributions add up to the log-odds of `score`:
 * score = 1 / (1 + e^−sum).
 * @param score the score given, when that is not the model's own, and by what rule
 */
export function waterfall({ candidate, profile, account }: Sides, compared: Compared, model: MatchModel, given?: { score: number; rule: 'strict' }): Evidence[] {
  const { features: x, account: { profile: other } } = compared;
  const { base, added } = model.waterfall(x);
  const sums = new Map<ComparisonName, number>();
  for (const [i, value] of added.entries()) sums.set(groupOf(FEATURES[i] as string), (sums.get(groupOf(FEATURES[i] as string)) ?? 0) + value);
  const line = (comparison: ComparisonName, candidateValue: string, accountValue: string, outcome: Outcome): Evidence => ({ comparison, candidateValue, accountValue, outcome, contribution: rounded(sums.get(comparison) ?? 0) });
  const lines = [
    { ...line('base', '', '', ''), contribution: rounded(base) },
    line('name', candidate.name, account.name, nameOutcome(x, profile, other)),
    line('website', profile.host, other.host, siteOutcome(x, profile, other)),
    line('country', candidate.country, account.country, outcomeOf(profile.countryCode, other.countryCode)),
    line('initials', candidate.name, account.name, (x[ACRONYM] as number) > 0 ? 'similar' : 'different'),
    line('legal form', profile.legal, other.legal, outcomeOf(profile.legal, other.legal)),
    line('surroundings', `${x[NAMESAKES]} accounts of its name`, `${x[ON_DOMAIN]} accounts on its domain`, ''),
  ].filter((one, i) => i < 4 || one.contribution !== 0);
  const sum = lines.reduce((all, one) => all + one.contribution, 0);
  if (compared.score === 0) lines.push({ comparison: 'little in common', candidateValue: '', accountValue: '', outcome: 'different', contribution: rounded(Math.min(0, LITTLE - sum)) });
  else if (given && given.score !== compared.score) lines.push({ comparison: given.rule, candidateValue: profile.plainName, accountValue: other.plainName, outcome: 'equal', contribution: rounded(Math.log(given.score / (1 - given.score)) - sum) });
  return lines;
}

/** What settled which of several accounts it is; it adds nothing to the score. */
export const settledBy = ({ by, among }: Settled<unknown>): Evidence[] =>
  (by.length === 0 ? ['none'] : by).map((one) => ({ comparison: 'tie-breaker', candidateValue: one, accountValue: `${among} accounts`, outcome: '', contribution: 0 }));
