import type { WriteRow } from '@signalbox/connectors-sdk';
import { stringify } from 'csv-stringify/sync';
import { csvRows } from '../read/csv-rows.ts';
import type { RowForm } from './requests.ts';
import { jsonValues } from './values.ts';

/** How CSV says that a field is emptied; an empty cell leaves it alone. */
const EMPTIED = '#N/A';

/** A value that is written so in earnest cannot be told from an emptied field. */
export const fitsIntoCsv = (row: WriteRow): boolean => !Object.values(row.values).includes(EMPTIED);

export interface BulkData {
  csv: string;
  /** By what its results say of a row, all rows that look so. Rows that are alike to the letter may stand for one another. */
  byLooks: Map<string, WriteRow[]>;
  /** Columns of which the looks of a row are made. */
  looks: readonly string[];
}

/** What a row is known by in the results, which come in no order. */
function knownBy(form: RowForm, columns: readonly string[]): readonly string[] {
  if (form.operation !== 'create') return ['Id'];
  return form.keyField ? [form.keyField] : columns;
}

function cellsOf(row: WriteRow, form: RowForm): Record<string, string> {
  const emptied = form.operation === 'create' && !form.keyField ? '' : EMPTIED;
  const values = Object.entries(jsonValues(row, form.fields).values).map(([field, value]) => [field, value === null || value === '' ? emptied : String(value)]);
  const own = form.operation !== 'create' ? { Id: row.crmId } : form.keyField ? { [form.keyField]: row.externalKey } : {};
  return { ...Object.fromEntries(values) as Record<string, string>, ...own };
}

const looksOf = (cells: Readonly<Record<string, string>>, columns: readonly string[]) => columns.map((column) => cells[column] ?? '').join('\u0000');

export function bulkData(rows: readonly WriteRow[], form: RowForm): BulkData {
  const all = rows.map((row) => cellsOf(row, form));
  const columns = [...new Set(all.flatMap((cells) => Object.keys(cells)))];
  const looks = knownBy(form, columns);
  const byLooks = new Map<string, WriteRow[]>();
  all.forEach((cells, i) => {
    const key = looksOf(cells, looks);
    byLooks.set(key, [...(byLooks.get(key) ?? []), rows[i]!]);
  });
  return { csv: stringify(all, { header: true, columns, record_delimiter: '\n' }), byLooks, looks };
}

/** Each line of a job's results with the row that it is about; a row is given out once. @throws SyntaxError when it is no CSV */
export function resultsWithRows(csv: string, data: BulkData): { row: WriteRow; line: Record<string, string> }[] {
  const [header = [], ...lines] = csvRows(csv);
  return lines.flatMap((cells) => {
    const line = Object.fromEntries(header.map((column, i) => [column, cells[i] ?? '']));
    const row = data.byLooks.get(looksOf(line, data.looks))?.shift();
    return row ? [{ row, line }] : [];
  });
}
