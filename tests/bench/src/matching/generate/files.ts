import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { accounts as realAccounts } from '../companies.ts';
import { CompanyMaker, saysWhere, type Company } from './companies.ts';
import { Seeded } from './seeded.ts';
import { Vocabulary } from './vocabulary.ts';
import { asAccount, asCandidate, type NameWriting, type SiteWriting, type Written } from './written.ts';

const ROWS_AT_ONCE = 2_000;

class CsvOut {
  private rows: string[][] = [];
  private readonly out: WriteStream;

  constructor(file: string, header: string[]) {
    this.out = createWriteStream(file);
    this.rows.push(header);
  }

  async add(row: string[]): Promise<void> {
    this.rows.push(row);
    if (this.rows.length >= ROWS_AT_ONCE) await this.flush();
  }

  async end(): Promise<void> {
    await this.flush();
    this.out.end();
    await once(this.out, 'finish');
  }

  private async flush(): Promise<void> {
    const text = stringify(this.rows);
    this.rows = [];
    if (!this.out.write(text)) await once(this.out, 'drain');
  }
}

interface Kept {
  company: Company;
  account: Written;
  id: string;
}

const POSITIVES = 0.55;
/** More than needed of the accounts are kept for making candidates, so that there are enough whatever chance says. */
const SPARE = 1.3;
/** Shares as among the labelled companies of tests/data. */
const NAMES: Record<NameWriting, number> = { same: 0.6, legal: 0.2, typo: 0.1, short: 0.07, acronym: 0.03 };
const SITES: Record<SiteWriting, number> = { same: 0.77, none: 0.18, other: 0.05 };
const NEGATIVES = { random: 0.58, near_name: 0.15, homonym_other_country: 0.1, family: 0.1, shared_domain: 0.07 };

function positive({ company, account, id }: Kept, random: Seeded): { written: Written; truth: string; kind: string } {
  const name = company.words.length < 3 ? random.choose({ ...NAMES, acronym: 0 }) : random.choose(NAMES);
  // Initials alone say who it is only beside the site.
  const site = name === 'acronym' ? 'same' : random.choose(SITES);
  return { written: asCandidate(company, account, { name, site }, random), truth: id, kind: `pos:${site}site+${name}` };
}

function negative({ company, account }: Kept, maker: CompanyMaker, random: Seeded): { written: Written; truth: string; kind: string } {
  // Of a namesake both must say where they are, and of a sister company both their sites, or nobody could tell them apart.
  const kind = random.choose({ ...NEGATIVES, ...(saysWhere(account.country) ? {} : { homonym_other_country: 0 }), ...(account.website === '' ? { shared_domain: 0 } : {}) });
  const other = {
    random: () => maker.make(),
    near_name: () => maker.neighbour(company),
    homonym_other_country: () => maker.namesake(company),
    family: () => ({ ...maker.neighbour({ ...company, words: [...company.words, 'Group'], own: [...company.own, false] }), country: company.country }),
    shared_domain: () => maker.sibling(company),
  }[kind]();
  const written = asAccount(other, random);
  return { written: kind === 'homonym_other_country' ? { ...written, country: other.country } : written, truth: '', kind: `neg:${kind}` };
}

function shuffle<T>(list: T[], random: Seeded): T[] {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}

/**
 * Writes `accounts` accounts and `candidates` candidates with known truth, made of the real companies of tests/data: the same
 * files for the same seed. Companies are no two alike but for the namesakes and groups made on purpose. A row at a time: only
 * the accounts that candidates are made of are kept.
 */
export async function generate(files: { accounts: string; candidates: string }, size: { accounts: number; candidates: number; seed: number }): Promise<void> {
  const random = new Seeded(size.seed);
  const maker = new CompanyMaker(new Vocabulary(realAccounts()), random);
  const out = new CsvOut(files.accounts, ['account_id', 'name', 'website', 'country']);
  const kept: Kept[] = [];
  let last: Company | undefined;
  for (let i = 1; i <= size.accounts; i += 1) {
    // One in a hundred is a namesake of another account in another country, one in a hundred of the same group.
    const company: Company = last && random.chance(0.01) ? maker.namesake(last) : last && random.chance(0.01) ? maker.sibling(last) : maker.make();
    last = company;
    const id = `A${String(i).padStart(8, '0')}`;
    const account = asAccount(company, random);
    await out.add([id, account.name, account.website, account.country]);
    if (random.chance(Math.min(1, (size.candidates / size.accounts) * SPARE))) kept.push({ company, account, id });
  }
  await out.end();
  shuffle(kept, random);
  const rows = Array.from({ length: size.candidates }, (_, i) => {
    const from = kept[i % kept.length] as Kept;
    return i < size.candidates * POSITIVES ? positive(from, random) : negative(from, maker, random);
  });
  const asked = new CsvOut(files.candidates, ['candidate_id', 'name', 'website', 'country', 'true_account_id', 'kind']);
  for (const [i, { written, truth, kind }] of shuffle(rows, random).entries()) await asked.add([`C${String(i + 1).padStart(7, '0')}`, written.name, written.website, written.country, truth, kind]);
  await asked.end();
}
