import { belongingOf } from './belonging.ts';

const DEAL = { account: 'AccountId', progress: { won: [{ field: 'IsClosed', value: 'true' }, { field: 'IsWon', value: 'true' }], lost: [{ field: 'IsClosed', value: 'true' }] } };

describe('to which account a record belongs, and how far a deal has come', () => {
  it('is read from the fields that the connector names', () => {
    expect(belongingOf({ AccountId: '001A', IsClosed: 'false', IsWon: 'false' }, DEAL)).toEqual({ accountId: '001A', progress: 'open' });
    expect(belongingOf({ AccountId: '001A', IsClosed: 'True', IsWon: 'true' }, DEAL)).toEqual({ accountId: '001A', progress: 'won' });
    expect(belongingOf({ IsClosed: 'true', IsWon: 'false' }, DEAL)).toEqual({ accountId: '', progress: 'lost' });
  });

  it('is nothing where the connector names none', () => {
    expect(belongingOf({ AccountId: '001A', IsClosed: 'true' }, {})).toEqual({ accountId: '' });
  });
});
