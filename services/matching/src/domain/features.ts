import { distance } from 'fastest-levenshtein';
import { isCountryWord } from './country.ts';
import { GENERIC_WORDS, UNIT_WORDS } from './organisation-words.ts';
import { labelSaysName, type Prepared, type PreparedForm } from './prepared.ts';
import { pairWords, type WordPairing } from './word-pairing.ts';

/** What the index says about a candidate besides the accounts themselves. */
export interface Surroundings {
  /** Accounts found by the candidate's name. */
  namesakes: number;
  /** Accounts found on the candidate's domain. */
  onDomain: number;
}

/** What is compared, in this order; a model names the order that it was learned with. c: the candidate, a: the account. */
export const FEATURES = [
  'core_equal', 'key_equal', 'plain_equal', 'cover_c', 'cover_a', 'left_max_c', 'left_max_a', 'left_n_c', 'left_n_a', 'left_generic', 'left_country_c', 'left_country_a', 'shared_max', 'worst_word',
  'core_sim', 'prefix', 'len_min', 'len_ratio', 'words_c', 'words_a', 'mass_c', 'mass_a', 'acronym', 'form_c', 'form_a', 'first_word', 'last_word', 'digits',
  'site_state', 'label_equal', 'label_sim', 'label_extends', 'c_missing_site', 'a_missing_site', 'clabel_aname', 'alabel_cname', 'clabel_cname', 'alabel_aname', 'sub_c', 'sub_a',
  'country', 'cc_missing', 'tld_c_country', 'tld_a_country', 'cross_tld', 'legal', 'namesakes', 'domain_accounts', 'country_in_name', 'same_words', 'left_unit_c', 'left_unit_a',
  'rival_sim', 'rival_site', 'near_n',
] as const;

/** Where a comparison stands among FEATURES. */
export const featureAt = (name: (typeof FEATURES)[number]): number => FEATURES.indexOf(name);
const SITE_STATE = featureAt('site_state');
const COUNTRY = featureAt('country');
const CORE_SIM = featureAt('core_sim');
const RIVAL_SIM = featureAt('rival_sim');

/** 1 − edits / longer length. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 0 : 1 - distance(a, b) / longer;
}

function prefixShare(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a.charCodeAt(same) === b.charCodeAt(same)) same += 1;
  return most === 0 ? 0 : same / most;
}

/** 2: `short` is the initials of `long`; 1: begins them; 0: neither. */
function acronymOf(short: PreparedForm, long: PreparedForm): number {
  const { letters } = short;
  if (letters === '' || long.tokens.length < 2) return 0;
  if (letters === long.allInitials || letters === long.initials) return 2;
  return letters.length >= 3 && (long.initials.startsWith(letters) || (long.initials.length >= 3 && letters.startsWith(long.initials))) ? 1 : 0;
}

interface BestForms {
  pairing: WordPairing;
  c: number;
  a: number;
  value: number;
  acronym: number;
}

/** The two forms of the names that agree best. */
function bestForms(c: Prepared, a: Prepared): BestForms | undefined {
  let best: BestForms | undefined;
  for (let i = 0; i < c.forms.length; i += 1) {
    const cf = c.forms[i] as PreparedForm;
    for (let j = 0; j < a.forms.length; j += 1) {
      const af = a.forms[j] as PreparedForm;
      const pairing = pairWords(cf, af);
      const acronym = Math.max(acronymOf(cf, af), acronymOf(af, cf));
      const value = cf.core === af.core ? 2 : Math.sqrt(pairing.covered[0] * pairing.covered[1]) + (acronym > 0 ? 0.5 : 0) - 0.02 * (i + j);
      if (!best || value > best.value) best = { pairing, c: i, a: j, value, acronym };
    }
  }
  return best;
}

const outcome = (a: string, b: string): number => (a === '' || b === '' ? 0 : a === b ? 1 : -1);

/** -1: each name has words of places that the other has not; 1: one has. */
function countryInNames({ leftWords }: WordPairing): number {
  const c = leftWords[0].some(isCountryWord);
  const a = leftWords[1].some(isCountryWord);
  return c && a ? -1 : c || a ? 1 : 0;
}

function genericShare({ leftWords, left }: WordPairing): number {
  const all = left[0] + left[1];
  if (all === 0) return 0;
  let generic = 0;
  for (const word of leftWords[0]) if (GENERIC_WORDS.has(word)) generic += 1;
  for (const word of leftWords[1]) if (GENERIC_WORDS.has(word)) generic += 1;
  return generic / all;
}

const countriesAmong = (words: readonly string[]): number => (words.length === 0 ? 0 : words.filter(isCountryWord).length);

const unitsAmong = (words: readonly string[] | undefined): number => words?.filter((word) => UNIT_WORDS.has(word)).length ?? 0;

