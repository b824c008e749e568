import { Comparison } from './comparison.ts';
import type { Candidate, Decision, Neighbours, OtherCandidate } from './decision.ts';
import { waterfall, type Evidence } from './evidence.ts';
import { together, worthComparing, type FoundAccount } from './found.ts';
import { MOST_PER_KEY } from './blocking-keys.ts';
import { judge, type Compared } from './judgement.ts';
import { COMPANY_MODEL } from './models.ts';
import type { Profile } from './profile.ts';
import { NOTHING_TO_COMPARE, TOO_MANY_TO_COMPARE, doubtfulDuplicateReason, duplicateReason, linkReason, matchReason, newReason, reviewReason } from './reason.ts';
import type { RuleBlock, RuleSet } from './rules.ts';
import { MOST_SAME } from './search-keys.ts';
import { inCommon } from './verdict-reason.ts';
import { ruleOf, verdictOf, type Thresholds, type Verdict } from './verdict.ts';

/** A candidate's link to an account that the CRM still has. */
export interface Link {
  accountId: string;
  origin: string;
}

interface Judged extends Compared {
  account: FoundAccount;
}

/** What decided, by which rule, and how sure it is. */
interface Chosen {
  judged: Judged;
  rule: string;
  score: number;
}

const MOST_OTHERS = 5;

/** The model's thresholds, or those that the workspace has set. */
export function thresholdsOf({ matchAt = COMPANY_MODEL.matchAt, reviewAt = COMPANY_MODEL.reviewAt }: Pick<RuleSet, 'matchAt' | 'reviewAt'>): Thresholds {
  return { matchAt, reviewAt: Math.min(reviewAt, matchAt) };
}

/** The accounts found, with the model's probability of each, likeliest first. */
export function judgeFound(profile: Profile, accounts: readonly FoundAccount[], { crm, earlier, rarity }: Neighbours): Judged[] {
  const { namesakes, onDomain } = together(crm, earlier);
  return judge(profile, accounts, { rarity: (word) => rarity.of(word), namesakes, onDomain }, COMPANY_MODEL) as Judged[];
}

/** What the model said of a candidate, turned into a decision. */
class Telling {
  constructor(
    private readonly candidate: Candidate,
    private readonly profile: Profile,
    private readonly judged: readonly Judged[],
    private readonly rules: RuleSet,
  ) {}

  evidence(judged: Judged, score = judged.score): Evidence[] {
    return waterfall({ candidate: this.candidate, profile: this.profile, account: judged.account.facts }, judged, COMPANY_MODEL, { score, rule: 'strict' });
  }

  others(chosen?: Judged): OtherCandidate[] {
    return this.judged.filter((one) => one !== chosen && !one.account.earlier).slice(0, MOST_OTHERS)
      .map((one) => ({ accountId: one.account.accountId, facts: one.account.facts, score: one.score, rule: ruleOf(one) }));
  }

  match({ judged, rule, score }: Chosen): Decision {
    const accountId = judged.account.accountId;
    return { ...this.base(score), verdict: 'match', accountId, rule, evidence: this.evidence(judged, score), otherCandidates: this.others(judged), reason: matchReason(judged.account, inCommon(this.profile, judged), rule) };
  }

  duplicate({ judged, rule, score }: Chosen): Decision {
    const reason = duplicateReason(judged.account, inCommon(this.profile, judged), rule);
    return { ...this.base(score), verdict: 'new', duplicateOf: judged.account.accountId, rule, evidence: this.evidence(judged, score), otherCandidates: this.others(), reason };
  }

  review(judged: Judged | undefined, reason?: string): Decision {
    const common = judged ? inCommon(this.profile, judged) : '';
    const told = reason ?? (judged ? (judged.account.earlier ? doubtfulDuplicateReason : reviewReason)(judged.account, common) : TOO_MANY_TO_COMPARE);
    return { ...this.base(judged?.score ?? 0), verdict: 'review', rule: judged ? ruleOf(judged) : '', evidence: judged ? this.evidence(judged) : [], otherCandidates: this.others(), reason: told };
  }

  fresh(): Decision {
    const closest = this.judged.find((one) => !one.account.earlier);
    const reason = newReason(closest?.account, closest ? inCommon(this.profile, closest) : '');
    return { ...this.base(closest?.score ?? 0), verdict: 'new', evidence: closest ? this.evidence(closest) : [], otherCandidates: this.others(), reason };
  }

