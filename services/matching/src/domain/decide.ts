import { Comparison } from './comparison.ts';
import type { Account, Candidate, Decision, Neighbours, OtherCandidate } from './decision.ts';
import { scoreOf, waterfall, type Evidence } from './evidence.ts';
import type { Profile } from './profile.ts';
import { NOTHING_TO_COMPARE, TOO_MANY_TO_COMPARE, doubtfulDuplicateReason, duplicateReason, linkReason, matchReason, newReason, reviewReason } from './reason.ts';
import type { RuleBlock, RuleSet } from './rules.ts';
import { CROWD, SiteCrowd } from './site-crowd.ts';

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

interface Held {
  block: RuleBlock;
  /** Best first; at least one. */
  best: Scored;
  ids: ReadonlySet<string>;
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

/** With the built-in rules: the same site in the same country, but a name that is clearly another. */
function isDoubtful({ comparison }: Compared): boolean {
  if (!comparison.sameSite || comparison.country === 'different') return false;
  return comparison.namesOnSite < CROWD || comparison.name.value >= 0.5;
}

/** The first block that holds for any of those compared, and the best of those it holds for. */
function firstHolding(candidate: Candidate, compared: readonly Compared[], blocks: readonly RuleBlock[]): Held | undefined {
  for (const block of blocks) {
    const holding = compared.filter(({ comparison }) => comparison.holds(block));
    const best = holding.map(scored(candidate)).sort(bestFirst)[0];
    if (best) return { block, best, ids: new Set(holding.map((h) => h.account.accountId)) };
  }
  return undefined;
}

const mostDoubtful = (candidate: Candidate, compared: readonly Compared[]): Scored | undefined => compared.filter(isDoubtful).map(scored(candidate)).sort(bestFirst)[0];

function othersOf(candidate: Candidate, compared: readonly Compared[], chosen?: Held): OtherCandidate[] {
  const rest = compared.filter((item) => item.account !== chosen?.best.account).sort(likelyFirst).slice(0, SCORED_OTHERS);
  return rest.map(scored(candidate)).sort(bestFirst).slice(0, MOST_OTHERS)
    .map(({ account, score }) => ({ accountId: account.accountId, facts: account.facts, score, rule: chosen?.ids.has(account.accountId) ? chosen.block.name : '' }));
}

/**
 * The decision about one candidate. Pure: the same neighbours in any order and any batch give the same answer.
 *
 * Monotone: when candidates that came out 'new' are added to the accounts, a 'match' stays a match, a duplicate becomes a
 * match, and 'review' becomes no 'new'. So a list that was planned once and written has nothing new in it (CNA-7): every
 * comparison is of a pair alone (Comparison), but for the crowd on a site, which such additions cannot make (SiteCrowd),
 * and for what there is too much of to be compared, which is left to a person.
 */
export function decide(candidate: Candidate, profile: Profile, { accounts, earlier, complete }: Neighbours, rules: RuleSet): Decision {
  const base = { candidateId: candidate.id, rulesVersion: rules.version, accountId: '', rule: '', duplicateOf: '' };
  if (profile.nameKey === '' && profile.domain === '') return { ...base, verdict: 'review', score: 0, evidence: [], otherCandidates: [], reason: NOTHING_TO_COMPARE };
  // A workspace's rules are exact: only the names themselves count, not who else is on the site.
  const crowd = new SiteCrowd(rules.builtIn ? [...accounts, ...earlier] : []);
  const compare = (account: Account): Compared => ({ account, comparison: new Comparison(profile, account.profile, crowd.between(profile, account.profile)) });
  const inCrm = accounts.map(compare);
  const match = firstHolding(candidate, inCrm, rules.blocks);
  if (match) {
    const { best, block } = match;
    const reason = matchReason(best.account, best.evidence, block.name);
    return { ...base, verdict: 'match', accountId: best.account.accountId, score: best.score, rule: block.name, evidence: best.evidence, otherCandidates: othersOf(candidate, inCrm, match), reason };
  }
  const otherCandidates = othersOf(candidate, inCrm);
  const inList = earlier.map(compare);
  const twin = firstHolding(candidate, inList, rules.blocks);
  if (twin) {
    const { best, block } = twin;
    return { ...base, verdict: 'new', duplicateOf: best.account.accountId, score: best.score, rule: block.name, evidence: best.evidence, otherCandidates, reason: duplicateReason(best.account, best.evidence, block.name) };
  }
  const review = (score: number, evidence: Evidence[], reason: string): Decision => ({ ...base, verdict: 'review', score, evidence, otherCandidates, reason });
  const doubtful = rules.builtIn ? mostDoubtful(candidate, inCrm) : undefined;
  if (doubtful) return review(doubtful.score, doubtful.evidence, reviewReason(doubtful.account, doubtful.evidence));
  const doubtfulTwin = rules.builtIn ? mostDoubtful(candidate, inList) : undefined;
  if (doubtfulTwin) return review(doubtfulTwin.score, doubtfulTwin.evidence, doubtfulDuplicateReason(doubtfulTwin.account, doubtfulTwin.evidence));
  const closest = inCrm.find(({ account }) => account.accountId === otherCandidates[0]?.accountId);
  const evidence = closest ? scored(candidate)(closest).evidence : [];
  if (!complete) return review(otherCandidates[0]?.score ?? 0, evidence, TOO_MANY_TO_COMPARE);
  return { ...base, verdict: 'new', score: otherCandidates[0]?.score ?? 0, evidence, otherCandidates, reason: newReason(closest?.account, evidence) };
}

/** The decision about a company that is linked to an account: the link, whatever its name has become (CNA-10). */
export function decideByLink(candidate: Candidate, link: Link, rules: RuleSet): Decision {
  return {
    candidateId: candidate.id, verdict: 'match', accountId: link.accountId, score: 1, rule: 'link', rulesVersion: rules.version,
    evidence: [{ comparison: 'link', candidateValue: candidate.id, accountValue: link.accountId, outcome: 'equal', contribution: 1 }],
    otherCandidates: [], reason: linkReason(link.accountId, link.origin), duplicateOf: '',
  };
}
