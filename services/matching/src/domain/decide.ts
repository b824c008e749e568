import { Comparison } from './comparison.ts';
import type { Candidate, Decision, Neighbours } from './decision.ts';
import { equallyHeld } from './equally-held.ts';
import type { Evidence } from './evidence.ts';
import { together, worthComparing, type Account, type FoundAccount } from './found.ts';
import { MOST_PER_KEY } from './blocking-keys.ts';
import { judge } from './judgement.ts';
import type { MatchModel } from './match-model.ts';
import { COMPANY_MODEL, LEAD_MODEL } from './models.ts';
import type { Profile } from './profile.ts';
import { NO_LEAD_FACTS, NOTHING_TO_COMPARE, linkReason, namedReason, notNamedReason, saidSameReason } from './reason.ts';
import type { RuleBlock, RuleSet } from './rules.ts';
import { MOST_SAME } from './search-keys.ts';
import { Telling, type Asked, type Chosen, type Judged } from './telling.ts';
import { settled } from './tie-breakers.ts';
import { isStrict, ruleOf, strictScore, verdictOf, type Thresholds, type Verdict } from './verdict.ts';

/** A candidate's link to an account that the CRM still has. */
export interface Link {
  accountId: string;
  origin: string;
}

/** The model's thresholds, or those that the workspace has set. */
export function thresholdsOf({ matchAt, reviewAt }: Pick<RuleSet, 'matchAt' | 'reviewAt'>, model: Thresholds = COMPANY_MODEL): Thresholds {
  const at = matchAt ?? model.matchAt;
  return { matchAt: at, reviewAt: Math.min(reviewAt ?? model.reviewAt, at) };
}

/** The model that judges a candidate. */
export const modelFor = ({ lead }: Candidate): MatchModel => (lead ? LEAD_MODEL : COMPANY_MODEL);

/** The accounts found, with the model's probability of each, likeliest first. */
export function judgeFound(profile: Profile, accounts: readonly FoundAccount[], { crm, earlier, rarity }: Neighbours, model: MatchModel = COMPANY_MODEL): Judged[] {
  const { namesakes, onDomain } = together(crm, earlier);
  return judge(profile, accounts, { rarity: (word) => rarity.of(word), namesakes, onDomain }, model) as Judged[];
}

const aboutOf = (verdict: Verdict, among: readonly Judged[]): Judged | undefined => among.find((one) => one.account.accountId === verdict.about);
const chosenBy = (verdict: Verdict, among: readonly Judged[]): Judged | undefined => (verdict.decision === 'match' ? aboutOf(verdict, among) : undefined);

/** Which of the accounts it is that hold as the model's match does; without tie-breakers the model's match itself. */
function chosenMatch({ candidate, profile, rules }: Asked, best: Judged, { rule, score }: Verdict, compared: readonly Judged[], thresholds: Thresholds): Chosen {
  const order = rules.tieBreakers ?? [];
  if (order.length === 0) return { judged: best, rule, score };
  const strict = !candidate.lead && isStrict(profile, best.account.profile);
  const choice = settled(equallyHeld(profile, best, compared, thresholds, strict), order, (one) => one.account.standing, candidate.ownerId);
  const { first } = choice;
  return { judged: first, rule: strict ? rule : ruleOf(first), score: strict ? strictScore(first.score) : first.score, settled: choice };
}

/** A lead is decided by itself: it becomes no account, and so no other lead is a duplicate of it. */
function decideLeadByModel(asked: Asked, neighbours: Neighbours): Decision {
  const { profile, rules, model } = asked;
  const thresholds = thresholdsOf(rules, model);
  const judged = judgeFound(profile, worthComparing(neighbours.crm.accounts), neighbours, model);
  const telling = new Telling(asked, judged);
  const verdict = verdictOf(profile, judged, thresholds, { perCountry: false });
  const match = chosenBy(verdict, judged);
  if (match) return telling.match(chosenMatch(asked, match, verdict, judged, thresholds));
  return verdict.decision === 'review' ? telling.review(aboutOf(verdict, judged)) : telling.fresh();
}

function decideByModel(asked: Asked, neighbours: Neighbours): Decision {
  const { profile, rules, model } = asked;
  const { crm, earlier } = neighbours;
  const judged = judgeFound(profile, worthComparing([...crm.accounts, ...earlier.accounts]), neighbours, model);
  const telling = new Telling(asked, judged);
  const thresholds = thresholdsOf(rules, model);
  const sides = [judged.filter((one) => !one.account.earlier), judged.filter((one) => one.account.earlier)] as const;
  // The CRM first: what it holds already is no duplicate of something that is not there yet.
  const [inCrm, inList] = sides.map((side) => verdictOf(profile, side, thresholds, { perCountry: true })) as [Verdict, Verdict];
  const match = chosenBy(inCrm, sides[0]);
  if (match) return telling.match(chosenMatch(asked, match, inCrm, sides[0], thresholds));
  const twin = chosenBy(inList, sides[1]);
  if (twin) return telling.duplicate({ judged: twin, rule: inList.rule, score: inList.score });
  for (const [at, verdict] of [inCrm, inList].entries()) {
    if (verdict.decision === 'review') return telling.review(aboutOf(verdict, sides[at] as readonly Judged[]));
  }
  // Its own account could be among those, and would be made once more.
  return together(crm, earlier).same > MOST_SAME ? telling.review(undefined) : telling.fresh();
}

