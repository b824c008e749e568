import { randomUUID } from 'node:crypto';
import { CompanyNamesTable } from './company-names.ts';

describe('names of companies', () => {
  it('keeps what belongs to each of many companies, whatever their ids look like', () => {
    const table = new CompanyNamesTable();
    table.addNames(['Big', 'Cloud', 'Retail']);
    const uuids = Array.from({ length: 20_000 }, () => randomUUID() as string);
    const ids = [...uuids, 'plain', '', uuids[0]!.toUpperCase(), `${uuids[1]!}x`];
    ids.forEach((id, i) => table.add(id, [i % 3], i % 2 === 0));
    ids.forEach((id, i) => expect(table.of([id])).toEqual({ names: [['Big', 'Cloud', 'Retail'][i % 3]], inScope: i % 2 === 0 }));
    expect(table.of([randomUUID()])).toEqual({ names: [], inScope: false });
    expect(table.of([ids[0]!])).toBe(table.of([ids[6]!]));
  });

  it('PSN-6 an account that is several companies has the names of all of them, sorted, each once', () => {
    const table = new CompanyNamesTable();
    table.addNames(['Big', 'Cloud', 'Retail']);
    table.add('a', [1, 2], false);
    table.add('b', [0, 2], true);
    expect(table.of(['a', 'b', 'c'])).toEqual({ names: ['Big', 'Cloud', 'Retail'], inScope: true });
    expect(table.of(['b', 'a'])).toBe(table.of(['a', 'b']));
    expect(table.of(['c', 'a'])).toEqual({ names: ['Cloud', 'Retail'], inScope: false });
    expect(table.of([])).toEqual({ names: [], inScope: false });
  });

  it('takes what is said last of a company', () => {
    const table = new CompanyNamesTable();
    table.addNames(['Big', 'Cloud']);
    const id = randomUUID();
    table.add(id, [0], false);
    table.add(id, [1], true);
    expect(table.of([id])).toEqual({ names: ['Cloud'], inScope: true });
  });
});
