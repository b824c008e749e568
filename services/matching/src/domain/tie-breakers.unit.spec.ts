import fc from 'fast-check';
import { TIE_BREAKERS, countedFor, passedOver, settled, type Standing, type TieBreaker } from './tie-breakers.ts';

interface Tied {
  accountId: string;
  standing?: Standing;
}

const byId = (a: Tied, b: Tied): number => (a.accountId < b.accountId ? -1 : 1);
const settle = (tied: readonly Tied[], order: readonly TieBreaker[], ownerId = '') => {
  const { first, by } = settled([...tied].sort(byId) as [Tied, ...Tied[]], order, (one) => one.standing, ownerId);
  return [first.accountId, ...by];
};

describe('tie-breakers', () => {
  const a = { accountId: '001A', standing: { contacts: 2, createdAt: 100, ownerId: 'eve' } };
  const b = { accountId: '001B', standing: { contacts: 5, createdAt: 300, ownerId: 'ada' } };
  const c = { accountId: '001C', standing: { contacts: 5, createdAt: 200 } };

  it('CLC-9 settles by each in turn, names those that settled it, and at last goes by the smallest CRM id', () => {
    expect(settle([a, b, c], ['most-contacts', 'oldest'])).toEqual(['001C', 'most-contacts', 'oldest']);
    expect(settle([c, b, a], ['most-contacts'])).toEqual(['001B', 'most-contacts']);
    expect(settle([c, b, a], ['oldest', 'most-contacts'])).toEqual(['001A', 'oldest']);
    expect(settle([c, b, a], [])).toEqual(['001A']);
    expect(settle([a, c, b], ['owner-match', 'oldest'], 'ada')).toEqual(['001B', 'owner-match']);
    expect(settle([a, c, b], ['owner-match'], 'nobody of them')).toEqual(['001A']);
  });

  it('CLC-9 passes over what is known of none of them, and says which it cannot tell', () => {
    expect(settle([c, a, b], ['most-leads', 'newest-activity', 'owner-match', 'oldest'])).toEqual(['001A', 'oldest']);
    expect(settle([{ accountId: '001D' }, c, b], ['oldest'])).toEqual(['001C', 'oldest']);
    const order: TieBreaker[] = ['oldest', 'most-leads', 'owner-match', 'most-contacts', 'newest-activity', 'most-open-opportunities'];
    expect(passedOver(order, new Set())).toEqual(['most-leads', 'most-contacts', 'most-open-opportunities']);
    expect(passedOver(order, new Set(['Contact', 'Lead']))).toEqual(['most-open-opportunities']);
    expect(countedFor(order)).toEqual(['Contact', 'Opportunity', 'Lead']);
    expect(countedFor(['oldest', 'most-leads'])).toEqual(['Lead']);
  });

  const few = fc.option(fc.nat(2), { nil: undefined });
  const standing = fc.record({ contacts: few, openOpportunities: few, leads: few, lastActivityAt: few, createdAt: few, ownerId: fc.constantFrom(undefined, 'ada', 'eve') }).map((one) => one as Standing);

  it('CLC-9 gives the account that no other is better than, by the first tie-breaker in which two differ', () => {
    fc.assert(fc.property(fc.array(standing, { minLength: 1, maxLength: 6 }), fc.shuffledSubarray([...TIE_BREAKERS]), fc.constantFrom('', 'ada', 'eve'), (standings, order, ownerId) => {
      const tied = standings.map((one, at): Tied => ({ accountId: `00${at}`, standing: one }));
      const [first] = settle(tied, order, ownerId);
      const winner = tied.find((one) => one.accountId === first) as Tied;
      // Of any two of them it is the same one: settling all together is settling them pair by pair.
      for (const other of tied) if (other !== winner) expect(settle([winner, other], order, ownerId)[0]).toBe(first);
    }));
  });
});
