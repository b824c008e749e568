import { invalid } from '@signalbox/kernel';
import { decideInTurn, type Turns } from '../domain/decide-in-turn.ts';
import { decideByLink, type Link } from '../domain/decide.ts';
import type { Candidate, Decision } from '../domain/decision.ts';
import { EarlierCandidates } from '../domain/earlier-candidates.ts';
import type { Found } from '../domain/found.ts';
import { profileOf, type Profile } from '../domain/profile.ts';
import { foundWithout } from '../domain/refusals.ts';
import type { RuleSet } from '../domain/rules.ts';
import type { DecidedBefore } from '../domain/standing-decision.ts';
import type { WordRarity } from '../domain/word-rarity.ts';
import type { AccountIndex, FoundAll, IndexId, Links, Rules } from './ports.ts';
import type { EarlierDecisions, Refusals } from './review-ports.ts';

export const MOST_CANDIDATES = 1_000;
/** Most accounts that a workspace's own blocks are tried on, for each candidate: all that its name and its domain bring. */
export const MOST_EXACT = 400;

const NONE_BEFORE: ReadonlyMap<string, DecidedBefore> = new Map();

/** All that a batch's decisions depend on besides the candidates before it. */
export interface Asked {
  candidates: readonly Candidate[];
  rules: RuleSet;
  links: ReadonlyMap<string, Link>;
  refused: ReadonlyMap<string, ReadonlySet<string>>;
  before: ReadonlyMap<string, DecidedBefore>;
  /** Without those that a link decides. */
  profiles: ReadonlyMap<Candidate, { profile: Profile; found: Found }>;
  rarity: WordRarity | undefined;
}

/** Decides about candidates, in their order: a few queries side by side, however many there are. */
export class MatchCandidates {
  private readonly withOwnRules = new Set<string>();

  constructor(
    private readonly index: AccountIndex,
    private readonly links: Links,
    private readonly rules: Rules,
    private readonly refusals: Refusals,
    private readonly decided: EarlierDecisions,
  ) {}

  /**
   * @param turns of the stream that the batch belongs to; without, rules are read anew and each candidate stands alone
   * @throws Invalid `matching.connection_missing`, `matching.too_many_candidates`
   */
  async run(index: IndexId, candidates: readonly Candidate[], turns?: Turns): Promise<Decision[]> {
    return this.decide(await this.ask(index, candidates, turns), turns);
  }

  /** Reads what the decisions need; any number of a stream's batches may be asked about at the same time. */
  async ask(index: IndexId, candidates: readonly Candidate[], turns?: Turns): Promise<Asked> {
    if (index.connectionId === '') throw invalid('matching.connection_missing', 'Say in which connection to look: connection_id is empty.', { field: 'connection_id' });
    if (candidates.length > MOST_CANDIDATES) throw invalid('matching.too_many_candidates', `A batch takes at most ${MOST_CANDIDATES} candidates; this one has ${candidates.length}. Send several.`, { field: 'candidates' });
    const ids = candidates.map((c) => c.id).filter((id) => id !== '');
    const asked = turns ? Promise.resolve(turns.rules) : this.rules.current(index.workspaceId);
    const linked = this.links.standing(index, ids);
    // Of a stream many are linked, and are not searched for; one that stands alone would wait for the answer.
    const searched = turns ? linked.then((links) => candidates.filter(({ id }) => !links.has(id))) : Promise.resolve(candidates);
    const [rules, links, refused, found, before] = await Promise.all([
      asked, linked, this.refusals.of(index, ids),
      searched.then((some) => this.find(index, some, asked, turns)),
      turns ? searched.then((some) => this.decided.before(index, turns.rules.version, some)) : NONE_BEFORE,
    ]);
    return { candidates, rules, links, refused, before, ...found };
  }

  /** The batches of a stream one after the other, in its order. */
  decide({ candidates, rules, links, refused, before, profiles, rarity }: Asked, turns?: Turns): Decision[] {
    const words = turns?.words?.rarity ?? rarity;
    if (turns?.words && words) turns.words.rarity = words;
    return candidates.map((candidate) => {
      const link = links.get(candidate.id);
      if (link) return decideByLink(candidate, link, rules);
      const { profile, found } = profiles.get(candidate) as { profile: Profile; found: Found };
      const no = refused.get(candidate.id);
      // Who was asked has the last word.
      return decideInTurn(candidate, profile, foundWithout(found, no), { ...turns, rules }, words as WordRarity, no ? undefined : before.get(candidate.id));
    });
  }

  /** A stream uses one set of rules from its first batch to its last. */
  async begin(workspaceId: string): Promise<Turns> {
    return { rules: await this.rules.current(workspaceId), earlier: new EarlierCandidates(), words: {} };
  }

  /** A workspace's own blocks are searched for by what they compare. That it has some is known from the last time, so that nobody waits for the rules first. */
  private async find(index: IndexId, candidates: readonly Candidate[], rules: Promise<RuleSet>, turns: Turns | undefined): Promise<Pick<Asked, 'profiles' | 'rarity'>> {
    if (candidates.length === 0) return { profiles: new Map(), rarity: undefined };
    const profiles = candidates.map(profileOf);
    const guess = turns ? turns.rules.builtIn : !this.withOwnRules.has(index.workspaceId);
    const [guessed, { builtIn }] = await Promise.all([this.search(index, profiles, guess), rules]);
    if (!turns && builtIn) this.withOwnRules.delete(index.workspaceId);
    if (!turns && !builtIn) this.withOwnRules.add(index.workspaceId);
    const { found, rarity } = guess === builtIn ? guessed : await this.search(index, profiles, builtIn);
    return { profiles: new Map(candidates.map((candidate, at) => [candidate, { profile: profiles[at] as Profile, found: found[at] as Found }])), rarity };
  }

  private search(index: IndexId, profiles: readonly Profile[], builtIn: boolean): Promise<FoundAll> {
    return this.index.find(index, profiles, builtIn ? {} : { exactOnly: true, most: MOST_EXACT });
  }
}
