import { invalid } from '@signalbox/kernel';
import { decideInTurn, type Turns } from '../domain/decide-in-turn.ts';
import { decideByLink } from '../domain/decide.ts';
import type { Candidate, Decision } from '../domain/decision.ts';
import { EarlierCandidates } from '../domain/earlier-candidates.ts';
import { profileOf, type Profile } from '../domain/profile.ts';
import { foundWithout } from '../domain/refusals.ts';
import type { AccountIndex, IndexId, Links, Rules } from './ports.ts';
import type { Refusals } from './review-ports.ts';

export const MOST_CANDIDATES = 1_000;

/** Decides about candidates, in their order: four queries side by side, however many there are. */
export class MatchCandidates {
  constructor(
    private readonly index: AccountIndex,
    private readonly links: Links,
    private readonly rules: Rules,
    private readonly refusals: Refusals,
  ) {}

  /**
   * @param turns of the stream that the batch belongs to; without, rules are read anew and each candidate stands alone
   * @throws Invalid `matching.connection_missing`, `matching.too_many_candidates`
   */
  async run(index: IndexId, candidates: readonly Candidate[], turns?: Turns): Promise<Decision[]> {
    if (index.connectionId === '') throw invalid('matching.connection_missing', 'Say in which connection to look: connection_id is empty.', { field: 'connection_id' });
    if (candidates.length > MOST_CANDIDATES) throw invalid('matching.too_many_candidates', `A batch takes at most ${MOST_CANDIDATES} candidates; this one has ${candidates.length}. Send several.`, { field: 'candidates' });
    if (candidates.length === 0) return [];
    const profiles = candidates.map(profileOf);
    const ids = candidates.map((c) => c.id).filter((id) => id !== '');
    const [rules, links, refused, found] = await Promise.all([
      turns?.rules ?? this.rules.current(index.workspaceId),
      this.links.standing(index, ids),
      this.refusals.of(index, ids),
      this.index.find(index, profiles),
    ]);
    return candidates.map((candidate, at) => {
      const link = links.get(candidate.id);
      return link ? decideByLink(candidate, link, rules) : decideInTurn(candidate, profiles[at] as Profile, foundWithout(found, refused.get(candidate.id)), { ...turns, rules });
    });
  }

  /** A stream uses one set of rules from its first batch to its last. */
  async begin(workspaceId: string): Promise<Turns> {
    return { rules: await this.rules.current(workspaceId), earlier: new EarlierCandidates() };
  }
}
