import type { Candidate, Decision, OtherCandidate } from './decision.ts';
import { settledBy, waterfall, type Evidence } from './evidence.ts';
import type { FoundAccount } from './found.ts';
import type { Compared } from './judgement.ts';
import type { MatchModel } from './match-model.ts';
import type { Profile } from './profile.ts';
import { TOO_MANY_TO_COMPARE, doubtfulDuplicateReason, duplicateReason, leadMatchReason, leadNewReason, leadReviewReason, matchReason, newReason, reviewReason, settledReason } from './reason.ts';
import type { RuleSet } from './rules.ts';
import type { Settled } from './tie-breakers.ts';
import { inCommon } from './verdict-reason.ts';
import { ruleOf } from './verdict.ts';

export interface Judged extends Compared {
  account: FoundAccount;
}

/** What decided, by which rule, and how sure it is. */
export interface Chosen {
  judged: Judged;
  rule: string;
  score: number;
  /** Where tie-breakers were asked. */
  settled?: Settled<Judged>;
}

/** What is told about. */
export interface Asked {
  candidate: Candidate;
  profile: Profile;
  rules: RuleSet;
  model: MatchModel;
}

const MOST_OTHERS = 5;

/** What the model said of a candidate, turned into a decision. `judged` likeliest first. */
export class Telling {
  constructor(
    private readonly asked: Asked,
    private readonly judged: readonly Judged[],
  ) {}

  match({ judged, rule, score, settled }: Chosen): Decision {
    const { candidate, profile } = this.asked;
    const { account } = judged;
    const said = (candidate.lead ? leadMatchReason : matchReason)(account, inCommon(profile, judged), rule);
    const [tie, why] = settled && settled.among > 1 ? [settledBy(settled), ` ${settledReason(settled)}`] : [[], ''];
    return { ...this.base(score), verdict: 'match', accountId: account.accountId, rule, evidence: [...this.evidence(judged, score), ...tie], otherCandidates: this.others(judged), reason: `${said}${why}` };
  }

  duplicate({ judged, rule, score }: Chosen): Decision {
    const reason = duplicateReason(judged.account, inCommon(this.asked.profile, judged), rule);
    return { ...this.base(score), verdict: 'new', duplicateOf: judged.account.accountId, rule, evidence: this.evidence(judged, score), otherCandidates: this.others(), reason };
  }

  review(judged: Judged | undefined, reason?: string): Decision {
    const common = judged ? inCommon(this.asked.profile, judged) : '';
    const doubtful = this.asked.candidate.lead ? leadReviewReason : reviewReason;
    const told = reason ?? (judged ? (judged.account.earlier ? doubtfulDuplicateReason : doubtful)(judged.account, common) : TOO_MANY_TO_COMPARE);
    const twin = judged?.account.earlier ? { doubtfulTwin: this.other(judged) } : {};
    return { ...this.base(judged?.score ?? 0), ...twin, verdict: 'review', rule: judged ? ruleOf(judged) : '', evidence: judged ? this.evidence(judged) : [], otherCandidates: this.others(), reason: told };
  }

  fresh(reason?: string): Decision {
    const closest = this.judged.find((one) => !one.account.earlier);
    const why = (this.asked.candidate.lead ? leadNewReason : newReason)(closest?.account, closest ? inCommon(this.asked.profile, closest) : '');
    return { ...this.base(closest?.score ?? 0), verdict: 'new', evidence: closest ? this.evidence(closest) : [], otherCandidates: this.others(), reason: reason ?? why };
  }

  private evidence(judged: Judged, score = judged.score): Evidence[] {
    const { candidate, profile, model } = this.asked;
    return waterfall({ candidate, profile, account: judged.account.facts }, judged, model, { score, rule: 'strict' });
  }

  private others(chosen?: Judged): OtherCandidate[] {
    return this.judged.filter((one) => one !== chosen && !one.account.earlier).slice(0, MOST_OTHERS).map((one) => this.other(one));
  }

  private other(one: Judged): OtherCandidate {
    return { accountId: one.account.accountId, facts: one.account.facts, score: one.score, rule: ruleOf(one) };
  }

  private base(score: number): Decision {
    const { candidate, rules, model } = this.asked;
    const modelVersion = this.judged.length > 0 ? { modelVersion: model.version } : {};
    return { candidateId: candidate.id, verdict: 'new', accountId: '', score, rule: '', rulesVersion: rules.version, evidence: [], otherCandidates: [], reason: '', duplicateOf: '', ...modelVersion };
  }
}
