import background from './word-background.json' with { type: 'json' };

/** Shares below this say no more: so a workspace of a thousand accounts and one of a million see a rare word alike. */
export const RARE_SHARE = 2e-4;
/** A young workspace knows little about words: it counts beside this many accounts of the world. */
const BACKGROUND_ACCOUNTS = 2_000;
const BACKGROUND: ReadonlyMap<string, number> = new Map(Object.entries(background as Record<string, number>));

/** The words that the background knows. */
export const backgroundWords = (): Iterable<string> => BACKGROUND.keys();

const MOST_REMEMBERED = 100_000;

/** How telling a word is: 0 when every account has it, 8.5 when hardly any does. Estimated anew from each workspace's own accounts. */
export class WordRarity {
  private readonly known = new Map<string, number>();

  /** @param countOf how many of the workspace's accounts have a word; may be 0 for one that few have */
  constructor(
    private readonly accounts: number,
    private readonly countOf: (word: string) => number,
  ) {}

  of(word: string): number {
    const known = this.known.get(word);
    if (known !== undefined) return known;
    const share = (this.countOf(word) + (BACKGROUND.get(word) ?? 0) * BACKGROUND_ACCOUNTS) / (this.accounts + BACKGROUND_ACCOUNTS);
    const rarity = Math.log(1 / Math.min(1, Math.max(share, RARE_SHARE)));
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(word, rarity);
    return rarity;
  }
}
