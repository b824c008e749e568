import { notFound } from '@signalbox/kernel';
import { Comparison } from '../domain/comparison.ts';
import type { Candidate, Decision } from '../domain/decision.ts';
import { waterfall, type Evidence } from '../domain/evidence.ts';
import { profileOf } from '../domain/profile.ts';
import type { RuleBlock } from '../domain/rules.ts';
import { SiteCrowd } from '../domain/site-crowd.ts';
import type { MatchCandidates } from './match-candidates.ts';
import type { AccountIndex, IndexId, Rules } from './ports.ts';

export interface Explanation {
  decision: Decision;
  blocks: { block: RuleBlock; holds: boolean; evidence: Evidence[] }[];
}

/** One candidate against one named account: every block tried, beside the decision that the index as a whole gives. */
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
    const profile = profileOf(candidate);
    const neighbours = (await this.index.find(index, [account.profile])).byDomain.get(account.profile.domain) ?? [];
    const crowd = new SiteCrowd(rules.builtIn ? neighbours : []);
    const comparison = new Comparison(profile, account.profile, crowd.between(profile, account.profile));
    const evidence = waterfall(comparison, candidate, account.facts);
    return { decision: decision as Decision, blocks: rules.blocks.map((block) => ({ block, holds: comparison.holds(block), evidence })) };
  }
}
