import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

export const DELIMITERS = { BACKQUOTE: '`', CARET: '^', COMMA: ',', PIPE: '|', SEMICOLON: ';', TAB: '\t' } as const;
export const LINE_ENDINGS = { LF: '\n', CRLF: '\r\n' } as const;

/** How a job writes and reads its CSV. */
export interface CsvForm {
  columnDelimiter: keyof typeof DELIMITERS;
  lineEnding: keyof typeof LINE_ENDINGS;
}

export interface CsvTable {
  header: string[];
  rows: string[][];
}

/** @throws Error what is wrong with the text */
export function readCsv(text: string, form: CsvForm): CsvTable {
  const lines: string[][] = parse(text, { bom: true, delimiter: DELIMITERS[form.columnDelimiter], record_delimiter: LINE_ENDINGS[form.lineEnding], skip_empty_lines: true, relax_column_count_less: true });
  const [header = [], ...rows] = lines;
  return { header, rows };
}

/** All values quoted, as the vendor writes them. */
export const writeCsv = (header: readonly string[], rows: readonly (readonly string[])[], form: CsvForm): string =>
  stringify([header as string[], ...(rows as string[][])], { quoted: true, quoted_empty: true, delimiter: DELIMITERS[form.columnDelimiter], record_delimiter: LINE_ENDINGS[form.lineEnding] });
