import { passedOver, settled, type Tied } from './tie-breakers.ts';

const ids = (tied: readonly Tied[]): string[] => tied.map((one) => one.accountId);

describe('tie-breakers', () => {
  const a = { accountId: '001A', standing: { contacts: 2, createdAt: 100, ownerId: 'eve' } };
  const b = { accountId: '001B', standing: { contacts: 5, createdAt: 300, ownerId: 'ada' } };
  const c = { accountId: '001C', standing: { contacts: 5, createdAt: 200 } };

  it('CLC-9 settles by each in turn, and at last by the smallest CRM id', () => {
    expect(ids(settled([a, b, c], ['most-contacts', 'oldest']))).toEqual(['001C', '001B', '001A']);
    expect(ids(settled([c, b, a], ['most-contacts']))).toEqual(['001B', '001C', '001A']);
    expect(ids(settled([c, b, a], []))).toEqual(['001A', '001B', '001C']);
    expect(ids(settled([a, c, b], ['owner-match'], 'ada'))).toEqual(['001B', '001A', '001C']);
  });

  it('CLC-9 passes over what is known of none of them, in whichever order they come', () => {
    for (const tied of [[a, b, c], [c, a, b], [b, c, a]]) expect(ids(settled(tied, ['most-leads', 'newest-activity', 'owner-match', 'oldest']))).toEqual(['001A', '001C', '001B']);
    expect(passedOver(['oldest', 'most-leads'])).toEqual(['oldest', 'most-leads']);
  });
});
