import { EarlierCandidates } from '../domain/earlier-candidates.ts';
import type { Decision, Verdict } from '../domain/decision.ts';
import { BUILT_IN_BLOCKS, checkedRules, type RuleChoice, type RuleSet } from '../domain/rules.ts';
import { MOST_CANDIDATES, type MatchCandidates } from './match-candidates.ts';
import type { IndexId, Rules } from './ports.ts';
import type { DecisionLog, StoredDecision } from './review-ports.ts';

/** A company, or a lead, about which something else would be decided. */
export interface Flip {
  before: StoredDecision;
  after: Decision;
  /** The rules in force decide the same by now: not the rules have changed, but the CRM, a link or an answer. */
  withoutChange: boolean;
}

export interface Totals {
  compared: number;
  flips: number;
  withoutChange: number;
  /** Of `flips`, by "from to". */
  byDecision: Map<string, { from: Verdict; to: Verdict; count: number }>;
}

const differs = (a: { verdict: Verdict; accountId: string }, b: { verdict: Verdict; accountId: string }): boolean => a.verdict !== b.verdict || a.accountId !== b.accountId;

/** Tries rules on what was decided for plans, against the CRM as it is now. Nothing is written. */
export class SimulateRules {
  constructor(
    private readonly match: MatchCandidates,
    private readonly rules: Rules,
    private readonly log: DecisionLog,
  ) {}

  /**
   * Flips a page at a time, in the order of ids, each with the totals so far; at least one.
   * @throws Invalid `matching.rules.invalid`
   */
  async *run(index: IndexId, choice: RuleChoice, { planId, leads }: { planId: string; leads: boolean }): AsyncGenerator<{ flips: Flip[]; totals: Totals }> {
    const present = await this.rules.current(index.workspaceId);
    const checked = checkedRules(choice);
    const builtIn = checked.blocks.length === 0;
    const proposed: RuleSet = { ...checked, version: present.version + 1, builtIn, blocks: builtIn ? [...BUILT_IN_BLOCKS] : checked.blocks };
    // In the order in which plans ask: candidates that are one company are so here, too (CNA-7).
    const asNow = { rules: present, earlier: new EarlierCandidates() };
    const asProposed = { rules: proposed, earlier: new EarlierCandidates() };
    const totals: Totals = { compared: 0, flips: 0, withoutChange: 0, byDecision: new Map() };
    for (let after = ''; ;) {
      const page = await this.log.list(index, { leads, companyId: '', planId, after, limit: MOST_CANDIDATES });
      const candidates = page.map(({ companyId: id, name, website, country, ownerId, lead }) => ({ id, name, website, country, ownerId, lead }));
      const askedOnly = new Set(page.filter((one) => one.askedOnly).map((one) => one.companyId));
      const [now, then] = await Promise.all([this.match.run(index, candidates, { ...asNow, askedOnly }), this.match.run(index, candidates, { ...asProposed, askedOnly })]);
      yield { flips: flipsOf(page, now, then, totals), totals };
      if (page.length < MOST_CANDIDATES) return;
      after = (page.at(-1) as StoredDecision).companyId;
    }
  }
}

function flipsOf(page: readonly StoredDecision[], now: readonly Decision[], then: readonly Decision[], totals: Totals): Flip[] {
  const flips: Flip[] = [];
  for (const [at, before] of page.entries()) {
    const after = then[at] as Decision;
    totals.compared += 1;
    if (!differs(before, after)) continue;
    const withoutChange = !differs(now[at] as Decision, after);
    flips.push({ before, after, withoutChange });
    if (withoutChange) {
      totals.withoutChange += 1;
      continue;
    }
    totals.flips += 1;
    const key = `${before.verdict} ${after.verdict}`;
    const counted = totals.byDecision.get(key) ?? { from: before.verdict, to: after.verdict, count: 0 };
    totals.byDecision.set(key, { ...counted, count: counted.count + 1 });
  }
  return flips;
}