/** By block, strict to loose: of the accounts that the first block holds for that holds for any, the likeliest. */
function firstHolding(profile: Profile, accounts: readonly FoundAccount[], blocks: readonly RuleBlock[]): { block: RuleBlock; holding: FoundAccount[] } | undefined {
  const compared = accounts.map((account) => ({ account, comparison: new Comparison(profile, account.profile) }));
  for (const block of blocks) {
    const holding = compared.filter(({ comparison }) => comparison.holds(block)).map(({ account }) => account);
    if (holding.length > 0) return { block, holding };
  }
  return undefined;
}

/** Best first: the model's score, then the name as written, then the smallest CRM id; never the order in which they came. */
function likeliestFirst(profile: Profile, judged: readonly Judged[]): [Judged, ...Judged[]] {
  const exact = (one: Judged): number => (one.account.profile.plainName === profile.plainName ? 0 : 1);
  return [...judged].sort((a, b) => b.score - a.score || exact(a) - exact(b) || (a.account.accountId < b.account.accountId ? -1 : 1)) as [Judged, ...Judged[]];
}

/** A workspace's own blocks are exact: all that one holds for hold equally. Tie-breakers say which it is, and the model where they do not. */
function decideByBlocks(asked: Asked, neighbours: Neighbours): Decision {
  const { candidate, profile, rules, model } = asked;
  const { crm, earlier } = neighbours;
  for (const [side, accounts] of [crm.accounts, earlier.accounts].entries()) {
    const held = firstHolding(profile, accounts, rules.blocks);
    if (!held) continue;
    const holding = likeliestFirst(profile, judgeFound(profile, held.holding, neighbours, model));
    // Earlier candidates are no accounts yet, and of them nothing is known that a tie-breaker could go by.
    const choice = settled(holding, rules.tieBreakers ?? [], (one) => one.account.standing, candidate.ownerId);
    const best = choice.first;
    const shown = worthComparing(accounts).filter((one) => one.accountId !== best.account.accountId);
    const telling = new Telling(asked, [best, ...judgeFound(profile, shown, neighbours, model)]);
    const chosen = { judged: best, rule: held.block.name, score: best.score };
    if (side === 1) return telling.duplicate(chosen);
    return telling.match((rules.tieBreakers ?? []).length > 0 ? { ...chosen, settled: choice } : chosen);
  }
  const telling = new Telling(asked, judgeFound(profile, worthComparing(crm.accounts), neighbours, model));
  const { namesakes, onDomain, same } = together(crm, earlier);
  return namesakes > MOST_PER_KEY.name || onDomain > MOST_PER_KEY.domain || same > MOST_SAME ? telling.review(undefined) : telling.fresh();
}

/** The decision about one candidate. Pure: the same neighbours in any order and any batch give the same answer. */
export function decide(candidate: Candidate, profile: Profile, neighbours: Neighbours, rules: RuleSet): Decision {
  const asked = { candidate, profile, rules, model: modelFor(candidate) };
  if (profile.nameKey === '' && profile.domain === '') return candidate.lead ? new Telling(asked, []).fresh(NO_LEAD_FACTS) : new Telling(asked, []).review(undefined, NOTHING_TO_COMPARE);
  if (!rules.builtIn) return decideByBlocks(asked, neighbours);
  return candidate.lead ? decideLeadByModel(asked, neighbours) : decideByModel(asked, neighbours);
}

/** The decision about a company that is linked to an account: the link, whatever its name has become (CNA-10). */
export function decideByLink(candidate: Candidate, link: Link, rules: RuleSet): Decision {
  return {
    candidateId: candidate.id, verdict: 'match', accountId: link.accountId, score: 1, rule: 'link', rulesVersion: rules.version,
    evidence: [{ comparison: 'link', candidateValue: candidate.id, accountValue: link.accountId, outcome: 'equal', contribution: 1 }],
    otherCandidates: [], reason: linkReason(link.accountId, link.origin), duplicateOf: '',
  };
}

/** A person said that it is the same company as an earlier candidate of its stream. */
export function decideByPerson(candidate: Candidate, twin: Pick<Account, 'accountId' | 'facts'>, rules: RuleSet): Decision {
  return {
    candidateId: candidate.id, verdict: 'new', accountId: '', score: 1, rule: 'link', rulesVersion: rules.version,
    evidence: [{ comparison: 'link', candidateValue: candidate.id, accountValue: twin.accountId, outcome: 'equal', contribution: 1 }],
    otherCandidates: [], reason: saidSameReason(twin), duplicateOf: twin.accountId,
  };
}

/** Rule of a lead that names its account. */
export const NAMED = 'account-id';

/** A lead that names an account which there is belongs to it. */
export function decideByNamed(candidate: Candidate, account: Account, rules: RuleSet): Decision {
  return {
    candidateId: candidate.id, verdict: 'match', accountId: account.accountId, score: 1, rule: NAMED, rulesVersion: rules.version,
    evidence: [{ comparison: 'account id', candidateValue: candidate.lead?.accountId ?? '', accountValue: account.accountId, outcome: 'equal', contribution: 1 }],
    otherCandidates: [], reason: namedReason(account), duplicateOf: '',
  };
}

/** The decision by all the rest about a lead that names an account which there is not: it says so. */
export function withoutNamed(decision: Decision, accountId: string): Decision {
  const line: Evidence = { comparison: 'account id', candidateValue: accountId, accountValue: '', outcome: 'missing', contribution: 0 };
  return { ...decision, evidence: [...decision.evidence, line], reason: `${notNamedReason(accountId)} ${decision.reason}` };
}
