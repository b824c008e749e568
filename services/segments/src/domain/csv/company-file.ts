import { LineReader, RecordReader, detectDelimiter, type CsvRecord, type Line } from '@signalbox/csv';
import { companyRow, type CompanyRow } from './company-rows.ts';
import { mapHeader, type HeaderMap } from './header.ts';

const EMPTY = 'The file is empty. It needs a header line with a column "name", and a line for each company.';

/**
 * A CSV file of companies, read piece by piece: needs the memory of one piece, whatever the size of the file. Once
 * `failure` is set nothing more comes out: it says what is wrong with the file as a whole, and the remedy.
 */
export class CompanyFile {
  failure: string | undefined;
  header: HeaderMap | undefined;
  private readonly lines = new LineReader();
  private records: RecordReader | undefined;

  /** @param idFor gives a stable id for a company whose file has none, from what identifies it */
  constructor(private readonly idFor: (identity: string) => string) {}

  push(bytes: Uint8Array): CompanyRow[] {
    return this.failure ? [] : this.rows(this.lines.push(bytes));
  }

  finish(): CompanyRow[] {
    if (this.failure) return [];
    const rows = this.rows(this.lines.finish());
    const last = this.failure ? [] : this.fromRecords(this.records?.finish() ?? []);
    if (!this.header) this.failure ??= EMPTY;
    return this.failure ? [] : [...rows, ...last];
  }

  private rows(lines: Line[] | string): CompanyRow[] {
    if (typeof lines === 'string') {
      this.failure = lines;
      return [];
    }
    const reader = (this.records ??= this.begin(lines));
    return reader ? this.fromRecords(reader.push(lines)) : [];
  }

  /** The first line with something in it decides what the delimiter is; Excel's own way to say it is "sep=;". */
  private begin(lines: Line[]): RecordReader | undefined {
    const at = lines.findIndex((line) => line.text.trim() !== '' || line.problem);
    const first = lines[at];
    if (!first) return undefined;
    const said = /^sep=(.)$/i.exec(first.text.trim())?.[1];
    lines.splice(0, said ? at + 1 : at);
    return new RecordReader(said ?? detectDelimiter(first.text));
  }

  private fromRecords(records: CsvRecord[]): CompanyRow[] {
    let from = 0;
    if (!this.header && records[0]) {
      this.takeHeader(records[0]);
      from = 1;
    }
    const { header } = this;
    if (!header) return [];
    return records.slice(from).map((record) => (record.problem
      ? { problem: { line: record.line, message: record.problem.message, code: record.problem.code.replace(/^csv\./, 'segments.import.') } }
      : companyRow(record.line, record.fields, header, this.idFor)));
  }

  private takeHeader(record: CsvRecord): void {
    const found = record.problem ? `The header (line ${record.line}) cannot be read. ${record.problem.message}` : mapHeader(record.fields);
    if (typeof found === 'string') this.failure = found;
    else this.header = found;
  }
}
