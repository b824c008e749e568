import { orchestrations, crmWriter, segments } from '@signalbox/contracts';
import fc from 'fast-check';
import { readDraft, toDefinition } from '../orchestration.ts';
import type { AccountNamesFact, NamesFacts } from './facts.ts';
import { pushSegmentNames } from './kind.ts';
import { namesIn, nextNames, ownedAfter, sameNames, valueOf } from './names.ts';

const { PlanAction } = orchestrations;
const TEXT = crmWriter.CrmField.fromPartial({ name: 'Segments__c', type: 'string', length: 255, createable: true, updateable: true });
const PICKLIST = crmWriter.CrmField.fromPartial({ ...TEXT, type: 'multipicklist', length: 4099, multiple: true, restrictedPicklist: true, picklistValues: ['Big', 'Cloud'] });
const connection = crmWriter.Connection.fromPartial({ id: 'c1', name: 'Production', status: crmWriter.ConnectionStatus.HEALTHY });
const published = (...names: string[]) => names.map((name) => segments.PublishedSegment.fromPartial({ name, segmentId: name, enabled: true }));
const factsWith = (more: Partial<NamesFacts> = {}): NamesFacts => ({ entitlements: new Set(['orchestrations']), connection, crmFields: [TEXT], published: published('Big', 'Cloud'), scheduled: [], ...more });
const kinds = new Map([['push_segment_names', { kind: pushSegmentNames }]]);

function definitionWith(settings: Record<string, unknown> = {}, more: Partial<orchestrations.Orchestration> = {}) {
  const { draft, problems } = readDraft(orchestrations.Orchestration.fromPartial({
    name: 'Names', kind: 'push_segment_names', connectionId: 'c1', settingsJson: JSON.stringify({ field: 'Segments__c', ...settings }), ...more,
  }), kinds);
  return { definition: toDefinition('w', 'o', 1, draft), problems };
}

const fact = (more: Partial<AccountNamesFact>): AccountNamesFact => ({ crmId: 'a1', name: 'Acme', companyId: 'k1', present: '', wanted: [], owned: [], ownSeparator: '', inScope: true, ...more });
function plan(given: Partial<AccountNamesFact>, settings: Record<string, unknown> = {}, facts = factsWith()) {
  return pushSegmentNames.plan([fact(given)], pushSegmentNames.begin(definitionWith(settings).definition, facts))[0];
}
const codes = (settings: Record<string, unknown>, facts: NamesFacts, more: Partial<orchestrations.Orchestration> = {}) => pushSegmentNames.validate(definitionWith(settings, more).definition, facts).map((p) => p.code);

