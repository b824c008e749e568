import { compareNames, type NameSimilarity } from './name-similarity.ts';
import type { Profile } from './profile.ts';
import type { MatchType, RuleBlock } from './rules.ts';

type Outcome = 'equal' | 'similar' | 'different' | 'missing';

const outcome = (a: string, b: string): Outcome => (a === '' || b === '' ? 'missing' : a === b ? 'equal' : 'different');

/** Names on one site agree from here on. */
const AGREEING_NAMES = 0.45;

/**
 * Two companies side by side, for a workspace's own rule blocks; what costs time is worked out when it is first asked for. The same either way round: whether
 * two companies are one does not depend on which of them stands in the CRM.
 */
export class Comparison {
  readonly sameName: boolean;
  readonly country: Outcome;
  readonly domain: Outcome;
  /** Same domain, and the same part of it: no department's or member's subdomain. */
  readonly sameSite: boolean;
  /** Domains that differ in their public suffix only: acme.com, acme.co.uk. */
  readonly sameLabel: boolean;
  private similarity: NameSimilarity | undefined;

  constructor(
    readonly candidate: Profile,
    readonly account: Profile,
  ) {
    this.sameName = candidate.nameKey !== '' && candidate.nameKey === account.nameKey;
    this.country = outcome(candidate.countryCode, account.countryCode);
    this.domain = outcome(candidate.domain, account.domain);
    this.sameSite = this.domain === 'equal' && candidate.site === account.site;
    this.sameLabel = candidate.label.length > 1 && candidate.label === account.label;
  }

  get name(): NameSimilarity {
    this.similarity ??= this.sameName ? { value: 1, how: 'equal' } : compareNames(this.candidate, this.account);
    return this.similarity;
  }

  /** Names that may be two ways to call the company whose site this is. */
  private get namesAgree(): boolean {
    if (this.sameName) return true;
    if (!this.sameSite) return false;
    const { how, value } = this.name;
    if (how === 'contained' || how === 'acronym') return true;
    return how === 'other script' || (how !== 'missing' && value >= AGREEING_NAMES);
  }

  fulfils(type: MatchType): boolean {
    switch (type) {
      case 'strict': return this.domain === 'equal' && this.candidate.plainName !== '' && this.candidate.plainName === this.account.plainName;
      case 'normalised-name': return this.sameName;
      case 'domain-and-subdomain': return this.candidate.host !== '' && this.candidate.host === this.account.host;
      case 'domain': return this.domain === 'equal';
      case 'similar-name': return this.namesAgree;
      case 'domain-not-different': return this.domain !== 'different' || this.sameLabel;
    }
  }

  holds(block: RuleBlock): boolean {
    return (block.ignoreCountry || this.country !== 'different') && block.allOf.every((type) => this.fulfils(type));
  }
}
