import { invalid } from '@signalbox/kernel';
import { decideInTurn, type Turns } from '../domain/decide-in-turn.ts';
import { decideByLink, decideByNamed, withoutNamed, type Link } from '../domain/decide.ts';
import type { Candidate, Decision } from '../domain/decision.ts';
import { EarlierCandidates } from '../domain/earlier-candidates.ts';
import type { Account, Found } from '../domain/found.ts';
import { profileOfCandidate } from '../domain/lead.ts';
import type { Profile } from '../domain/profile.ts';
import type { RuleSet } from '../domain/rules.ts';
import type { Said } from '../domain/said.ts';
import type { DecidedBefore } from '../domain/standing-decision.ts';
import type { WordRarity } from '../domain/word-rarity.ts';
import type { AccountIndex, FoundAll, IndexId, Links, Rules, Standings } from './ports.ts';
import type { EarlierDecisions, Sayings } from './review-ports.ts';

export const MOST_CANDIDATES = 1_000;
/** Most accounts that a workspace's own blocks are tried on, for each candidate: all that its name and its domain bring. */
export const MOST_EXACT = 400;

const NONE_BEFORE: ReadonlyMap<string, DecidedBefore> = new Map();

/** All that a batch's decisions depend on besides the candidates before it. */
export interface Asked {
  candidates: readonly Candidate[];
  rules: RuleSet;
  links: ReadonlyMap<string, Link>;
  /** Accounts that leads name and that there are. */
  named: ReadonlyMap<string, Account>;
  said: ReadonlyMap<string, Said>;
  /** Links of the companies that people said some of these to be. */
  twins: ReadonlyMap<string, Link>;
  before: ReadonlyMap<string, DecidedBefore>;
  /** Without those that a link, or the account that it names, decides. */
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
    private readonly sayings: Sayings,
    private readonly decided: EarlierDecisions,
    private readonly standings: Standings,
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
    // Links, answers and earlier decisions are about companies.
    const ids = candidates.flatMap(({ id, lead }) => (lead || id === '' ? [] : [id]));
    const asked = turns ? Promise.resolve(turns.rules) : this.rules.current(index.workspaceId);
    const linked = this.links.standing(index, ids);
    const naming = this.named(index, candidates);
    // Of a stream many are linked, and are not searched for; one that stands alone would wait for the answer.
    const searched = turns ? Promise.all([linked, naming]).then(([links, named]) => candidates.filter((one) => (one.lead ? !named.has(one.lead.accountId) : !links.has(one.id)))) : Promise.resolve(candidates);
    const told = this.sayings.of(index, ids);
    const [rules, links, named, said, twins, found, before] = await Promise.all([
      asked, linked, naming, told, told.then((all) => this.twins(index, all)),
      searched.then((some) => this.find(index, some, asked, turns)),
      turns ? searched.then((some) => this.decided.before(index, turns.rules.version, some.filter(({ lead }) => !lead))) : NONE_BEFORE,
    ]);
    return { candidates, rules, links, named, said, twins, before, ...found };
  }

  /** The batches of a stream one after the other, in its order. */
  decide({ candidates, rules, links, named, said, twins, before, profiles, rarity }: Asked, turns?: Turns): Decision[] {
    const words = turns?.words?.rarity ?? rarity;
    if (turns?.words && words) turns.words.rarity = words;
    const searched = (candidate: Candidate): Decision => {
      const { profile, found } = profiles.get(candidate) as { profile: Profile; found: Found };
      return decideInTurn(candidate, profile, found, { ...turns, rules }, words as WordRarity, { before: before.get(candidate.id), said: said.get(candidate.id) });
    };
    return candidates.map((candidate) => {
      if (candidate.lead) {
        const { accountId } = candidate.lead;
        const account = named.get(accountId);
        if (account) return decideByNamed(candidate, account, rules);
        return accountId === '' ? searched(candidate) : withoutNamed(searched(candidate), accountId);
      }
      const link = links.get(candidate.id) ?? twins.get(said.get(candidate.id)?.sameAs ?? '');
      return link ? decideByLink(candidate, link, rules) : searched(candidate);
    });
  }

  /** A company that is another one, as a person said, is that one's account. */
  private async twins(index: IndexId, said: ReadonlyMap<string, Said>): Promise<ReadonlyMap<string, Link>> {
    const companies = [...said.values()].flatMap(({ sameAs }) => (sameAs === '' ? [] : [sameAs]));
    const links = companies.length === 0 ? [] : [...(await this.links.standing(index, companies))];
    return new Map(links.map(([companyId, { accountId }]) => [companyId, { accountId, origin: 'person' }]));
  }

  /** The accounts that leads name, as far as there are such. */
  private async named(index: IndexId, candidates: readonly Candidate[]): Promise<ReadonlyMap<string, Account>> {
    const ids = candidates.flatMap(({ lead }) => (lead?.accountId ? [lead.accountId] : []));
    return ids.length === 0 ? new Map() : this.index.many(index, ids);
  }

  /** What tie-breakers go by is read only where there are some, and something to choose from. */
  private async withStandings(index: IndexId, found: readonly Found[], { tieBreakers = [] }: RuleSet): Promise<readonly Found[]> {
    if (tieBreakers.length === 0) return found;
    const ids = new Set(found.flatMap(({ accounts }) => (accounts.length > 1 ? accounts.map((one) => one.accountId) : [])));
    if (ids.size === 0) return found;
    const standings = await this.standings.of(index, [...ids], tieBreakers);
    return found.map((one) => ({ ...one, accounts: one.accounts.map((account) => ({ ...account, standing: standings.get(account.accountId) })) }));
  }

  /** A stream uses one set of rules from its first batch to its last. */
  async begin(workspaceId: string): Promise<Turns> {
    return { rules: await this.rules.current(workspaceId), earlier: new EarlierCandidates(), words: {} };
  }

  /** A workspace's own blocks are searched for by what they compare. That it has some is known from the last time, so that nobody waits for the rules first. */
  private async find(index: IndexId, candidates: readonly Candidate[], rules: Promise<RuleSet>, turns: Turns | undefined): Promise<Pick<Asked, 'profiles' | 'rarity'>> {
    if (candidates.length === 0) return { profiles: new Map(), rarity: undefined };
    const profiles = candidates.map(profileOfCandidate);
    const guess = turns ? turns.rules.builtIn : !this.withOwnRules.has(index.workspaceId);
    const [guessed, current] = await Promise.all([this.search(index, profiles, guess), rules]);
    const { builtIn } = current;
    if (!turns && builtIn) this.withOwnRules.delete(index.workspaceId);
    if (!turns && !builtIn) this.withOwnRules.add(index.workspaceId);
    const { found, rarity } = guess === builtIn ? guessed : await this.search(index, profiles, builtIn);
    const near = await this.withStandings(index, found, current);
    return { profiles: new Map(candidates.map((candidate, at) => [candidate, { profile: profiles[at] as Profile, found: near[at] as Found }])), rarity };
  }

  private search(index: IndexId, profiles: readonly Profile[], builtIn: boolean): Promise<FoundAll> {
    return this.index.find(index, profiles, builtIn ? {} : { exactOnly: true, most: MOST_EXACT });
  }
}
