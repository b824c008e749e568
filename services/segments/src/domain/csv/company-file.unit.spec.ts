import { stringify } from 'csv-stringify/sync';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { LONGEST_LINE, LineReader, RecordReader, detectDelimiter } from '@signalbox/csv';
import type { CompanyRow } from './company-rows.ts';
import { CompanyFile } from './company-file.ts';

interface Read {
  rows: CompanyRow[];
  failure: string | undefined;
}

function read(file: string | Uint8Array, pieceBytes = 7): Read {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  const reader = new CompanyFile((identity) => `auto:${identity}`);
  const rows: CompanyRow[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) rows.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  rows.push(...reader.finish());
  return { rows, failure: reader.failure };
}

const names = (r: Read) => r.rows.flatMap((row) => row.company?.name ?? []);
const problems = (r: Read) => r.rows.flatMap((row) => (row.problem ? [[row.problem.line, row.problem.code.replace('segments.import.', '')]] : []));
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('a CSV file of companies', () => {
  it('gives a company for every line, its fields found by their usual names', () => {
    const r = read('Account ID;Company Name;Billing Country;URL;Employees;Annual Revenue;Tier\r\n1;"Müller; Söhne";DE;www.mueller.de;1,200;3.5;gold\r\n');
    expect(r.failure).toBeUndefined();
    expect(r.rows).toEqual([{ company: {
      sourceId: '1', name: 'Müller; Söhne', website: 'www.mueller.de', domain: 'mueller.de', country: 'DE', countryKey: 'germany', industry: '', employees: 1200, annualRevenue: 3.5, attributes: { Tier: 'gold' },
    } }]);
  });

  it('rejects a broken row with its line and goes on with the rest', () => {
    const r = read('id,name,country\n1,Acme,US\n2,Too,many,columns\n3,Few\n4,Beta,DE\n5,,FR\n6,Gamma,FR,,\n');
    expect(names(r)).toEqual(['Acme', 'Beta', 'Gamma']);
    expect(problems(r)).toEqual([[3, 'column_count'], [4, 'column_count'], [6, 'name_missing']]);
    expect(r.rows[1]!.problem!.message).toContain('4 columns where the header has 3. Put quotes');
  });

  it('loses one line to an unclosed quote, not the rest of the file', () => {
    const r = read('id,name,country\n1,"Acme,US\n2,Beta,DE\n3,"Gamma, Inc",FR\n4,Delta,IT\n');
    expect(names(r)).toEqual(['Beta', 'Gamma, Inc', 'Delta']);
    expect(problems(r)).toEqual([[2, 'unterminated_quote']]);
    const atEnd = read('id,name\n1,Acme\n2,"Beta\n3,Gamma\n');
    expect(names(atEnd)).toEqual(['Acme', 'Gamma']);
    expect(problems(atEnd)).toEqual([[3, 'unterminated_quote']]);
    expect(problems(read('id,name\n1,"Ac"me\n2,Beta\n'))).toEqual([[2, 'unterminated_quote']]);
  });

  it('keeps line breaks inside quotes, and counts lines past them', () => {
    const r = read('name,note\n"Acme","two\r\nlines ""quoted"""\nBeta\n');
    expect(r.rows[0]!.company!.attributes).toEqual({ note: 'two\nlines "quoted"' });
    expect(problems(r)).toEqual([[4, 'column_count']]);
  });

  it('rejects the row with a NUL byte and takes the others', () => {
    const r = read('id,name\n1,Acme\n2,Be\0ta\n3,Gamma\n');
    expect(names(r)).toEqual(['Acme', 'Gamma']);
    expect(problems(r)).toEqual([[3, 'nul_byte']]);
    expect(problems(read('id,name,note\n1,Acme,"a\nb\0"\n'))).toEqual([[3, 'nul_byte']]);
  });

  it('reads UTF-8 with a mark, and UTF-16 of both orders with and without one', () => {
    const text = 'name,country\nŁódź Spółka,PL\n株式会社,JP\n';
    const files = [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le'), utf16be(`\ufeff${text}`), Buffer.from(text, 'utf16le'), utf16be(text)];
    for (const file of files) expect([names(read(file)), read(file).failure]).toEqual([['Łódź Spółka', '株式会社'], undefined]);
  });

  it('names the lines that slipped in from Windows-1252', () => {
    const file = Buffer.concat([Buffer.from('id,name\n1,Zürich\n2,'), Buffer.from('Münch', 'latin1'), Buffer.from('\n3,Østfold\n')]);
    for (const piece of [1, 5, 1000]) {
      const r = read(file, piece);
      expect(names(r)).toEqual(['Zürich', 'Østfold']);
      expect(problems(r)).toEqual([[3, 'encoding']]);
      expect(r.rows[1]!.problem!.message).toContain('Save the file as UTF-8');
    }
  });

  it('refuses a wrong header naming the columns found and wanted', () => {
    const r = read('firma,land\nAcme,DE\n');
    expect(r.rows).toEqual([]);
    expect(r.failure).toMatch(/Found: "firma", "land"\. Wanted: name \(or company_name/);
    expect(read('name,tier,tier\nA,1,2\n').failure).toContain('a column twice: "tier"');
    expect(read('').failure).toContain('empty');
    expect(read('\n\n').failure).toContain('empty');
    expect(read('"name\n1\n').failure).toContain('The header (line 1) cannot be read');
  });

  it('says of other kinds of files what they are', () => {
    expect(read(Buffer.from([0x50, 0x4b, 3, 4, 20, 0])).failure).toContain('Excel');
    expect(read(Buffer.from([0x1f, 0x8b, 8, 0])).failure).toContain('gzip');
    expect(read(Buffer.from([0xff, 0xfe, 0, 0, 0x6e, 0, 0, 0])).failure).toContain('UTF-32');
  });

  it('takes a company whose number is none, keeps the text, and says so', () => {
    const r = read('name,employees,revenue\nAcme,51-200,"1,5"\n');
    expect(r.rows[0]!.company).toMatchObject({ employees: null, annualRevenue: null, attributes: { employees: '51-200', revenue: '1,5' } });
    expect(problems(r)).toEqual([[2, 'not_a_number']]);
  });

  it('gives a company without an id the same id each time, spelling details aside', () => {
    const id = (text: string) => read(`name,url,country\n${text}\n`).rows[0]!.company!.sourceId;
    expect(id('Acme  Inc,https://www.acme.com/x,US')).toBe(id('ACME Inc,acme.com,United States'));
    expect(id('Acme Inc,acme.com,US')).not.toBe(id('Acme Inc,acme.com,CA'));
  });

  it('skips a line that is too long without keeping it, and refuses values that are', () => {
    const long = 'x'.repeat(LONGEST_LINE + 10);
    const r = read(`id,name\n1,${long}\n2,Beta\n3,${'y'.repeat(501)}\n4,Gamma\n`, 100_000);
    expect(names(r)).toEqual(['Beta', 'Gamma']);
    expect(problems(r)).toEqual([[2, 'line_too_long'], [4, 'too_long']]);
    const wide = read(Buffer.from(`\ufeffid,name\n1,${long}\n2,Beta\n`, 'utf16le'), 100_000);
    expect([names(wide), problems(wide)]).toEqual([['Beta'], [[2, 'line_too_long']]]);
  });

  it('reads files of old Macintosh programs, of Excel with "sep=", and with blank lines', () => {
    expect(names(read('name,country\rAcme,US\rBeta,DE\r'))).toEqual(['Acme', 'Beta']);
    expect(names(read('sep=;\nname;country\nAcme;US\n'))).toEqual(['Acme']);
    expect(names(read('\n\nname\n\nAcme\n\n\nBeta'))).toEqual(['Acme', 'Beta']);
  });
});

const cell = fc.string({ unit: fc.constantFrom('a', 'é', '株', ' ', ',', ';', '"', '\n', 'x', '0'), maxLength: 8 });
const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 });

