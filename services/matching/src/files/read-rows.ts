import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LineReader, RecordReader, detectDelimiter, type CsvRecord, type Line } from '@signalbox/csv';
import { invalid, notFound } from '@signalbox/kernel';

/** A line that was left out, and why. */
export interface RowProblem {
  file: string;
  line: number;
  message: string;
}

export interface FileRows {
  /** Values of the wanted columns, row by row, in their order. */
  rows: string[][];
  /** Share of the file read so far, 0 to 1. */
  share: number;
}

const PIECE_BYTES = 1 << 18;

/** Where the wanted columns are. @throws Invalid `matching.file.columns` */
function columnsOf(header: readonly string[], wanted: readonly string[], file: string): number[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw invalid('matching.file.columns', `${file} has no column ${missing.map((name) => `"${name}"`).join(', ')}. Its first line has: ${header.join(', ')}. Wanted are: ${wanted.join(', ')}.`, { field: missing[0] });
  }
  return wanted.map((name) => names.indexOf(name));
}

class Rows {
  private readonly lines = new LineReader();
  private records: RecordReader | undefined;
  private columns: number[] | undefined;
  private width = 0;

  constructor(
    private readonly file: string,
    private readonly wanted: readonly string[],
    private readonly onProblem: (problem: RowProblem) => void,
  ) {}

  push(bytes: Uint8Array): string[][] {
    return this.take(this.lines.push(bytes));
  }

  finish(): string[][] {
    const rows = [...this.take(this.lines.finish()), ...this.fromRecords(this.records?.finish() ?? [])];
    if (!this.columns) throw invalid('matching.file.empty', `${this.file} is empty. Its first line must name the columns: ${this.wanted.join(', ')}.`, { field: 'file' });
    return rows;
  }

  private take(lines: Line[] | string): string[][] {
    if (typeof lines === 'string') throw invalid('matching.file.format', `${this.file}: ${lines}`, { field: 'file' });
    if (!this.records) {
      const at = lines.findIndex((line) => line.text.trim() !== '' || line.problem);
      const first = lines[at];
      if (!first) return [];
      lines.splice(0, at);
      this.records = new RecordReader(detectDelimiter(first.text));
    }
    return this.fromRecords(this.records.push(lines));
  }

  private fromRecords(records: readonly CsvRecord[]): string[][] {
    const rows: string[][] = [];
    for (const record of records) {
      if (record.problem) this.onProblem({ file: this.file, line: record.line, message: record.problem.message });
      else if (!this.columns) this.begin(record.fields);
      else if (record.fields.length !== this.width) {
        this.onProblem({ file: this.file, line: record.line, message: `The line has ${record.fields.length} columns where the header has ${this.width}. Put quotes around values that hold a comma or a line break.` });
      } else rows.push(this.columns.map((column) => record.fields[column] as string));
    }
    return rows;
  }

  private begin(header: readonly string[]): void {
    this.width = header.length;
    this.columns = columnsOf(header, this.wanted, this.file);
  }
}

/**
 * Reads the wanted columns of a CSV file piece by piece. Broken lines are told and left out.
 * @throws NotFound `matching.file.missing`, Invalid `matching.file.columns`, `matching.file.empty`, `matching.file.format`
 */
export async function* readRows(file: string, wanted: readonly string[], onProblem: (problem: RowProblem) => void): AsyncGenerator<FileRows> {
  const size = await stat(file).then((s) => s.size, () => {
    throw notFound('matching.file.missing', `There is no file ${file}. Check the path.`, { field: 'file' });
  });
  const rows = new Rows(file, wanted, onProblem);
  let read = 0;
  for await (const bytes of createReadStream(file, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>) {
    read += bytes.length;
    yield { rows: rows.push(bytes), share: read / Math.max(size, 1) };
  }
  yield { rows: rows.finish(), share: 1 };
}
