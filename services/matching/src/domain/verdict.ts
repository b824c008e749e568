import { FEATURES } from './features.ts';
import type { Compared } from './judgement.ts';
import type { MatchModel } from './match-model.ts';
import type { Profile } from './profile.ts';

export interface Verdict {
  decision: 'match' | 'new' | 'review';
  /** Empty unless it is a match. */
  accountId: string;
  /** Probability of the likeliest account; 0 where none was found. */
  score: number;
  /** What the likeliest account has in common: see `ruleOf`. */
  rule: string;
}

export interface VerdictOptions {
  /** Companies are one per country (CNA-5); a lead may sit abroad. */
  perCountry: boolean;
}

const at = (name: (typeof FEATURES)[number]): number => FEATURES.indexOf(name);
const CORE = at('core_equal');
const SITE = at('site_state');
const LABEL = at('label_equal');
const ACRONYM = at('acronym');
const FORM_C = at('form_c');
const FORM_A = at('form_a');

/** What two have in common, in a word: for counting, and for saying why. */
export function ruleOf({ features: x }: Compared): string {
  const sameSite = (x[SITE] as number) >= 1;
  if ((x[CORE] as number) === 1) {
    if ((x[FORM_C] as number) + (x[FORM_A] as number) > 0) return sameSite ? 'alias-and-site' : 'alias';
    return sameSite ? 'name-and-site' : (x[LABEL] as number) === 1 ? 'name-and-site-label' : 'name';
  }
  if ((x[ACRONYM] as number) > 0) return sameSite ? 'initials-and-site' : 'initials';
  return sameSite ? 'site' : 'similar-name';
}

export const differentCountries = (a: Profile, b: Profile): boolean => a.countryCode !== '' && b.countryCode !== '' && a.countryCode !== b.countryCode;

/** What the likeliest account means for the candidate. */
export function verdictOf(candidate: Profile, compared: readonly Compared[], model: MatchModel, { perCountry }: VerdictOptions): Verdict {
  const eligible = perCountry ? compared.filter((one) => !differentCountries(candidate, one.account.profile)) : compared;
  const best = eligible[0];
  if (!best) return { decision: perCountry && candidate.forms.length === 0 && candidate.domain === '' ? 'review' : 'new', accountId: '', score: 0, rule: '' };
  const rule = ruleOf(best);
  if (best.score >= model.matchAt) return { decision: 'match', accountId: best.account.accountId, score: best.score, rule };
  return { decision: best.score >= model.reviewAt ? 'review' : 'new', accountId: '', score: best.score, rule };
}