describe('the value that is written', () => {
  it('PSN-3 is the sorted list of names, with the separator of the mapping', () => {
    expect(plan({ wanted: ['Cloud', 'Big'] })).toMatchObject({ action: PlanAction.UPDATE, reason: 'joined', changes: [{ field: 'Segments__c', before: '', after: 'Big; Cloud', clear: false, values: { added: ['Big', 'Cloud'], removed: [] } }] });
    expect(plan({ wanted: ['Cloud', 'Big'] }, { separator: ' | ' })?.changes[0]?.after).toBe('Big | Cloud');
    expect(plan({ wanted: ['Cloud', 'Big'] }, { separator: ' | ' }, factsWith({ crmFields: [PICKLIST] }))?.changes[0]?.after).toBe('Big;Cloud');
  });

  it('PSN-3 PSN-5 separates anew, where the mapping has another separator than the names were written with, and still knows its own', () => {
    const given = { present: 'Big; Mine; Cloud', owned: ['Big', 'Cloud'], ownSeparator: '; ' };
    const anew = plan({ ...given, wanted: ['Big', 'Cloud'] }, { separator: ' | ' });
    expect(anew).toMatchObject({ action: PlanAction.UPDATE, reason: 'separated', changes: [{ before: given.present, after: 'Big | Cloud | Mine', values: { added: [], removed: [] } }] });
    expect(pushSegmentNames.describe(anew!)).toBe('Its names are the same, and "|" comes to stand between them.');
    expect(plan({ ...given, wanted: ['Big'] }, { separator: ' | ' })).toMatchObject({ reason: 'left', changes: [{ after: 'Big | Mine', values: { added: [], removed: ['Cloud'] } }] });
    expect(plan({ ...given, inScope: false }, { separator: ' | ' })?.changes[0]?.after).toBe('Mine');
    for (const as of [{ ...given, wanted: ['Big', 'Cloud'], inScope: false }, { present: 'Big', owned: ['Big'], ownSeparator: '; ', wanted: ['Big'] }]) expect(plan(as, { separator: ' | ' })).toBeUndefined();
    expect(plan({ ...given, wanted: ['Big', 'Cloud'] }, { separator: ';' })).toBeUndefined();
  });

  it('PSN-3 refuses a value that is longer than the field, and says by how much; it is never cut', () => {
    const refused = plan({ wanted: ['Cloud', 'Big'] }, {}, factsWith({ crmFields: [{ ...TEXT, length: 9 }] }));
    expect(refused).toMatchObject({ action: PlanAction.SKIP, reason: 'value_too_long', changes: [] });
    expect(pushSegmentNames.describe(refused!)).toBe('The value would not fit: 2 names with 10 characters, and Segments__c takes 9. Publish fewer or shorter names, or choose a longer field.');
  });

  it('PSN-4 is cleared when the account left all of its segments', () => {
    expect(plan({ present: 'Big', owned: ['Big'] })).toMatchObject({ reason: 'left', changes: [{ before: 'Big', after: '', clear: true }] });
    expect(plan({ present: 'Big; Cloud', owned: ['Big', 'Cloud'], wanted: ['Cloud'] })?.changes[0]).toMatchObject({ after: 'Cloud', clear: false });
  });

  it('PSN-5 keeps what others wrote, and clears ours even outside of the scope', () => {
    expect(plan({ present: 'Big; Theirs', owned: ['Big'], wanted: ['Cloud'] })?.changes[0]?.after).toBe('Cloud; Theirs');
    expect(plan({ present: 'Big; Theirs', owned: ['Big'], wanted: ['Cloud'], inScope: false })?.changes[0]?.after).toBe('Theirs');
    expect(plan({ present: 'Theirs' })).toBeUndefined();
    // Switched off: the field is the product's alone, and what left the scope stays as it is.
    expect(plan({ present: 'Big; Theirs', wanted: ['Cloud'] }, { exitSafe: false })?.changes[0]?.after).toBe('Cloud');
    expect(plan({ present: 'Big', owned: ['Big'], inScope: false }, { exitSafe: false })).toBeUndefined();
  });

  it('PSN-7 writes nothing where the names are the same, in whatever order the CRM keeps them', () => {
    expect(plan({ present: 'Cloud;Big', wanted: ['Big', 'Cloud'] })).toBeUndefined();
    expect(plan({})).toBeUndefined();
  });
});

describe('names, whatever they are', () => {
  const name = fc.constantFrom('Big', 'Cloud', 'Emea', 'Far East', 'Theirs', 'Old');
  const some = fc.uniqueArray(name);
  const standing = fc.record({ present: some, wanted: some.map((all) => new Set(all)), owned: some.map((all) => new Set(all)), inScope: fc.boolean(), exitSafe: fc.constant(true) });

  it('PSN-5 never touches a name that it did not write, and leaves none of its own behind', () => {
    fc.assert(fc.property(standing, (s) => {
      const next = nextNames(s);
      for (const one of s.present) if (!s.owned.has(one)) expect(next).toContain(one);
      for (const one of s.present) if (s.owned.has(one) && !s.wanted.has(one)) expect(next).not.toContain(one);
      if (s.inScope) for (const one of s.wanted) expect(next).toContain(one);
      else expect(s.present).toEqual(expect.arrayContaining(next));
      // Once written, a second plan finds nothing to do (PSN-7).
      const owned = new Set(ownedAfter(s.owned, s.present, next));
      expect(sameNames(nextNames({ ...s, present: namesIn(valueOf(next, '; '), '; '), owned }), next)).toBe(true);
    }));
  });

  it('ORC-11 gives back exactly what was taken: after an undo the names that we own are those of before', () => {
    fc.assert(fc.property(standing, (s) => {
      const before = new Set([...s.owned].filter((one) => s.present.includes(one)));
      const next = nextNames({ ...s, owned: before });
      const after = new Set(ownedAfter(before, s.present, next));
      expect(new Set(ownedAfter(after, next, s.present))).toEqual(before);
    }));
  });
});

