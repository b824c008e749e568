import type { Found, FoundAccount } from './found.ts';

/** What people said of a company, and stands. */
export interface Said {
  /** The accounts, and the other companies by their `twinId`, that it is not. */
  not: ReadonlySet<string>;
  /** The company of its list that it is; empty where nobody said so. */
  sameAs: string;
}

const TWIN = 'company:';

/** Another company where an account's id stands: one of the same list, for which there is no account yet. */
export const twinId = (companyId: string): string => `${TWIN}${companyId}`;

/** The company that such an id names; undefined of an account's. */
export const companyOfTwin = (id: string): string | undefined => (id.startsWith(TWIN) ? id.slice(TWIN.length) : undefined);

const idOf = ({ earlier, accountId }: FoundAccount): string => (earlier ? twinId(accountId) : accountId);

/** What was found, but for that of which a person said that it is another company: it is not compared. */
export function foundWithout(found: Found, said: Said | undefined): Found {
  if (!said || said.not.size === 0) return found;
  return { ...found, accounts: found.accounts.filter((one) => !said.not.has(idOf(one))) };
}
