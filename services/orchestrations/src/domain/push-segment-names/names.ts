export const DEFAULT_SEPARATOR = '; ';
export const PICKLIST_SEPARATOR = ';';

const byCharacters = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The names of a value, each once, in its order; spaces around them and empty ones are no names. Of several separators each may stand between
 * two names; an empty one does not.
 */
export function namesIn(value: string, ...separators: string[]): string[] {
  const parts = separators.map((one) => one.trim()).filter((one) => one !== '').reduce((texts, one) => texts.flatMap((text) => text.split(one)), [value]);
  return [...new Set(parts.map((name) => name.trim()).filter((name) => name !== ''))];
}

/** Names that were written with another separator, which is known. */
export const writtenOtherwise = (ownSeparator: string, separator: string): boolean => ownSeparator !== '' && ownSeparator.trim() !== separator.trim();

/** As it is written: sorted by characters, the same everywhere (PSN-3). */
export const valueOf = (names: Iterable<string>, separator: string): string => [...names].sort(byCharacters).join(separator);

export interface Standing {
  /** What the field holds now. */
  present: readonly string[];
  /** What belongs there: the names of the segments that the account is in now. */
  wanted: ReadonlySet<string>;
  /** Those of `present` that we have written. */
  owned: ReadonlySet<string>;
  inScope: boolean;
  exitSafe: boolean;
}

/**
 * What the field is to hold.
 * - Exit-safe, in scope: what others wrote stays, beside the names that belong there (PSN-5).
 * - Exit-safe, out of scope: our names that no longer belong there go; nothing else changes.
 * - Otherwise: in scope exactly the names that belong there (PSN-4), out of scope what is there.
 */
export function nextNames({ present, wanted, owned, inScope, exitSafe }: Standing): string[] {
  if (!exitSafe) return inScope ? [...wanted] : [...present];
  const kept = present.filter((name) => wanted.has(name) || !owned.has(name));
  return inScope ? [...new Set([...kept, ...wanted])] : kept;
}

/** The same names, in whatever order: a CRM may keep the values of a picklist in an order of its own. */
export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const one = new Set(a);
  return one.size === new Set(b).size && b.every((name) => one.has(name));
}

/**
 * Which names are ours once a write has taken `before` to `after`: those that we added, and those of before that are still there.
 * It holds for a write that takes another back, too.
 */
export function ownedAfter(owned: ReadonlySet<string>, before: readonly string[], after: readonly string[]): string[] {
  const there = new Set(before);
  return after.filter((name) => owned.has(name) || !there.has(name)).sort(byCharacters);
}

/** Names that we wrote and somebody has taken out since: no longer ours, should somebody write them again. */
export const stillOwned = (owned: readonly string[], present: readonly string[]): string[] => owned.filter((name) => present.includes(name));