describe('what stands in the way', () => {
  it('PSN-3 names the values that a restricted picklist does not have', () => {
    const [problem] = pushSegmentNames.validate(definitionWith().definition, factsWith({ crmFields: [PICKLIST], published: published('Big', 'Far East', 'Emea') }));
    expect(problem).toMatchObject({ code: 'orchestrations.segment_names.not_in_picklist', field: 'settings.field' });
    expect(problem?.message).toContain('has none for "Far East", "Emea"');
    expect(codes({}, factsWith({ crmFields: [{ ...PICKLIST, restrictedPicklist: false }], published: published('Far East') }))).toEqual([]);
  });

  it('refuses to separate names otherwise than a scheduled orchestration does in the same field', () => {
    const other = (settings: object) => factsWith({ scheduled: [definitionWith({ separator: ' | ', ...settings }, { name: 'Weekly' }).definition] });
    expect(pushSegmentNames.validate(definitionWith().definition, other({}))).toMatchObject([{ code: 'orchestrations.segment_names.separators_differ', field: 'settings.separator', message: expect.stringContaining('"Weekly"') }]);
    expect(codes({ separator: '|' }, other({}))).toEqual([]);
    expect(codes({}, other({ field: 'Description' }))).toEqual([]);
    expect(codes({}, { ...other({}), crmFields: [PICKLIST] })).toEqual([]);
  });

  it('names a field that is not there, takes no text or cannot be written, and names that hold the separator', () => {
    expect(codes({ field: 'Nope__c' }, factsWith())).toEqual(['orchestrations.segment_names.unknown_field']);
    expect(codes({}, factsWith({ crmFields: [{ ...TEXT, type: 'double' }] }))).toEqual(['orchestrations.segment_names.field_type']);
    expect(codes({}, factsWith({ crmFields: [{ ...TEXT, updateable: false }] }))).toEqual(['orchestrations.segment_names.field_read_only']);
    expect(codes({}, factsWith({ crmFields: [{ ...TEXT, type: 'richtextarea' }] }))).toEqual(['orchestrations.segment_names.field_type']);
    expect(codes({}, factsWith({ crmFields: [{ ...TEXT, required: true }] }))).toEqual(['orchestrations.segment_names.field_needed']);
    expect(codes({}, factsWith({ published: published('Big; bigger') }))).toEqual(['orchestrations.segment_names.separator_in_name']);
    expect(codes({ separator: ' | ' }, factsWith({ published: published('Big; bigger') }))).toEqual([]);
  });

  it('PSN-1 asks for a segment when the scope is one, and for nothing else', () => {
    expect(codes({ scope: 'segment' }, factsWith())).toEqual(['orchestrations.segment.missing']);
    expect(codes({ scope: 'segment' }, factsWith(), { segmentId: 's1' })).toEqual(['orchestrations.segment.unknown']);
    expect(codes({}, factsWith({ entitlements: new Set() }))).toEqual(['orchestrations.entitlement.missing']);
    expect(definitionWith({ scope: 'everything' }).problems.map((p) => p.field)).toEqual(['settings.scope']);
    expect(definitionWith({ separator: '  ' }).problems.map((p) => p.field)).toEqual(['settings.separator']);
  });
});
