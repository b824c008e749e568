import { accountsOf } from '../domain/company-accounts.ts';
import { companyKeys, saltOf } from '../domain/company-keys.ts';
import { profileOf } from '../domain/profile.ts';
import type { WordRarity } from '../domain/word-rarity.ts';
import type { DecidedBatch, DecidedCompany, KeptAccounts, KnownCompany, Turn } from './company-accounts-ports.ts';
import type { Asked, MatchCandidates } from './match-candidates.ts';
import type { IndexId } from './ports.ts';

/** So many companies are decided in one transaction. */
const AT_ONCE = 250;
/** So many are decided without giving way to calls that wait. */
const BEFORE_BREATHING = 16;
/** A sweep gives way to other connections after so long. */
const SWEEP_MS = 5_000;

interface Batch {
  companies: readonly KnownCompany[];
  answered: DecidedBatch['answered'];
  asked: Asked | undefined;
}

export interface KeepingOptions {
  monotonicMs: () => number;
  /** Lets everything run that waits to. */
  breathe: () => Promise<void>;
  stopping: () => boolean;
  onDecided: (companies: number) => void;
}

/** Decides about the companies that wait, connection by connection; every piece of it may be done twice. */
export class KeepCompanyAccounts {
  readonly name = 'deciding about the accounts of companies';

  constructor(
    private readonly kept: KeptAccounts,
    private readonly match: MatchCandidates,
    private readonly options: KeepingOptions,
  ) {}

  waiting(): Promise<IndexId[]> {
    return this.kept.waiting();
  }

  /** Decides about all that waited when it began; of a sweep as much as a turn has time for. */
  turn(index: IndexId): Promise<void> {
    return this.kept.alone(index, async () => {
      const turn = await this.kept.begin(index);
      if (!turn) return;
      const mark = await this.kept.mark(index);
      while (!(await this.kept.spread(turn, mark))) if (this.options.stopping()) return;
      const done = (await this.answer(turn, await this.kept.lastAsked(index))) && (await this.sweep(turn));
      if (!done) return;
      await this.kept.reached(turn, mark);
      // A part of what can wait, when nothing else does: a turn ends with it.
      await this.answerNext(turn);
    });
  }

  private async answer(turn: Turn, through: number): Promise<boolean> {
    for (;;) {
      const answered = await this.answerNext(turn, through);
      if (answered !== AT_ONCE) return answered !== undefined;
    }
  }

  /** How many were answered; undefined where it cannot go on now. */
  private async answerNext(turn: Turn, through?: number): Promise<number | undefined> {
    if (this.options.stopping()) return undefined;
    const asked = await this.kept.asked(turn.index, through, AT_ONCE);
    if (!asked || asked.length === 0) return asked?.length;
    const batch = await this.ask(turn.index, asked.flatMap(({ company }) => company ?? []), asked);
    return (await this.decide(turn, batch)) ? asked.length : undefined;
  }

  /** The next batch is asked about while this one is decided. */
  private async sweep(turn: Turn): Promise<boolean> {
    if (turn.sweepAfter === undefined) return true;
    const until = this.options.monotonicMs() + SWEEP_MS;
    let next = this.page(turn, turn.sweepAfter);
    for (;;) {
      const batch = await next;
      if (!batch) return false;
      const last = batch.companies.at(-1);
      const end = batch.companies.length < AT_ONCE;
      const goesOn = !end && this.options.monotonicMs() < until && !this.options.stopping();
      if (goesOn && last) next = this.page(turn, last.id);
      if (!(await this.decide(turn, batch, { through: last?.id ?? '', end }))) return false;
      if (!goesOn) return end;
    }
  }

  private page(turn: Turn, after: string): Promise<Batch | undefined> {
    const page = this.kept.companiesAfter(turn.index, after, AT_ONCE).then((companies) => (companies ? this.ask(turn.index, companies, []) : undefined));
    page.catch(() => undefined); // thrown when it is its turn
    return page;
  }

  private async ask(index: IndexId, companies: readonly KnownCompany[], answered: Batch['answered']): Promise<Batch> {
    return { companies, answered, asked: companies.length > 0 ? await this.match.ask(index, companies) : undefined };
  }

  /** False when the rules have changed meanwhile: then everything is begun anew. */
  private async decide(turn: Turn, { companies, answered, asked }: Batch, swept?: DecidedBatch['swept']): Promise<boolean> {
    if (asked && asked.rules.version !== turn.rulesVersion) return false;
    const salt = saltOf(turn.index.workspaceId);
    const decided: DecidedCompany[] = [];
    for (const [at, company] of companies.entries()) {
      if (at % BEFORE_BREATHING === BEFORE_BREATHING - 1) await this.options.breathe();
      decided.push(decidedCompany(company, asked as Asked, salt));
    }
    await this.kept.write(turn, { decided, answered, ...(swept ? { swept } : {}) });
    this.options.onDecided(decided.length);
    return true;
  }
}

function decidedCompany(company: KnownCompany, { profiles, rarity, links, twins, said, rules }: Asked, salt: number): DecidedCompany {
  const searched = profiles.get(company);
  const about = said.get(company.id);
  const link = links.get(company.id) ?? twins.get(about?.sameAs ?? '');
  const profile = searched?.profile ?? profileOf(company);
  const accounts = searched ? accountsOf({ profile, crm: searched.found, rarity: rarity as WordRarity, link, said: about }, rules) : [];
  return { company, accounts, keys: companyKeys(profile, salt) };
}
