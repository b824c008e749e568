import { standingOf } from './standing.ts';

const NAMES = { createdAt: 'CreatedDate', lastActivityAt: 'LastActivityDate', owner: 'OwnerId' };

describe('what tells records of one company apart', () => {
  it('CLC-9 is read from the fields that the connector names, in the CRM\'s own way of writing time', () => {
    expect(standingOf({ CreatedDate: '2026-11-20T08:00:00.000+0000', LastActivityDate: '2026-11-21', OwnerId: '005A' }, NAMES)).toEqual({
      createdAt: new Date('2026-11-20T08:00:00Z'), lastActivityAt: new Date('2026-11-21T00:00:00Z'), ownerId: '005A',
    });
    expect(standingOf({ CreatedDate: '2026-11-20T08:00:00+02:00' }, NAMES).createdAt).toEqual(new Date('2026-11-20T06:00:00Z'));
  });

  it('is not known where the record or the connector says nothing, or no time', () => {
    expect(standingOf({ CreatedDate: 'yesterday' }, NAMES)).toEqual({ ownerId: '' });
    expect(standingOf({ CreatedDate: '2026-11-20', OwnerId: '005A' }, {})).toEqual({ ownerId: '' });
  });
});
