import { decide } from './decide.ts';
import type { Candidate, Decision } from './decision.ts';
import type { EarlierCandidates } from './earlier-candidates.ts';
import { neighboursOf, type FoundAccounts } from './neighbours.ts';
import type { Profile } from './profile.ts';
import type { RuleSet } from './rules.ts';

/** What a stream of candidates keeps from one to the next. */
export interface Turns {
  rules: RuleSet;
  /** Left out where a candidate stands alone. */
  earlier?: EarlierCandidates;
  /** Ids of candidates for which no account will be made: none is a duplicate of them. */
  askedOnly?: ReadonlySet<string>;
}

/** The decision about the next candidate of a stream, which is remembered when it is going to be an account. */
export function decideInTurn(candidate: Candidate, profile: Profile, found: FoundAccounts, { rules, earlier, askedOnly }: Turns): Decision {
  const decision = decide(candidate, profile, neighboursOf(profile, found, earlier), rules);
  if (decision.verdict === 'new' && decision.duplicateOf === '' && !askedOnly?.has(candidate.id)) earlier?.add(candidate, profile);
  return decision;
}
