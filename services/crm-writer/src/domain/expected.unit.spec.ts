import type { Change } from './changes.ts';
import { departure } from './expected.ts';

const change: Change = { changeId: 'c1', companyId: '', crmId: '001', identity: undefined, fields: [{ field: 'Phone', before: '1', after: '0' }, { field: 'Site', before: '', after: null }] };
const present = (fields: Record<string, string>, more = {}) => ({ deleted: false, fields, sequence: 5, ours: false, ...more });

describe('A change that was planned for a record as it was then', () => {
  it('ORC-11 is written while the fields that it writes are what they were', () => {
    expect(departure(change, 'update', present({ Phone: '1', Name: 'whatever' }), 3)).toBeUndefined();
  });

  it('ORC-11 is left out when somebody has changed one of them since, and the fields are named', () => {
    expect(departure(change, 'update', present({ Phone: '2', Site: 'North' }), 9)).toMatchObject({ state: 'skipped', code: 'changed_since', message: 'Phone and Site were changed in the CRM since this was planned. The record is left as it is.' });
    expect(departure(change, 'update', present({ Phone: '2' }), 9)?.message).toContain('Phone was changed');
  });

  it('ORC-11 deletes nothing that somebody has changed since in any way, and minds no change of our own', () => {
    expect(departure(change, 'delete', present({ Phone: '1', Name: 'whatever' }), 4)).toMatchObject({ code: 'changed_since' });
    expect(departure(change, 'delete', present({ Phone: '1' }), 5)).toBeUndefined();
    expect(departure(change, 'delete', present({ Phone: '1' }, { ours: true }), 4)).toBeUndefined();
  });

  it('is left out when the record is gone', () => {
    for (const gone of [undefined, present({ Phone: '1' }, { deleted: true })]) expect(departure(change, 'delete', gone, 9)).toMatchObject({ state: 'skipped', code: 'deleted_in_crm', crmId: '001' });
  });
});
