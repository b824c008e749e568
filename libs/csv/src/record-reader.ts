import type { Line, LineProblem } from './line-reader.ts';

/** One record of the file: its fields, or why it cannot be taken. `line` is where it begins, or where its problem is. */
export type CsvRecord = { line: number; fields: string[]; problem?: undefined } | { line: number; problem: LineProblem };

/** A quoted value that goes on for longer than this was never closed. */
const MOST_LINES_OF_A_RECORD = 500;
const MOST_CHARACTERS_OF_A_RECORD = 256 * 1024;

const unclosed = (): LineProblem => ({
  code: 'csv.unterminated_quote',
  message: 'A quoted value that begins on this line is not closed correctly. Close it with a quote, double the quotes inside it, and try the line again.',
});

/** A record of which some lines have been read. `open` is the quoted value at its end, which is not closed yet. */
interface Begun {
  fields: string[];
  open: string | undefined;
  broken: boolean;
}

/**
 * Reads the rest of a line into `begun`. A quote opens a value only at its start, as RFC 4180 has it; elsewhere it is a
 * character like any other ('5" pipe'). After a closing quote only spaces may stand before the delimiter.
 */
function readLine(begun: Begun, text: string, delimiter: string): void {
  let at = 0;
  if (begun.open === undefined && text === '') {
    begun.fields.push('');
    return;
  }
  for (;;) {
    if (begun.open === undefined && text[at] !== '"') {
      const next = text.indexOf(delimiter, at);
      begun.fields.push(next < 0 ? text.slice(at) : text.slice(at, next));
      if (next < 0) return;
      at = next + 1;
      continue;
    }
    if (begun.open === undefined) {
      begun.open = '';
      at += 1;
    }
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      begun.open += `${text.slice(at)}\n`;
      return;
    }
    begun.open += text.slice(at, quote);
    at = quote + 1;
    if (text[at] === '"') {
      begun.open += '"';
      at += 1;
      continue;
    }
    while (text[at] === ' ') at += 1;
    begun.fields.push(begun.open);
    begun.open = undefined;
    if (at >= text.length) return;
    if (text[at] !== delimiter) {
      begun.broken = true;
      return;
    }
    at += 1;
  }
}

/**
 * Lines to records. A record whose quoting is broken is given up at its first line and reading goes on at the next one, so
 * that one slip of the pen costs one line and not the rest of the file.
 */
export class RecordReader {
  private lines: Line[] = [];
  private begun: Begun | undefined;
  private characters = 0;

  constructor(private readonly delimiter: string) {}

  push(lines: readonly Line[]): CsvRecord[] {
    const records: CsvRecord[] = [];
    for (const line of lines) this.take(line, records);
    return records;
  }

  /** The file has ended: what is still open never closes. */
  finish(): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (this.begun) this.giveUp(records);
    return records;
  }

  private take(line: Line, records: CsvRecord[]): void {
    if (!this.begun && !line.text.includes('"')) {
      if (line.problem) records.push({ line: line.number, problem: line.problem });
      else if (line.text.trim() !== '') records.push({ line: line.number, fields: line.text.split(this.delimiter) });
      return;
    }
    const begun = (this.begun ??= { fields: [], open: undefined, broken: false });
    this.lines.push(line);
    this.characters += line.text.length;
    readLine(begun, line.text, this.delimiter);
    const endless = this.lines.length > MOST_LINES_OF_A_RECORD || this.characters > MOST_CHARACTERS_OF_A_RECORD;
    if (begun.broken || (begun.open !== undefined && endless)) this.giveUp(records);
    else if (begun.open === undefined) this.complete(begun.fields, records);
  }

  private complete(fields: string[], records: CsvRecord[]): void {
    const marred = this.lines.find((line) => line.problem);
    records.push(marred?.problem ? { line: marred.number, problem: marred.problem } : { line: this.lines[0]!.number, fields });
    this.reset();
  }

  private giveUp(records: CsvRecord[]): void {
    const [first, ...others] = this.lines;
    this.reset();
    if (!first) return;
    records.push({ line: first.number, problem: first.problem ?? unclosed() });
    for (const line of others) this.take(line, records);
  }

  private reset(): void {
    this.lines = [];
    this.begun = undefined;
    this.characters = 0;
  }
}

const DELIMITERS = [',', ';', '\t', '|'];

/** The delimiter of a file by its header: the one that stands there most often outside quotes; a comma when none does. */
export function detectDelimiter(header: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, '');
  const counts = DELIMITERS.map((d) => bare.split(d).length - 1);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}
