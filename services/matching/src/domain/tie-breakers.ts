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

/** Which of those that held equally it is. */
export interface Settled<T> {
  first: T;
  /** The tie-breakers that left some of them behind, in their order; none where they could not tell any two apart. */
  by: TieBreaker[];
  /** How many held equally. */
  among: number;
}

/** Objects of the CRM whose records are counted, by the product's names for them. */
export const COUNTED_OBJECTS = ['Contact', 'Opportunity', 'Lead'] as const;
export type CountedObject = (typeof COUNTED_OBJECTS)[number];

const COUNTS: Partial<Record<TieBreaker, CountedObject>> = { 'most-contacts': 'Contact', 'most-open-opportunities': 'Opportunity', 'most-leads': 'Lead' };

/** What has to be counted for these tie-breakers. */
export const countedFor = (order: readonly TieBreaker[]): CountedObject[] => COUNTED_OBJECTS.filter((object) => order.some((one) => COUNTS[one] === object));

/** Those that count what has not been mirrored yet. */
export const passedOver = (order: readonly TieBreaker[], mirrored: ReadonlySet<CountedObject>): TieBreaker[] => order.filter((one) => {
  const object = COUNTS[one];
  return object !== undefined && !mirrored.has(object);
});

/** More is better; undefined where it is not known, or does not hold. */
function measure(by: TieBreaker, standing: Standing, ownerId: string): number | undefined {
  switch (by) {
    case 'most-contacts': return standing.contacts;
    case 'most-open-opportunities': return standing.openOpportunities;
    case 'most-leads': return standing.leads;
    case 'newest-activity': return standing.lastActivityAt;
    case 'oldest': return standing.createdAt === undefined ? undefined : -standing.createdAt;
    case 'owner-match': return ownerId !== '' && standing.ownerId === ownerId ? 1 : undefined;
  }
}

/**
 * The one of accounts that hold equally: each tie-breaker in turn leaves only those that are best by it. One that is not known of
 * any of them settles nothing; an account of which it is not known stands behind those of which it is.
 * @param tied the one that it is without tie-breakers first: the likeliest, and of equally likely ones that with the smallest CRM id
 */
export function settled<T>(tied: readonly [T, ...T[]], order: readonly TieBreaker[], standingOf: (one: T) => Standing | undefined, ownerId = ''): Settled<T> {
  let left: readonly T[] = tied;
  const by: TieBreaker[] = [];
  for (const each of order) {
    const measured = left.map((one) => measure(each, standingOf(one) ?? {}, ownerId) ?? -Infinity);
    const most = measured.reduce((a, b) => Math.max(a, b), -Infinity);
    const kept = left.filter((_, at) => measured[at] === most);
    if (kept.length < left.length) by.push(each);
    left = kept;
  }
  return { first: left[0] ?? tied[0], by, among: tied.length };
}
