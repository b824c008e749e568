import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { LineReader, RecordReader, detectDelimiter, type CsvRecord, type Line } from '@signalbox/csv';
import { invalid, notFound } from '@signalbox/kernel';
import { KnownIds } from './known-ids.ts';

/** A line that was left out, and why. */
export interface RowProblem {
  file: string;
  line: number;
  message: string;
}

export interface ReadOptions {
  onProblem: (problem: RowProblem) => void;
  /** A line whose id an earlier line has: left out, or told and kept. */
  sameIdAgain: 'left-out' | 'told';
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
  private readonly ids = new KnownIds();

  constructor(
    private readonly file: string,
    private readonly wanted: readonly string[],
    private readonly options: ReadOptions,
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
      if (!this.columns) this.begin(record);
      else if (record.problem) this.problem(record.line, record.problem.message);
      else if (record.fields.length !== this.width) {
        this.problem(record.line, `The line has ${record.fields.length} columns where the header has ${this.width}. Put quotes around values that hold a comma or a line break.`);
      } else {
        const row = this.columns.map((column) => record.fields[column] as string);
        if (this.good(row[0] as string, record.line)) rows.push(row);
      }
    }
    return rows;
  }

  private problem(line: number, message: string): void {
    this.options.onProblem({ file: this.file, line, message });
  }

  private good(id: string, line: number): boolean {
    if (id.trim() === '') this.problem(line, `The line has no ${this.wanted[0]}. Give it one, and try the line again.`);
    else if (this.ids.add(id)) return true;
    else if (this.options.sameIdAgain === 'told') {
      this.problem(line, `The ${this.wanted[0]} "${id}" is on an earlier line too. Both lines are decided; tell them apart by their order.`);
      return true;
    } else this.problem(line, `The ${this.wanted[0]} "${id}" is on an earlier line too; this line is left out. Give each line an id of its own.`);
    return false;
  }

  private begin(header: CsvRecord): void {
    if (header.problem) throw invalid('matching.file.header', `${this.file}, line ${header.line}: the line that names the columns cannot be read. ${header.problem.message}`, { field: 'file' });
    this.width = header.fields.length;
    this.columns = columnsOf(header.fields, this.wanted, this.file);
  }
}

/** @throws NotFound `matching.file.missing`, Invalid `matching.file.unreadable` */
export async function sizeOf(file: string): Promise<number> {
  const there = await stat(file).catch(() => undefined);
  if (!there) throw notFound('matching.file.missing', `There is no file ${file}. Check the path.`, { field: 'file' });
  if (there.isDirectory()) throw invalid('matching.file.unreadable', `${file} is a folder. Name a CSV file in it.`, { field: 'file' });
  await access(file, constants.R_OK).catch(() => {
    throw invalid('matching.file.unreadable', `${file} cannot be read: you may not. Ask whoever owns it.`, { field: 'file' });
  });
  return there.size;
}

/**
 * Reads the wanted columns of a CSV file piece by piece. The first of them is the row's id. Broken lines are told and left out.
 * @throws NotFound `matching.file.missing`, Invalid `matching.file.columns`, `matching.file.empty`, `matching.file.header`, `matching.file.format`
 */
export async function* readRows(file: string, wanted: readonly string[], options: ReadOptions): AsyncGenerator<FileRows> {
  const size = await sizeOf(file);
  const rows = new Rows(file, wanted, options);
  let read = 0;
  for await (const bytes of createReadStream(file, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>) {
    read += bytes.length;
    yield { rows: rows.push(bytes), share: read / Math.max(size, 1) };
  }
  yield { rows: rows.finish(), share: 1 };
}
