import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { seededNumbers } from '@signalbox/connectors-sdk/testing';
import { csvRows } from './csv-rows.ts';

describe('the lines of a CSV', () => {
  it.each([
    ['a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
    ['\uFEFF"a","b"\r\n"x ""y"", z","line\nbreak"\r\n', [['a', 'b'], ['x "y", z', 'line\nbreak']]],
    ['"a"\n""\n"🚀"', [['a'], [''], ['🚀']]],
    ['a,b\n,\n1,', [['a', 'b'], ['', ''], ['1', '']]],
    ['', []],
  ])('%j', (text, rows) => {
    expect([...csvRows(text)]).toEqual(rows);
  });

  it.each(['"a', '"a"b,c', '"a""'])('%s ends too early, or goes on too long', (text) => {
    expect(() => [...csvRows(text)]).toThrow(SyntaxError);
  });

  it('reads what csv-stringify writes, as csv-parse does', () => {
    const random = seededNumbers(7);
    const pieces = ['a', '"', ',', '\n', '\r\n', ' ', '🚀', '', '#N/A', "'"];
    const cell = () => Array.from({ length: Math.floor(random() * 6) }, () => pieces[Math.floor(random() * pieces.length)]).join('');
    for (const quotedAll of [true, false]) {
      const rows = Array.from({ length: 500 }, () => ['x', ...Array.from({ length: 6 }, cell)]);
      const text = stringify(rows, { quoted: quotedAll, quoted_empty: quotedAll, quoted_match: /[\r\n]/ });
      expect([...csvRows(text)]).toEqual(rows);
      expect([...csvRows(text)]).toEqual(parse(text));
    }
  });
});
