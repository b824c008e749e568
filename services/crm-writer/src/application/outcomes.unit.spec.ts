import { inMessages, ownWrite, type ChangedRecord } from '../domain/mirror.ts';
import { assignFound, toOutcome } from './outcomes.ts';

describe('records that were found for writes whose answer was lost', () => {
  it('go to one write each, and never to one that another change has claimed', () => {
    const settled = assignFound([
      { changeId: 'a', crmIds: ['1', '2'], final: true },
      { changeId: 'b', crmIds: ['1', '2'], final: true },
      { changeId: 'c', crmIds: ['1', '2'], final: true },
      { changeId: 'd', crmIds: ['9'], final: true },
      { changeId: 'e', crmIds: [], final: true },
      { changeId: 'f', crmIds: [], final: false },
    ], new Set(['9']));
    expect(settled).toEqual({ found: [{ changeId: 'a', crmId: '1' }, { changeId: 'b', crmId: '2' }], absent: ['c', 'd', 'e'], open: ['f'] });
  });
});

describe('outcomes', () => {
  it('are settled, not created, when the CRM had our key already', () => {
    expect(toOutcome({ kind: 'written', changeId: 'a', crmId: '1', existed: true }, 'create')).toMatchObject({ state: 'unknown_then_settled', crmId: '1', code: 'created' });
    expect(toOutcome({ kind: 'written', changeId: 'a', crmId: '1', existed: false }, 'update')).toMatchObject({ state: 'succeeded', code: 'updated' });
    expect(toOutcome({ kind: 'unknown', changeId: 'a', message: '' }, 'create')).toBeUndefined();
  });
});

describe('the mirror\'s news', () => {
  const record = (sequence: number, size: number): ChangedRecord => ({ id: `r${sequence}`, deleted: false, name: 'n', website: '', country: '', fields: { Description: 'x'.repeat(size) }, modifiedAt: new Date(0), sequence });

  it('travels in messages of at most 500 records, and smaller ones when the records are large', () => {
    const small = inMessages(Array.from({ length: 1200 }, (_, i) => record(i, 10)));
    expect(small.map((m) => m.length)).toEqual([500, 500, 200]);
    const large = inMessages(Array.from({ length: 300 }, (_, i) => record(i, 4000)));
    expect(large.flat().map((r) => r.sequence)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(Math.max(...large.map((m) => JSON.stringify(m).length))).toBeLessThan(300_000);
    expect(inMessages([])).toEqual([]);
  });

  it('takes an empty text for no value, as a CRM gives it back', () => {
    const change = { changeId: 'c', companyId: 'co', crmId: '', identity: undefined, fields: [{ field: 'Name', before: '', after: 'A' }, { field: 'Website', before: '', after: '' }, { field: 'Site', before: 'x', after: null }] };
    expect(ownWrite(change, '1', { name: 'Name', website: 'Website', country: 'BillingCountry' })).toEqual({ crmId: '1', name: 'A', website: '', country: undefined, values: { Name: 'A' }, cleared: ['Website', 'Site'] });
  });
});