  private base(score: number): Decision {
    const modelVersion = this.judged.length > 0 ? { modelVersion: COMPANY_MODEL.version } : {};
    return { candidateId: this.candidate.id, verdict: 'new', accountId: '', score, rule: '', rulesVersion: this.rules.version, evidence: [], otherCandidates: [], reason: '', duplicateOf: '', ...modelVersion };
  }
}

const chosenBy = (verdict: Verdict, among: readonly Judged[]): Judged | undefined => among.find((one) => one.account.accountId === verdict.accountId);

function decideByModel(candidate: Candidate, profile: Profile, neighbours: Neighbours, rules: RuleSet): Decision {
  const { crm, earlier } = neighbours;
  const judged = judgeFound(profile, worthComparing([...crm.accounts, ...earlier.accounts]), neighbours);
  const telling = new Telling(candidate, profile, judged, rules);
  const thresholds = thresholdsOf(rules);
  const sides = [judged.filter((one) => !one.account.earlier), judged.filter((one) => one.account.earlier)] as const;
  // The CRM first: what it holds already is no duplicate of something that is not there yet.
  const [inCrm, inList] = sides.map((side) => verdictOf(profile, side, thresholds, { perCountry: true })) as [Verdict, Verdict];
  const match = inCrm.decision === 'match' ? chosenBy(inCrm, sides[0]) : undefined;
  if (match) return telling.match({ judged: match, rule: inCrm.rule, score: inCrm.score });
  const twin = inList.decision === 'match' ? chosenBy(inList, sides[1]) : undefined;
  if (twin) return telling.duplicate({ judged: twin, rule: inList.rule, score: inList.score });
  for (const [at, verdict] of [inCrm, inList].entries()) {
    if (verdict.decision === 'review') return telling.review(sides[at]?.find((one) => one.score === verdict.score));
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
function likeliest(profile: Profile, judged: readonly Judged[]): Judged {
  const exact = (one: Judged): number => (one.account.profile.plainName === profile.plainName ? 0 : 1);
  return [...judged].sort((a, b) => b.score - a.score || exact(a) - exact(b) || (a.account.accountId < b.account.accountId ? -1 : 1))[0] as Judged;
}

/** A workspace's own blocks are exact: they hold or they do not. The model only says which of those they hold for is likeliest. */
function decideByBlocks(candidate: Candidate, profile: Profile, neighbours: Neighbours, rules: RuleSet): Decision {
  const { crm, earlier } = neighbours;
  for (const [side, accounts] of [crm.accounts, earlier.accounts].entries()) {
    const held = firstHolding(profile, accounts, rules.blocks);
    if (!held) continue;
    const best = likeliest(profile, judgeFound(profile, held.holding, neighbours));
    const shown = worthComparing(accounts).filter((one) => one.accountId !== best.account.accountId);
    const telling = new Telling(candidate, profile, [best, ...judgeFound(profile, shown, neighbours)], rules);
    const chosen = { judged: best, rule: held.block.name, score: best.score };
    return side === 0 ? telling.match(chosen) : telling.duplicate(chosen);
  }
  const telling = new Telling(candidate, profile, judgeFound(profile, worthComparing(crm.accounts), neighbours), rules);
  const { namesakes, onDomain, same } = together(crm, earlier);
  return namesakes > MOST_PER_KEY.name || onDomain > MOST_PER_KEY.domain || same > MOST_SAME ? telling.review(undefined) : telling.fresh();
}

/** The decision about one candidate. Pure: the same neighbours in any order and any batch give the same answer. */
export function decide(candidate: Candidate, profile: Profile, neighbours: Neighbours, rules: RuleSet): Decision {
  if (profile.nameKey === '' && profile.domain === '') return new Telling(candidate, profile, [], rules).review(undefined, NOTHING_TO_COMPARE);
  return rules.builtIn ? decideByModel(candidate, profile, neighbours, rules) : decideByBlocks(candidate, profile, neighbours, rules);
}

/** The decision about a company that is linked to an account: the link, whatever its name has become (CNA-10). */
export function decideByLink(candidate: Candidate, link: Link, rules: RuleSet): Decision {
  return {
    candidateId: candidate.id, verdict: 'match', accountId: link.accountId, score: 1, rule: 'link', rulesVersion: rules.version,
    evidence: [{ comparison: 'link', candidateValue: candidate.id, accountValue: link.accountId, outcome: 'equal', contribution: 1 }],
    otherCandidates: [], reason: linkReason(link.accountId, link.origin), duplicateOf: '',
  };
}
