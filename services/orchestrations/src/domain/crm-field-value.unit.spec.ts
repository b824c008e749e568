import { crmWriter } from '@signalbox/contracts';
import { typesFit, valueProblem } from './crm-field-value.ts';

const field = (type: string, more: Partial<crmWriter.CrmField> = {}) => crmWriter.CrmField.fromPartial({ name: 'F__c', type, ...more });

describe('whether the CRM can take a value', () => {
  it.each([
    ['int', '12', '1.5'], ['double', '-1.5e3', 'about 3'], ['currency', '10.00', '10 EUR'], ['boolean', 'true', 'yes'], ['date', '2026-11-22', '22.11.2026'],
    ['datetime', '2026-11-22T08:00:00Z', '2026-11-22'],
  ])('judges a %s: %s fits, %s does not', (type, good, bad) => {
    expect(valueProblem(field(type), good)).toBeUndefined();
    expect(valueProblem(field(type), bad)).toContain('F__c');
  });

  it('judges lengths, and picklists only where they are restricted', () => {
    expect(valueProblem(field('string', { length: 3 }), 'abcd')).toBe('the value has 4 characters, and F__c takes at most 3');
    expect(valueProblem(field('textarea'), 'x'.repeat(99_999))).toBeUndefined();
    const values = { picklistValues: ['A', 'B'] };
    expect(valueProblem(field('picklist', values), 'C')).toBeUndefined();
    expect(valueProblem(field('picklist', { ...values, restrictedPicklist: true }), 'C')).toContain('"C"');
    expect(valueProblem(field('multipicklist', { ...values, restrictedPicklist: true }), 'A; B')).toBeUndefined();
    expect(valueProblem(field('multipicklist', { ...values, restrictedPicklist: true }), 'A;C')).toContain('"C"');
  });

  it('knows which kinds of company field could never fit', () => {
    expect([typesFit('text', field('int')), typesFit('number', field('int')), typesFit('number', field('boolean')), typesFit('any', field('date')), typesFit('text', field('reference'))])
      .toEqual([false, true, false, true, false]);
  });
});
