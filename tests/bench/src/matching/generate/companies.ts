import { differentCountries, keyHash, profileOf, type Profile } from '@signalbox/matching/testing';
import type { Seeded } from './seeded.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A company that does not exist, made of real ones. */
export interface Company {
  words: string[];
  /** Of `words`: is it the company's own? */
  own: boolean[];
  legal: string;
  /** As its account writes it; may be empty. */
  country: string;
  domain: string;
}

const plain = (text: string): string => text.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]/g, '');
const profileIn = (country: string): Profile => profileOf({ name: '', website: '', country });
/** False of an empty country, and of "Global" or "EMEA". */
export const saysWhere = (country: string): boolean => profileIn(country).countryCode !== '';
export const coreOf = (words: readonly string[]): string => words.map(plain).join('');

/** Makes companies of which no two are alike, unless asked for. */
export class CompanyMaker {
  private readonly names = new Set<number>();
  private readonly domains = new Set<number>();

  private readonly vocabulary: Vocabulary;
  private readonly random: Seeded;

  // Node runs this file as it is, and knows no parameters that are properties.
  constructor(vocabulary: Vocabulary, random: Seeded) {
    this.vocabulary = vocabulary;
    this.random = random;
  }

  /** Whether a name is taken, written in whatever way. */
  isTaken(words: readonly string[]): boolean {
    return this.names.has(keyHash('name', coreOf(words)));
  }

  /** So that none like it is made. */
  take(words: readonly string[], domain: string): void {
    this.names.add(keyHash('name', coreOf(words)));
    if (domain !== '') this.domains.add(keyHash('domain', domain));
  }

  make(): Company {
    for (;;) {
      const { random } = this;
      const pattern = random.pick(this.vocabulary.patterns);
      const words = pattern.words.map((word, i) => (pattern.own[i] ? this.vocabulary.ownWord(random) : word));
      const own = [...pattern.own];
      if (!own.includes(true)) {
        words.unshift(this.vocabulary.ownWord(random));
        own.unshift(true);
      }
      if (words.length === 1 && random.chance(0.4)) {
        words.push(this.vocabulary.sharedWord(random));
        own.push(false);
      }
      if (this.isTaken(words)) continue;
      const domain = this.domainFor(words, own, pattern.tld);
      this.take(words, domain);
      return { words, own, legal: pattern.legal, country: pattern.country, domain };
    }
  }

  /** The same name elsewhere, or of somebody else. */
  namesake(of: Company): Company {
    const { country, tld, legal } = this.elsewhere(of);
    return { ...of, country, legal, domain: this.domainFor(of.words, of.own, tld) };
  }

  /** A name that differs in one of its telling words. */
  neighbour(of: Company): Company {
    for (;;) {
      const at = of.own.indexOf(true);
      const words = of.words.length > 1 && this.random.chance(0.5)
        ? of.words.map((w, i) => (i === (at === of.words.length - 1 ? 0 : of.words.length - 1) ? this.vocabulary.sharedWord(this.random) : w))
        : of.words.map((w, i) => (i === at ? this.vocabulary.ownWord(this.random) : w));
      if (this.isTaken(words)) continue;
      const domain = this.domainFor(words, of.own, of.domain.slice(of.domain.indexOf('.') + 1) || 'com');
      this.take(words, domain);
      return { ...of, words, domain };
    }
  }

  /** Another company of the same group, on its domain; mostly with a site of its own there. */
  sibling(of: Company): Company {
    const other = this.make();
    const part = plain(other.words[other.own.indexOf(true)] ?? '').slice(0, 12);
    return { ...other, country: of.country, domain: part !== '' && of.domain !== '' && this.random.chance(0.9) ? `${part}.${of.domain}` : of.domain };
  }

  private elsewhere(of: Company): { country: string; tld: string; legal: string } {
    for (;;) {
      const pattern = this.random.pick(this.vocabulary.patterns);
      if (saysWhere(pattern.country) && (!saysWhere(of.country) || differentCountries(profileIn(pattern.country), profileIn(of.country)))) return pattern;
    }
  }

  private domainFor(words: readonly string[], own: readonly boolean[], tld: string): string {
    const { random } = this;
    const telling = words.filter((_, i) => own[i]).map(plain).join('');
    const initials = words.map((w) => plain(w)[0] ?? '').join('');
    const all = words.map(plain).filter((w) => w !== '');
    const labels = [random.chance(0.6) ? telling : all.join(''), all.join('-'), `${telling}${all[all.length - 1] ?? ''}`];
    if (initials.length >= 3 && random.chance(0.12)) labels.unshift(initials);
    for (let attempt = 0; ; attempt += 1) {
      const label = (labels[attempt] ?? `${telling}${random.below(1_000_000)}`).slice(0, 40) || 'company';
      const domain = `${label}.${tld}`;
      const hash = keyHash('domain', domain);
      if (this.domains.has(hash)) continue;
      this.domains.add(hash);
      return domain;
    }
  }
}
