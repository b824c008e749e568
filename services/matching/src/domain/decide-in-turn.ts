import { decide, decideByPerson } from './decide.ts';
import type { Candidate, Decision } from './decision.ts';
import type { EarlierCandidates } from './earlier-candidates.ts';
import { NOBODY, type Found } from './found.ts';
import type { Profile } from './profile.ts';
import type { RuleSet } from './rules.ts';
import { foundWithout, type Said } from './said.ts';
import { standing, type DecidedBefore } from './standing-decision.ts';
import type { WordRarity } from './word-rarity.ts';

/** What a stream of candidates keeps from one to the next. */
export interface Turns {
  rules: RuleSet;
  /** Left out where a candidate stands alone. */
  earlier?: EarlierCandidates;
  /** Ids of candidates for which no account will be made: none is a duplicate of them. */
  askedOnly?: ReadonlySet<string>;
  /** Filled by the first batch: words weigh the same from the first candidate to the last. */
  words?: { rarity?: WordRarity };
}

/**
 * The decision about the next candidate of a stream, which is remembered when it is going to be an account. A lead never is, and is compared
 * with accounts only.
 * @param before what an earlier plan decided, where that may stand: not where people said something
 */
export function decideInTurn(candidate: Candidate, profile: Profile, found: Found, { rules, earlier, askedOnly }: Turns, rarity: WordRarity, { before, said }: { before?: DecidedBefore; said?: Said } = {}): Decision {
  const crm = foundWithout(found, said);
  if (candidate.lead) return decide(candidate, profile, { crm, earlier: NOBODY, rarity }, rules);
  const twin = said?.sameAs ? earlier?.facts(said.sameAs) : undefined;
  if (twin) return decideByPerson(candidate, { accountId: said?.sameAs as string, facts: twin }, rules);
  const near = earlier ? foundWithout(earlier.near(profile, !rules.builtIn), said) : NOBODY;
  const decided = decide(candidate, profile, { crm, earlier: near, rarity }, rules);
  const decision = rules.builtIn && !said ? standing(decided, before) : decided;
  if (decision.verdict === 'new' && decision.duplicateOf === '' && !askedOnly?.has(candidate.id)) earlier?.add(candidate, profile);
  return decision;
}