function nameFeatures(c: Prepared, a: Prepared, best: BestForms, out: Float32Array): void {
  const cf = c.forms[best.c] as PreparedForm;
  const af = a.forms[best.a] as PreparedForm;
  const { pairing } = best;
  const shorter = Math.min(cf.core.length, af.core.length);
  const values = [
    cf.core === af.core ? 1 : 0, c.profile.nameKey === a.profile.nameKey ? 1 : 0, c.profile.plainName === a.profile.plainName ? 1 : 0,
    pairing.covered[0], pairing.covered[1], pairing.heaviestLeft[0], pairing.heaviestLeft[1], pairing.left[0], pairing.left[1],
    genericShare(pairing), countriesAmong(pairing.leftWords[0]), countriesAmong(pairing.leftWords[1]), pairing.heaviestShared, pairing.worst,
    likeness(cf.core, af.core), prefixShare(cf.core, af.core), shorter, shorter / Math.max(cf.core.length, af.core.length, 1),
    cf.words.length, af.words.length, cf.mass, af.mass, best.acronym, best.c, best.a,
    cf.words[0] === af.words[0] ? 1 : 0, cf.words[cf.words.length - 1] === af.words[af.words.length - 1] ? 1 : 0,
    cf.digits === af.digits ? (cf.digits === '' ? 0 : 1) : -1,
  ];
  out.set(values, 0);
}

function siteFeatures(c: Prepared, a: Prepared, out: Float32Array): void {
  const [p, q] = [c.profile, a.profile];
  const both = p.domain !== '' && q.domain !== '';
  const same = both && p.domain === q.domain;
  const extended = both && p.label !== q.label && p.label.length >= 3 && q.label.length >= 3;
  const values = [
    !both ? 0 : !same ? -1 : p.site === q.site ? 3 : p.site === p.domain || q.site === q.domain ? 2 : 1,
    both ? (p.label === q.label ? 1 : -1) : 0, both && !same ? likeness(p.label, q.label) : both ? 1 : 0,
    extended ? (p.label.startsWith(q.label) ? 1 : q.label.startsWith(p.label) ? -1 : 0) : 0,
    p.domain === '' ? 1 : 0, q.domain === '' ? 1 : 0, labelSaysName(p.label, a.forms), labelSaysName(q.label, c.forms), c.ownLabel, a.ownLabel,
    p.site === p.domain ? 0 : 1, q.site === q.domain ? 0 : 1,
  ];
  out.set(values, SITE_STATE);
}

/** Fills `out`, as long as FEATURES, with what there is to say of a candidate and an account; the last three are left to `addRivals`. */
export function features(c: Prepared, a: Prepared, around: Surroundings, out: Float32Array): void {
  out.fill(0);
  const best = bestForms(c, a);
  if (best) nameFeatures(c, a, best, out);
  siteFeatures(c, a, out);
  const [p, q] = [c.profile, a.profile];
  const sameWords = best && best.pairing.left[0] === 0 && best.pairing.left[1] === 0;
  const values = [
    outcome(p.countryCode, q.countryCode), (p.countryCode === '' ? 1 : 0) + (q.countryCode === '' ? 2 : 0),
    outcome(c.tldCountry, q.countryCode), outcome(a.tldCountry, p.countryCode), outcome(c.tldCountry, a.tldCountry), outcome(p.legal, q.legal),
    Math.min(around.namesakes, 20), Math.min(around.onDomain, 50), best ? countryInNames(best.pairing) : 0, sameWords ? 1 : 0,
    unitsAmong(best?.pairing.leftWords[0]), unitsAmong(best?.pairing.leftWords[1]),
  ];
  out.set(values, COUNTRY);
}

const [COVER_C, COVER_A] = [featureAt('cover_c'), featureAt('cover_a')];
const ACRONYM = featureAt('acronym');
const LABEL_EQUAL = featureAt('label_equal');
const [CLABEL_ANAME, ALABEL_CNAME] = [featureAt('clabel_aname'), featureAt('alabel_cname')];

/**
 * False of two that have so little in common that no model is asked: no site, no label, less than a third of their names,
 * no initials. None of the 13,000 pairs of one company in the labelled data is lost by it, and half of the others are.
 */
export function plausible(x: Float32Array): boolean {
  const [c, a] = [x[COVER_C] as number, x[COVER_A] as number];
  if ((x[SITE_STATE] as number) >= 1 || (x[LABEL_EQUAL] as number) === 1 || (x[CORE_SIM] as number) >= 0.5 || (x[ACRONYM] as number) > 0) return true;
  return Math.min(c, a) >= 0.3 || Math.max(c, a) >= 0.6 || (x[CLABEL_ANAME] as number) >= 0.8 || (x[ALABEL_CNAME] as number) >= 0.8;
}

/** Adds to each account's features what the others compared are like: how near another name comes, and another site. */
export function addRivals(accounts: readonly Prepared[], rows: readonly Float32Array[]): void {
  const cores = accounts.map((account) => account.forms[0]?.core ?? '');
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i] as Float32Array;
    let likest = 0;
    let site = -1;
    for (let other = 0; other < rows.length; other += 1) {
      if (other === i) continue;
      const others = rows[other] as Float32Array;
      if (cores[other] !== cores[i]) likest = Math.max(likest, others[CORE_SIM] as number);
      site = Math.max(site, others[SITE_STATE] as number);
    }
    row[RIVAL_SIM] = likest;
    row[RIVAL_SIM + 1] = site;
    row[RIVAL_SIM + 2] = rows.length;
  }
}
