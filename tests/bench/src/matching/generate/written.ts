import { coreOf, type Company } from './companies.ts';
import type { Seeded } from './seeded.ts';

/** A company as somebody wrote it down. */
export interface Written {
  name: string;
  website: string;
  country: string;
}

const SHORT: Readonly<Record<string, string>> = {
  international: 'Intl', university: 'Univ.', manufacturing: 'Mfg', technologies: 'Tech', technology: 'Tech', industries: 'Ind.', company: 'Co', association: 'Assn', institute: 'Inst.', national: 'Natl', department: 'Dept.', services: 'Svcs', management: 'Mgmt', pharmaceuticals: 'Pharma', laboratories: 'Labs', engineering: 'Eng', systems: 'Sys', development: 'Dev', and: '&', center: 'Ctr', centre: 'Ctr',
};
const OTHER_LEGAL = ['', 'Inc.', 'Ltd', 'GmbH', 'LLC', 'S.A.', 'Limited', 'Corp'];

/** A letter left out, doubled, exchanged with its neighbour or hit wrongly, in the longest word. */
function typo(words: readonly string[], random: Seeded): string[] {
  const at = words.reduce((best, w, i) => (w.length > (words[best] as string).length ? i : best), 0);
  const word = words[at] as string;
  const i = 1 + random.below(Math.max(1, word.length - 2));
  const slips = [
    word.slice(0, i) + word.slice(i + 1), word.slice(0, i) + (word[i] ?? '') + word.slice(i), word.slice(0, i) + (word[i + 1] ?? '') + (word[i] ?? '') + word.slice(i + 2),
    word.slice(0, i) + random.pick([...'aeionrst']) + word.slice(i + 1),
  ];
  return words.map((w, j) => (j === at ? random.pick(slips) : w));
}

const shortened = (words: readonly string[]): string[] => words.map((w) => SHORT[w.toLowerCase()] ?? w);
const named = (words: readonly string[], legal: string): string => [words.join(' '), legal].filter((part) => part !== '').join(' ');

/** How its account in the CRM says it: mostly in full. */
export function asAccount(company: Company, random: Seeded): Written {
  const website = company.domain === '' || random.chance(0.14) ? '' : random.chance(0.03) ? 'https://www.linkedin.com/company/' + coreOf(company.words) : address(company.domain, random);
  return { name: recased(named(company.words, random.chance(0.85) ? company.legal : ''), random), website, country: random.chance(0.88) ? company.country : '' };
}

function address(domain: string, random: Seeded): string {
  const host = random.chance(0.6) ? `www.${domain}` : domain;
  return random.chance(0.6) ? `https://${host}${random.chance(0.15) ? '/about-us' : ''}` : host;
}

const recased = (name: string, random: Seeded): string => (random.chance(0.06) ? name.toUpperCase() : random.chance(0.05) ? name.toLowerCase() : name);

export type NameWriting = 'same' | 'legal' | 'typo' | 'short' | 'acronym';
export type SiteWriting = 'same' | 'none' | 'other';

/** How a list from elsewhere says the same company. */
export function asCandidate(company: Company, account: Written, how: { name: NameWriting; site: SiteWriting }, random: Seeded): Written {
  const name = {
    same: () => account.name,
    legal: () => named(company.words, random.pick(OTHER_LEGAL)),
    typo: () => named(typo(company.words, random), random.chance(0.5) ? company.legal : ''),
    short: () => named(shortened(company.words), random.chance(0.5) ? company.legal : ''),
    acronym: () => company.words.map((w) => (w[0] ?? '').toUpperCase()).join(''),
  }[how.name]();
  const otherEnd = `${company.domain.split('.')[0] as string}.${random.pick(['com', 'net', 'org', 'eu'])}`;
  const website = how.site === 'none' ? '' : address(how.site === 'same' ? company.domain : otherEnd, random);
  return { name: recased(name, random), website, country: random.chance(0.85) ? company.country : '' };
}
