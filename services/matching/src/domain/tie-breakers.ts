/** What settles which of several accounts it is, where they hold equally (CLC-9); the contract's TieBreaker says what each means. */
export const TIE_BREAKERS = ['most-contacts', 'most-open-opportunities', 'most-leads', 'newest-activity', 'oldest', 'owner-match'] as const;
export type TieBreaker = (typeof TIE_BREAKERS)[number];

/** What is known of an account besides its name; what the index does not hold is left out. Times in milliseconds since 1970. */
export interface Standing {
  contacts?: number;
  openOpportunities?: number;
  leads?: number;
  lastActivityAt?: number;
  createdAt?: number;
  ownerId?: string;
}

export interface Tied {
  accountId: string;
  standing?: Standing;
}

/** Those for which the index holds what they compare; the others are passed over, in their order. */
export const HELD_BY_INDEX: ReadonlySet<TieBreaker> = new Set<TieBreaker>();

export const passedOver = (order: readonly TieBreaker[]): TieBreaker[] => order.filter((one) => !HELD_BY_INDEX.has(one));

/** More is better; undefined where it is not known. */
function measure(by: TieBreaker, standing: Standing, ownerId: string): number | undefined {
  switch (by) {
    case 'most-contacts': return standing.contacts;
    case 'most-open-opportunities': return standing.openOpportunities;
    case 'most-leads': return standing.leads;
    case 'newest-activity': return standing.lastActivityAt;
    case 'oldest': return standing.createdAt === undefined ? undefined : -standing.createdAt;
    case 'owner-match': return ownerId === '' || standing.ownerId === undefined ? undefined : Number(standing.ownerId === ownerId);
  }
}

/**
 * The order among accounts that hold equally, best first: by each tie-breaker in turn, at last by the smallest CRM id. One that
 * is not known of any of the accounts settles nothing; an account of which it is not known stands behind those of which it is.
 */
export function settled<T extends Tied>(tied: readonly T[], order: readonly TieBreaker[], ownerId = ''): T[] {
  const compare = (a: T, b: T): number => {
    for (const by of order) {
      const difference = (measure(by, b.standing ?? {}, ownerId) ?? -Infinity) - (measure(by, a.standing ?? {}, ownerId) ?? -Infinity);
      // Not known of both: infinity less infinity is no number.
      if (difference !== 0 && !Number.isNaN(difference)) return difference;
    }
    return a.accountId < b.accountId ? -1 : a.accountId > b.accountId ? 1 : 0;
  };
  return [...tied].sort(compare);
}
