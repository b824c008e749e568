import type { AccountRow } from '../companies.ts';
import type { Seeded } from './seeded.ts';

/** A real name taken apart: words that stay when another company is made of it, and places for words of its own. */
interface Pattern {
  words: string[];
  /** Which of the words are the company's own. */
  own: boolean[];
  country: string;
  legal: string;
  tld: string;
}

const LATIN = /^[\p{Script=Latin}\d .,&'’()/-]+$/u;
const LEGAL = /[ ,]+((?:Inc|Corp|Ltd|LLC|PLC|GmbH|AG|SA|S\.A\.|SAS|SRL|BV|B\.V\.|NV|AB|AS|Oyj?|Limited|Corporation|Co\.? Ltd|Tbk|Bhd|Pty Ltd|SpA|S\.p\.A\.)\.?)$/i;
/** Words that tell no company from another: two names that differ in them only may be one company. */
const SAYS_NOTHING = /^(group|holdings?|hldgs?|company|corporation|limited|incorporated|publ|international|global|enterprises?|old|new|tbk|grp|private|public|trust|fund|inc\.?|corp\.?|co\.?|ltd\.?)$/i;
/** A word in more names than this is everybody's. */
const OWN_WORD_IN_AT_MOST = 3;
const LEAST_LETTERS = 4;

/** Words, places, legal forms, domains' ends and spellings of countries of real companies. */
export class Vocabulary {
  readonly patterns: Pattern[] = [];
  private readonly own: string[] = [];
  private readonly shared: string[] = [];

  constructor(accounts: readonly AccountRow[]) {
    const holders = new Map<string, number>();
    const latin = accounts.filter((a) => LATIN.test(a.name));
    const split = latin.map((account) => {
      const legal = LEGAL.exec(account.name)?.[1] ?? '';
      const words = account.name.replace(LEGAL, '').split(/[\s,/()]+/).filter((w) => w !== '');
      for (const word of new Set(words.map((w) => w.toLowerCase()))) holders.set(word, (holders.get(word) ?? 0) + 1);
      return { account, legal, words };
    });
    const isOwn = (word: string): boolean => word.length >= LEAST_LETTERS && !/\d/.test(word) && (holders.get(word.toLowerCase()) ?? 0) <= OWN_WORD_IN_AT_MOST;
    for (const { account, legal, words } of split) {
      if (words.length === 0 || words.length > 7) continue;
      const tld = /\.((?:co|com|ac|edu|org|gov)\.[a-z]{2}|[a-z]{2,4})(?:\/|$)/.exec(account.website.toLowerCase())?.[1] ?? 'com';
      this.patterns.push({ words, own: words.map(isOwn), country: account.country, legal, tld });
      for (const word of words) if (word.length >= LEAST_LETTERS && !SAYS_NOTHING.test(word)) (isOwn(word) ? this.own : this.shared).push(word);
    }
  }

  /** A word that may be a company's own: a real one, or the head of one and the tail of another. */
  ownWord(random: Seeded): string {
    const word = random.pick(this.own);
    if (random.chance(0.4)) return word;
    const other = random.pick(this.own);
    const cut = (w: string): number => 2 + random.below(Math.max(1, w.length - 3));
    const coined = word.slice(0, cut(word)) + other.slice(cut(other)).toLowerCase();
    return coined.length >= LEAST_LETTERS && coined.length <= 14 ? coined : word;
  }

  /** A word that many companies have in their names: an industry, a place, a kind of organisation. */
  sharedWord(random: Seeded): string {
    return random.pick(this.shared);
  }
}