function records(bytes: Uint8Array, pieceBytes: number): string[][] {
  const lines = new LineReader();
  const reader = new RecordReader(',');
  const found = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) found.push(...reader.push(lines.push(bytes.subarray(at, at + pieceBytes)) as never));
  found.push(...reader.push(lines.finish() as never), ...reader.finish());
  return found.map((record) => (record.problem ? [record.problem.code] : record.fields));
}

describe('records of a CSV file', () => {
  it('are what csv-parse reads from a correct file, in whatever pieces and encoding it comes', () => {
    fc.assert(fc.property(table, fc.integer({ min: 1, max: 50 }), fc.constantFrom<BufferEncoding>('utf8', 'utf16le'), (rows, piece, encoding) => {
      // A first row of plain letters, as a header is, lets UTF-16 be known; quoting everything keeps blank rows rows.
      const text = `a,b,c\n${stringify(rows, { quoted: true })}`;
      const wanted = parse(text) as string[][];
      expect(records(Buffer.from(text, encoding), piece)).toEqual(wanted);
    }), { numRuns: 300 });
  });

  it('never lose a correct line to a broken one before it', () => {
    const broken = fc.constantFrom('"', 'x,"y', 'a,"b"c,d', '"unclosed,1,2', '\u0000', 'one', '1,2,3,4');
    fc.assert(fc.property(fc.array(fc.oneof(broken, fc.constant('good')), { maxLength: 30 }), (lines) => {
      // A correct line after a broken one begins with a quote, so that an open one is seen to be open.
      const text = ['id,name,note', ...lines.map((l, i) => (l === 'good' ? `"${i}","Company ${i}","x"` : l))].join('\n');
      const wanted = lines.flatMap((l, i) => (l === 'good' ? [`Company ${i}`] : []));
      expect(names(read(text, 1000))).toEqual(wanted);
    }), { numRuns: 300 });
  });

  it('are split at the delimiter that the header uses', () => {
    expect(['a,b', 'a;b,c;d', 'a\tb', 'a|b', '"x,y,z";b', 'alone'].map(detectDelimiter)).toEqual([',', ';', '\t', '|', ';', ',']);
  });
});
