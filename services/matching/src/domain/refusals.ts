import type { FoundAccounts } from './neighbours.ts';

type Lists = FoundAccounts['byDomain'];

/** The accounts that were found, but for those of which a person said that they are another company: they are not compared. */
export function foundWithout(found: FoundAccounts, refused: ReadonlySet<string> | undefined): FoundAccounts {
  if (!refused || refused.size === 0) return found;
  const without = (lists: Lists): Lists => new Map([...lists].map(([key, accounts]) => [key, accounts.filter((a) => !refused.has(a.accountId))]));
  return { byDomain: without(found.byDomain), byHost: without(found.byHost), byName: without(found.byName) };
}
