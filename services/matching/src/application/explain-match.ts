import { notFound } from '@signalbox/kernel';
import { Comparison } from '../domain/comparison.ts';
import { judgeFound, modelFor } from '../domain/decide.ts';
import type { Candidate, Decision } from '../domain/decision.ts';
import { waterfall, type Evidence } from '../domain/evidence.ts';
import { NOBODY, worthComparing, type Found, type FoundAccount } from '../domain/found.ts';
import { profileOfCandidate } from '../domain/lead.ts';
import type { RuleBlock } from '../domain/rules.ts';
import { inCommon } from '../domain/verdict-reason.ts';
import { isStrict, ruleOf, strictScore } from '../domain/verdict.ts';
import type { MatchCandidates } from './match-candidates.ts';
import type { AccountIndex, IndexId, Rules } from './ports.ts';

export interface Explanation {
  decision: Decision;
  blocks: { block: RuleBlock; holds: boolean; evidence: Evidence[] }[];
  /** The model's probability that the candidate is the account, what it is made of, what the two have in common, and in words. */
  score: number;
  evidence: Evidence[];
  rule: string;
  reason: string;
}

/** One candidate against one named account: the waterfall, every block tried, and the decision that the index as a whole gives. */
export class ExplainMatch {
  constructor(
    private readonly match: MatchCandidates,
    private readonly index: AccountIndex,
    private readonly rules: Rules,
  ) {}

  /** @throws NotFound `matching.account_unknown` */
  async run(index: IndexId, candidate: Candidate, accountId: string): Promise<Explanation> {
    const rules = await this.rules.current(index.workspaceId);
    const [decision] = await this.match.run(index, [candidate]);
    const account = await this.index.one(index, accountId);
    if (!account) throw notFound('matching.account_unknown', `The index of this connection has no account ${accountId}. Check the id, or refresh the CRM's mirror.`, { field: 'account_id' });
    const profile = profileOfCandidate(candidate);
    const model = modelFor(candidate);
    const { found, rarity } = await this.index.find(index, [profile]);
    const crm = found[0] as Found;
    // Among those compared it is judged as the decision judges it; otherwise as if it were one of them.
    const near = worthComparing(crm.accounts);
    const named: FoundAccount = near.find((one) => one.accountId === accountId) ?? { ...account, weight: 0, tie: 0, same: false, earlier: false };
    const judged = judgeFound(profile, near.includes(named) ? near : [...near, named], { crm, earlier: NOBODY, rarity }, model);
    const one = judged.find((each) => each.account === named) as (typeof judged)[number];
    // The built-in block is about companies.
    const strict = !candidate.lead && isStrict(profile, account.profile);
    const score = strict ? strictScore(one.score) : one.score;
    const evidence = waterfall({ candidate, profile, account: account.facts }, one, model, { score, rule: 'strict' });
    const comparison = new Comparison(profile, account.profile);
    return {
      decision: decision as Decision, score, evidence, rule: strict ? 'strict' : ruleOf(one), reason: `${inCommon(profile, one)}.`,
      blocks: (rules.builtIn && candidate.lead ? [] : rules.blocks).map((block) => ({ block, holds: rules.builtIn ? strict : comparison.holds(block), evidence })),
    };
  }
}
