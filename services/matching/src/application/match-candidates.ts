import { invalid } from '@signalbox/kernel';
import { decide, decideByLink } from '../domain/decide.ts';
import type { Account, Candidate, Decision } from '../domain/decision.ts';
import { profileOf, type Profile } from '../domain/profile.ts';
import type { RuleSet } from '../domain/rules.ts';
import type { AccountIndex, FoundAccounts, IndexId, Links, Rules } from './ports.ts';

export const MOST_CANDIDATES = 1_000;

function accountsFor(profile: Profile, found: FoundAccounts): Account[] {
  const unique = new Map<string, Account>();
  const lists = [found.byDomain.get(profile.domain), found.byHost.get(profile.host), found.byName.get(profile.nameKey)];
  for (const list of lists) for (const account of list ?? []) unique.set(account.accountId, account);
  return [...unique.values()];
}

/** Decides about candidates, in their order: three queries side by side, however many there are. */
export class MatchCandidates {
  constructor(
    private readonly index: AccountIndex,
    private readonly links: Links,
    private readonly rules: Rules,
  ) {}

  /**
   * @param rules those in force when a stream began; read anew when left out
   * @throws Invalid `matching.connection_missing`, `matching.too_many_candidates`
   */
  async run(index: IndexId, candidates: readonly Candidate[], rules?: RuleSet): Promise<Decision[]> {
    if (index.connectionId === '') throw invalid('matching.connection_missing', 'Say in which connection to look: connection_id is empty.', { field: 'connection_id' });
    if (candidates.length > MOST_CANDIDATES) throw invalid('matching.too_many_candidates', `A batch takes at most ${MOST_CANDIDATES} candidates; this one has ${candidates.length}. Send several.`, { field: 'candidates' });
    if (candidates.length === 0) return [];
    const profiles = candidates.map(profileOf);
    const [current, links, found] = await Promise.all([
      rules ?? this.rules.current(index.workspaceId),
      this.links.standing(index, candidates.map((c) => c.id).filter((id) => id !== '')),
      this.index.find(index, profiles),
    ]);
    return candidates.map((candidate, at) => {
      const profile = profiles[at] as Profile;
      const link = links.get(candidate.id);
      return link ? decideByLink(candidate, profile, link, current) : decide(candidate, profile, accountsFor(profile, found), current);
    });
  }

  /** The rules a stream uses from its first batch to its last. */
  rulesInForce(workspaceId: string): Promise<RuleSet> {
    return this.rules.current(workspaceId);
  }
}
