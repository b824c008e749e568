import type { Found } from './found.ts';

/** The accounts that were found, but for those of which a person said that they are another company: they are not compared. */
export function foundWithout(found: Found, refused: ReadonlySet<string> | undefined): Found {
  if (!refused || refused.size === 0) return found;
  return { ...found, accounts: found.accounts.filter((a) => !refused.has(a.accountId)) };
}
