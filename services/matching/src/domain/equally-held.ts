import { featureAt } from './features.ts';
import type { Compared } from './judgement.ts';
import type { Profile } from './profile.ts';
import { isStrict, ruleOf, type Thresholds } from './verdict.ts';

const COUNTRY = featureAt('country');

/** Two probabilities that differ by no more are one for the model. */
export const EQUAL_MARGIN = 0.01;

/** The same name but for legal form and spelling, on the same domain: one company, written down twice. */
const isTwin = (a: Profile, b: Profile): boolean => a.nameKey !== '' && a.nameKey === b.nameKey && a.domain === b.domain;

/**
 * The accounts that the candidate is equally likely to be as `best`, the match: `best` itself, and those that would be the match were it not
 * there, that have as much in common with the candidate (the same rule, the same outcome for the country: several accounts are
 * settled by country and name first) and are as likely within EQUAL_MARGIN, or are its twins. In the order of `compared`, `best` first.
 */
export function equallyHeld<T extends Compared>(candidate: Profile, best: T, compared: readonly T[], { matchAt }: Pick<Thresholds, 'matchAt'>, strict: boolean): [T, ...T[]] {
  const common = ruleOf(best);
  const isEqual = (one: T): boolean => {
    if (one === best || one.features[COUNTRY] !== best.features[COUNTRY]) return false;
    // What is the same as written is so whatever the model says, and nothing else is as good.
    if (strict) return isStrict(candidate, one.account.profile);
    if (one.score < matchAt) return false;
    return isTwin(best.account.profile, one.account.profile) || (ruleOf(one) === common && best.score - one.score <= EQUAL_MARGIN);
  };
  return [best, ...compared.filter(isEqual)];
}
