import { CROWD, Comparison } from './comparison.ts';
import type { Account, Candidate, Decision, OtherCandidate } from './decision.ts';
import { scoreOf, waterfall, type Evidence } from './evidence.ts';
import { identityKey } from './identity-key.ts';
import type { Profile } from './profile.ts';
import { NOTHING_TO_COMPARE, linkReason, matchReason, newReason, reviewReason } from './reason.ts';
import type { RuleSet } from './rules.ts';

/** A candidate's link to an account that the CRM still has. */
export interface Link {
  accountId: string;
  origin: string;
}

interface Compared {
  account: Account;
  comparison: Comparison;
}

interface Scored extends Compared {
  evidence: Evidence[];
  score: number;
}

const MOST_OTHERS = 5;
/** So many of the accounts found are scored to be shown beside the decision. */
const SCORED_OTHERS = 8;

const byId = (a: Compared, b: Compared): number => (a.account.accountId < b.account.accountId ? -1 : a.account.accountId > b.account.accountId ? 1 : 0);

const scored = (candidate: Candidate) => (item: Compared): Scored => {
  const evidence = waterfall(item.comparison, candidate, item.account.facts);
  return { ...item, evidence, score: scoreOf(evidence) };
};

/** Best first: score, then the name as written, then the smallest CRM id; never the order in which accounts came. */
const bestFirst = (a: Scored, b: Scored): number => {
  const exact = (x: Scored): number => (x.comparison.candidate.plainName === x.account.profile.plainName ? 0 : 1);
  return b.score - a.score || exact(a) - exact(b) || byId(a, b);
};

/** A cheap order for choosing what is worth scoring. */
const likelyFirst = (a: Compared, b: Compared): number => {
  const likely = ({ comparison: c }: Compared): number => (c.sameName ? 4 : 0) + (c.sameSite ? 3 : c.domain === 'equal' ? 1 : 0) + (c.country === 'equal' ? 2 : c.country === 'missing' ? 1 : 0);
  return likely(b) - likely(a) || byId(a, b);
};

function compareAll(profile: Profile, accounts: readonly Account[]): Compared[] {
  const names = new Map<string, Set<string>>();
  for (const { profile: p } of accounts) {
    const known = names.get(p.domain);
    if (known) known.add(p.nameKey);
    else names.set(p.domain, new Set([p.nameKey]));
  }
  return accounts.map((account) => ({ account, comparison: new Comparison(profile, account.profile, account.profile.domain === '' ? 0 : (names.get(account.profile.domain)?.size ?? 0)) }));
}

/** With the built-in rules: the same site in the same country, but a name that is clearly another. */
function isDoubtful({ comparison }: Compared): boolean {
  if (!comparison.sameSite || comparison.country === 'different') return false;
  return comparison.namesOnDomain < CROWD || comparison.name.value >= 0.5;
}

function othersOf(candidate: Candidate, compared: readonly Compared[], chosen: Scored | undefined): OtherCandidate[] {
  const rest = compared.filter((item) => item.account !== chosen?.account).sort(likelyFirst).slice(0, SCORED_OTHERS);
  return rest.map(scored(candidate)).sort(bestFirst).slice(0, MOST_OTHERS).map(({ account, score }) => ({ accountId: account.accountId, facts: account.facts, score, rule: '' }));
}

/**
 * The decision about one candidate. `accounts`: every account that the index found by its domain or normalised name, each
 * once, in any order. Pure: the same input in any order and any batch gives the same answer.
 */
export function decide(candidate: Candidate, profile: Profile, accounts: readonly Account[], rules: RuleSet): Decision {
  const base = { candidateId: candidate.id, rulesVersion: rules.version, identityKey: identityKey(profile, rules) };
  const none = { accountId: '', rule: '' };
  if (profile.nameKey === '' && profile.domain === '') return { ...base, ...none, verdict: 'review', score: 0, evidence: [], otherCandidates: [], reason: NOTHING_TO_COMPARE };
  const compared = compareAll(profile, accounts);
  for (const block of rules.blocks) {
    const holding = compared.filter(({ comparison }) => comparison.holds(block));
    const best = holding.map(scored(candidate)).sort(bestFirst)[0];
    if (!best) continue;
    const others = othersOf(candidate, compared, best).map((other) => ({ ...other, rule: holding.some((h) => h.account.accountId === other.accountId) ? block.name : '' }));
    return { ...base, verdict: 'match', accountId: best.account.accountId, score: best.score, rule: block.name, evidence: best.evidence, otherCandidates: others, reason: matchReason(best.account, best.evidence, block.name) };
  }
  const otherCandidates = othersOf(candidate, compared, undefined);
  const doubtful = rules.builtIn ? compared.filter(isDoubtful).map(scored(candidate)).sort(bestFirst)[0] : undefined;
  if (doubtful) return { ...base, ...none, verdict: 'review', score: doubtful.score, evidence: doubtful.evidence, otherCandidates, reason: reviewReason(doubtful.account, doubtful.evidence) };
  const closest = compared.find(({ account }) => account.accountId === otherCandidates[0]?.accountId);
  const evidence = closest ? scored(candidate)(closest).evidence : [];
  return { ...base, ...none, verdict: 'new', score: otherCandidates[0]?.score ?? 0, evidence, otherCandidates, reason: newReason(closest?.account, evidence) };
}

/** The decision about a company that is linked to an account: the link, whatever its name has become (CNA-10). */
export function decideByLink(candidate: Candidate, profile: Profile, link: Link, rules: RuleSet): Decision {
  return {
    candidateId: candidate.id, verdict: 'match', accountId: link.accountId, score: 1, rule: 'link', rulesVersion: rules.version,
    evidence: [{ comparison: 'link', candidateValue: candidate.id, accountValue: link.accountId, outcome: 'equal', contribution: 1 }],
    otherCandidates: [], reason: linkReason(link.accountId, link.origin), identityKey: identityKey(profile, rules),
  };
}
