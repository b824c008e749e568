import { inLists, literal, name } from './soql.ts';

describe('SOQL', () => {
  it('quotes what a person may have typed', () => {
    expect(literal(`O'Brien \\ "Co"\n`)).toBe(`'O\\'Brien \\\\ \\"Co\\"\\n'`);
    expect(literal('A-b b🏔️')).toBe(`'A-b b🏔️'`);
  });

  it('takes no name that is not one', () => {
    expect(name('Signalbox_Id__c')).toBe('Signalbox_Id__c');
    expect(() => name('Name FROM User--')).toThrow(RangeError);
  });

  it('keeps every list short enough for an address, and loses no value', () => {
    const values = Array.from({ length: 3000 }, (_, i) => `ключ ${i} '`);
    const lists = inLists(values, 500);
    expect(lists.flat()).toEqual(values);
    for (const list of lists) expect(encodeURIComponent(list.map(literal).join(',')).length).toBeLessThan(12_000);
  });
});
