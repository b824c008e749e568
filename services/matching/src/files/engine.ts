import { keyHash } from '../domain/blocking-keys.ts';
import { LEAST_SCORE, toldApartInBrackets } from '../domain/duplicate-pairs.ts';
import { judge, type Compared } from '../domain/judgement.ts';
import { leadFacts } from '../domain/lead.ts';
import type { MatchModel } from '../domain/match-model.ts';
import { COMPANY_MODEL, LEAD_MODEL } from '../domain/models.ts';
import { profileOf, type Profile } from '../domain/profile.ts';
import { inCommon, reasonOf } from '../domain/verdict-reason.ts';
import { differentCountries, verdictOf, type Verdict } from '../domain/verdict.ts';
import { WordRarity } from '../domain/word-rarity.ts';
import type { Row, Subject } from './columns.ts';
import type { FoundAccount, PackedIndex } from './packed-index.ts';

export type { Row, Subject } from './columns.ts';

export interface FileDecision extends Verdict {
  id: string;
  reason: string;
}

/** Decides about rows against an index in memory; the same engine as the service's. */
export class FileEngine {
  private readonly rarity: WordRarity;
  private readonly model: MatchModel;

  constructor(
    private readonly index: PackedIndex,
    private readonly subject: Subject,
  ) {
    this.rarity = new WordRarity(index.accounts, (word) => index.count(keyHash('word', word)));
    this.model = subject === 'leads' ? LEAD_MODEL : COMPANY_MODEL;
  }

  decide(row: Row): FileDecision {
    const profile = this.profileOf(row);
    const compared = this.compare(profile);
    const verdict = verdictOf(profile, compared, this.model, { perCountry: this.subject === 'companies' });
    return { id: row[0] as string, ...verdict, reason: reasonOf(profile, compared, verdict) };
  }

  /** The other accounts that an account of the index may be the same company as, with what it has in common with the likely ones. */
  duplicatesOf(owner: number): { owner: number; score: number; common: string }[] {
    const { profile } = this.index.account(owner);
    const { accounts, namesakes, onDomain } = this.index.find(profile, owner);
    // It is among those counted itself.
    const context = { rarity: (word: string) => this.rarity.of(word), namesakes: Math.max(0, namesakes - 1), onDomain: Math.max(0, onDomain - 1) };
    return judge(profile, accounts, context, this.model)
      .filter(({ score, account }) => score >= LEAST_SCORE && !differentCountries(profile, account.profile) && !toldApartInBrackets(profile, account.profile))
      .map((one) => ({ owner: (one.account as FoundAccount).owner, score: one.score, common: one.score >= this.model.matchAt ? inCommon(profile, one) : '' }));
  }

  private compare(profile: Profile): Compared[] {
    const { accounts, namesakes, onDomain } = this.index.find(profile);
    return judge(profile, accounts, { rarity: (word) => this.rarity.of(word), namesakes, onDomain }, this.model);
  }

  private profileOf([, first = '', second = '', country = '']: Row): Profile {
    if (this.subject === 'leads') return profileOf(leadFacts({ email: first, company: second, country }));
    return profileOf({ name: first, website: second, country });
  }
}
