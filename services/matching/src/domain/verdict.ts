import { featureAt } from './features.ts';
import type { Compared } from './judgement.ts';
import type { Profile } from './profile.ts';

export interface Verdict {
  decision: 'match' | 'new' | 'review';
  /** Empty unless it is a match. */
  accountId: string;
  /** The account that score and rule speak of; empty where there is none that it could be. */
  about: string;
  /** Probability of the likeliest account; 0 where none was found. */
  score: number;
  /** What the likeliest account has in common: see `ruleOf`. */
  rule: string;
}

/** From which probabilities on it is a match, and a person should look. */
export interface Thresholds {
  matchAt: number;
  reviewAt: number;
}

export interface VerdictOptions {
  /** Companies are one per country (CNA-5); a lead may sit abroad. */
  perCountry: boolean;
}

const CORE = featureAt('core_equal');
const SITE = featureAt('site_state');
const LABEL = featureAt('label_equal');
const ACRONYM = featureAt('acronym');
const FORM_C = featureAt('form_c');
const FORM_A = featureAt('form_a');

/** What `ruleOf` may say. */
export const MODEL_RULES = ['alias-and-site', 'alias', 'name-and-site', 'name-and-site-label', 'name', 'initials-and-site', 'initials', 'site', 'similar-name'] as const;

/** What two have in common, in a word: for counting, and for saying why. */
export function ruleOf({ features: x }: Compared): (typeof MODEL_RULES)[number] {
  const sameSite = (x[SITE] as number) >= 1;
  if ((x[CORE] as number) === 1) {
    if ((x[FORM_C] as number) + (x[FORM_A] as number) > 0) return sameSite ? 'alias-and-site' : 'alias';
    return sameSite ? 'name-and-site' : (x[LABEL] as number) === 1 ? 'name-and-site-label' : 'name';
  }
  if ((x[ACRONYM] as number) > 0) return sameSite ? 'initials-and-site' : 'initials';
  return sameSite ? 'site' : 'similar-name';
}

/** Least score of two that are the same as written. */
const STRICT_SCORE = 0.99;

export const differentCountries = (a: Profile, b: Profile): boolean => a.countryCode !== '' && b.countryCode !== '' && a.countryCode !== b.countryCode;

/**
 * The same name as written, the same domain or none on both sides, and no two countries: one company, whatever the model says. So
 * an account that was made from a candidate is that candidate's ever after (CNA-7).
 */
export const isStrict = (a: Profile, b: Profile): boolean => a.plainName !== '' && a.plainName === b.plainName && a.domain === b.domain && !differentCountries(a, b);

export const strictScore = (score: number): number => Math.max(score, STRICT_SCORE);

const matched = (one: Compared): Verdict => ({ decision: 'match', accountId: one.account.accountId, about: one.account.accountId, score: one.score, rule: ruleOf(one) });

/** What the likeliest account means for the candidate; `compared` likeliest first. */
export function verdictOf(candidate: Profile, compared: readonly Compared[], model: Thresholds, { perCountry }: VerdictOptions): Verdict {
  const eligible = perCountry ? compared.filter((one) => !differentCountries(candidate, one.account.profile)) : compared;
  const strict = perCountry ? eligible.find((one) => isStrict(candidate, one.account.profile)) : undefined;
  if (strict) return { ...matched(strict), score: strictScore(strict.score), rule: 'strict' };
  const best = eligible[0];
  if (!best) return { decision: perCountry && candidate.forms.length === 0 && candidate.domain === '' ? 'review' : 'new', accountId: '', about: '', score: 0, rule: '' };
  if (best.score >= model.matchAt) return matched(best);
  return { ...matched(best), decision: best.score >= model.reviewAt ? 'review' : 'new', accountId: '' };
}
