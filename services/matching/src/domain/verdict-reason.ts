import { featureAt } from './features.ts';
import type { Compared } from './judgement.ts';
import type { Profile } from './profile.ts';
import type { Verdict } from './verdict.ts';

const CORE = featureAt('core_equal');
const PLAIN = featureAt('plain_equal');
const SIMILAR = featureAt('core_sim');
const ACRONYM = featureAt('acronym');
const SITE = featureAt('site_state');
const LABEL = featureAt('label_equal');
const COUNTRY = featureAt('country');

function nameInWords(x: Float32Array, candidate: Profile, account: Profile): string {
  if (candidate.forms.length === 0 || account.forms.length === 0) return 'no name to compare';
  if (x[PLAIN] === 1) return 'same name';
  if (x[CORE] === 1) return 'same name but for its legal form or spelling';
  if ((x[ACRONYM] as number) > 0) return 'one name is the initials of the other';
  return (x[SIMILAR] as number) >= 0.7 ? 'similar names' : 'different names';
}

function siteInWords(x: Float32Array, candidate: Profile, account: Profile): string {
  if (candidate.domain === '' || account.domain === '') return candidate.domain === '' && account.domain === '' ? 'no website on either side' : 'one website not known';
  if ((x[SITE] as number) === 3) return `same website (${account.domain})`;
  if ((x[SITE] as number) >= 1) return `other parts of one website (${account.domain})`;
  return x[LABEL] === 1 ? `websites alike (${candidate.domain}, ${account.domain})` : `different websites (${candidate.domain}, ${account.domain})`;
}

function countryInWords(x: Float32Array, candidate: Profile, account: Profile): string {
  if (x[COUNTRY] === 0) return 'country not known on both sides';
  return x[COUNTRY] === 1 ? `same country (${account.countryCode})` : `different countries (${candidate.countryCode}, ${account.countryCode})`;
}

/** What two have in common, in words: "same name, same website (acme.com), same country (US)". */
export function inCommon(candidate: Profile, { features: x, account: { profile } }: Compared): string {
  return [nameInWords(x, candidate, profile), siteInWords(x, candidate, profile), countryInWords(x, candidate, profile)].join(', ');
}

/** Why, in words: what the account that was decided by has in common with the candidate; of a new one, the likeliest. `compared` likeliest first. */
export function reasonOf(candidate: Profile, compared: readonly Compared[], verdict: Verdict): string {
  if (candidate.forms.length === 0 && candidate.domain === '') return 'Neither a name nor a website to look for.';
  const told = verdict.decision === 'new' ? compared[0] : compared.find((one) => one.account.accountId === verdict.about);
  if (!told) return 'No account shares its name, a rare word of it, or its website.';
  const { accountId } = told.account;
  const common = inCommon(candidate, told);
  if (verdict.decision === 'match') return `${accountId}: ${common}.`;
  return verdict.decision === 'review' ? `Perhaps ${accountId}: ${common}.` : `Nearest is ${accountId}: ${common}.`;
}
