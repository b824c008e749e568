import fc from 'fast-check';
import { orchestrations } from '@signalbox/contracts';
import { describeUndo, planUndo, sameValue, usualValues, whyNothingToUndo, type PresentRecord, type UndoFact, type UndoState } from './undo.ts';

const { PlanAction } = orchestrations;
const CREATED = new Date('2026-11-23T10:00:00Z');
const LATER = new Date('2026-11-23T15:00:00Z');
const field = (name: string, before: string, after: string) => ({ field: name, before, after, clear: after === '', values: undefined });
const present = (fields: Record<string, string>, more: Partial<PresentRecord> = {}): PresentRecord => ({ deleted: false, fields, createdAt: CREATED, modifiedAt: CREATED, attached: [], ...more });
const created = (more: Partial<UndoFact> = {}): UndoFact => ({
  position: 1, action: 'create', companyId: 'co', companyName: 'Acme', crmId: '001', changes: [field('Name', '', 'Acme'), field('Site', '', 'North')], beforeImage: [], undoneBy: '',
  present: present({ Name: 'Acme', Site: 'North', OwnerId: '005' }), ...more,
});
const updated = (now: Record<string, string>, more: Partial<UndoFact> = {}): UndoFact => created({
  action: 'update', changes: [], beforeImage: [field('Phone', '1', '2'), field('Site', '', 'North'), field('Fax', '9', '')], present: present(now, { modifiedAt: LATER }), ...more,
});
const state: UndoState = { known: new Set(['Name', 'Site', 'Phone', 'Fax', 'OwnerId']), writable: new Set(['Name', 'Site', 'Phone', 'Fax', 'OwnerId']), usual: new Map() };
const plan = (fact: UndoFact, given: Partial<UndoState> = {}) => {
  const [record] = planUndo([fact], { ...state, ...given });
  if (!record) throw new Error('no record');
  return { ...record, text: describeUndo(record) };
};

describe('Undoing a creation', () => {
  it('ORC-11 deletes what the run created and nobody else has changed', () => {
    expect(plan(created())).toMatchObject({ action: PlanAction.DELETE, reason: 'undo_creation', crmId: '001', changes: [{ field: 'Name', before: 'Acme', clear: false }, { field: 'Site', before: 'North' }] });
  });

  it('ORC-11 leaves a record alone in which somebody has changed or filled a field, and lists the fields', () => {
    const changed = plan(created({ present: present({ Name: 'Acme Ltd', Site: 'North', Phone: '5' }, { modifiedAt: LATER }) }));
    expect(changed).toMatchObject({ action: PlanAction.SKIP, reason: 'changed_since', text: 'It is left as it is: Name and Phone were changed by someone else.' });
    expect(plan(created({ present: present({ Name: 'Acme' }, { modifiedAt: LATER }) })).text).toContain('Site was changed');
  });

  it('ORC-11 leaves a record alone to which contacts or opportunities were added', () => {
    expect(plan(created({ present: present({ Name: 'Acme', Site: 'North' }, { attached: ['Contact Ann Lee'] }) })).text).toBe('It is left as it is: Contact Ann Lee belongs to it.');
    expect(plan(created({ present: present({ Name: 'Acme', Site: 'North' }, { attached: ['Contact A', 'Contact B', 'Contact C', 'Contact D', 'Contact E', 'Contact F'] }) })).text).toContain('Contact D and Contact E and more belong to it');
  });

  it('takes no value that the CRM gives by itself for somebody\'s', () => {
    const touched = present({ Name: 'Acme', Site: 'North', OwnerId: '005' }, { modifiedAt: LATER });
    expect(plan(created({ present: touched })).reason).toBe('changed_since');
    expect(plan(created({ present: touched }), { usual: usualValues([created()]) }).reason).toBe('undo_creation');
    const touchedByAll = Array.from({ length: 10 }, () => created({ present: touched }));
    expect(plan(created({ present: touched }), { usual: usualValues(touchedByAll) }).reason).toBe('undo_creation');
    expect(plan(created({ present: touched }), { usual: usualValues(touchedByAll.slice(1)) }).reason).toBe('changed_since');
  });

  it('does not judge by fields that are not known or that nobody can fill, nor by how a number is spelt', () => {
    expect(plan(created({ changes: [field('Name', '', 'Acme'), field('Notes__c', '', 'long')] })).changes.map((c) => c.field)).toEqual(['Name']);
    expect(plan(created({ present: present({ Name: 'Acme', Site: 'North', Score__c: '7', Checked: 'false' }, { modifiedAt: LATER }) })).reason).toBe('undo_creation');
    expect([sameValue('1', '1.0'), sameValue(' a', 'a '), sameValue('', '0'), sameValue('1', '2')]).toEqual([true, true, false, false]);
  });
});

describe('Undoing an update', () => {
  it('ORC-11 sets every field back that has the value which the run wrote', () => {
    expect(plan(updated({ Phone: '2', Site: 'North', Name: 'any' }))).toMatchObject({
      action: PlanAction.UPDATE, reason: 'undo_update', changes: [field('Phone', '2', '1'), { field: 'Site', before: 'North', after: '', clear: true }, field('Fax', '', '9')],
    });
  });

  it('ORC-11 leaves alone and lists the fields that somebody has changed since', () => {
    expect(plan(updated({ Phone: '3', Site: 'North' }))).toMatchObject({ reason: 'undo_update_in_part', changes: [{ field: 'Site' }, { field: 'Fax' }], text: expect.stringContaining('changed since: Phone.') });
    expect(plan(updated({ Phone: '3', Site: 'South', Fax: '8' }))).toMatchObject({ action: PlanAction.SKIP, reason: 'changed_since', text: expect.stringContaining('Phone, Site and Fax were changed') });
  });

  it('ORC-11 says which of several values go again, and which come back', () => {
    const site = { ...field('Site', '', 'North'), values: { added: ['North'], removed: ['South', 'West'] } };
    expect(plan(updated({ Phone: '2', Site: 'North' }, { changes: [site] })).changes.map((c) => [c.field, c.values])).toEqual([['Phone', undefined], ['Site', { added: ['South', 'West'], removed: ['North'] }], ['Fax', undefined]]);
  });

  it('has nothing to do for what is as it was before', () => {
    expect(plan(updated({ Phone: '1', Fax: '9' }))).toMatchObject({ action: PlanAction.SKIP, reason: 'as_before', changes: [] });
  });
});

describe('Undoing', () => {
  it.each([
    ['a record that is gone', created({ present: undefined }), 'deleted_since'],
    ['a record that was deleted', updated({}, { present: present({}, { deleted: true }) }), 'deleted_since'],
    ['what is undone already', created({ undoneBy: 'r9' }), 'undone_already'],
    ['a deletion', created({ action: 'delete' }), 'cannot_be_undone'],
  ])('ORC-11 leaves %s out, with its reason', (_what, fact, reason) => {
    expect(plan(fact)).toMatchObject({ action: PlanAction.SKIP, reason, changes: [] });
  });

  it('ORC-11 says that a lead conversion cannot be undone', () => {
    expect(plan(created({ action: 'convert' })).text).toContain('A lead conversion cannot be undone');
  });

  it('ORC-11 refuses a run of which nothing can be taken back, and says why', () => {
    expect(whyNothingToUndo({ convert: 3 })?.message).toContain('A lead conversion cannot be undone');
    expect([whyNothingToUndo({ delete: 1, convert: 1 }), whyNothingToUndo({ delete: 2 }), whyNothingToUndo({}), whyNothingToUndo({ convert: 3, update: 1 })].map((why) => why?.code)).toEqual(['conversions', 'deletions', 'nothing_written', undefined]);
  });

  it('deletes nothing that was in the CRM before the run', () => {
    const since = new Date(CREATED.getTime() + 16 * 60_000);
    expect(plan(created(), { since })).toMatchObject({ action: PlanAction.SKIP, reason: 'older_than_the_run' });
    expect(plan(created(), { since: new Date(since.getTime() - 120_000) }).action).toBe(PlanAction.DELETE);
  });

  it('never writes a field that has neither the value that the run wrote nor changes one to anything but what it was', () => {
    const value = fc.constantFrom('', 'a', 'b', 'c');
    fc.assert(fc.property(fc.array(fc.tuple(value, value, value), { maxLength: 4 }), (fields) => {
      const names = fields.map((_, i) => `F${i}`);
      const beforeImage = fields.map(([before, after], i) => field(`F${i}`, before, after));
      const now = Object.fromEntries(fields.map(([, , current], i) => [`F${i}`, current]));
      const record = plan(updated(now, { beforeImage }), { known: new Set(names), writable: new Set(names) });
      for (const c of record.changes) {
        const image = beforeImage.find((f) => f.field === c.field);
        expect([c.before, c.after]).toEqual([image?.after, image?.before]);
        expect(now[c.field]).toBe(image?.after);
      }
    }));
  });
});
