import { draftCompany, isProblem, type CompanyDraft, type GivenCompany } from '../company.ts';
import type { ColumnField, HeaderMap } from './header.ts';

export interface RowProblem {
  /** Line of the file, from 1. */
  line: number;
  code: string;
  message: string;
}

/** One row: the company, unless it was refused, and what is to be said about it. */
export interface CompanyRow {
  company?: CompanyDraft;
  /** Refused without a company; with one, something to know about a row that was taken. */
  problem?: RowProblem;
}

const GROUPED = /^\d{1,3}([,\u00a0 '’_]\d{3})+(\.\d+)?$/;
const MOST_SHOWN = 60;

/** A number as people write it: '1,200', '$ 3.5', '2e6'; undefined when it is none, or could be read in two ways. */
export function readNumber(text: string): number | undefined {
  const bare = text.trim().replace(/^[$€£¥]\s*|\s*[$€£¥]$/g, '');
  const plain = GROUPED.test(bare) ? bare.replace(/[,\u00a0 '’_]/g, '') : bare;
  return /^-?\d+(\.\d+)?(e\+?\d{1,2})?$/i.test(plain) ? Number(plain) : undefined;
}

const NUMBERS: { field: 'employees' | 'annualRevenue'; what: string; valid: (n: number) => boolean }[] = [
  { field: 'employees', what: 'a whole number', valid: (n) => Number.isSafeInteger(n) && n >= 0 },
  { field: 'annualRevenue', what: 'a number', valid: Number.isFinite },
];

function columnCountProblem(line: number, found: number, wanted: number): RowProblem {
  const remedy = found > wanted ? 'Put quotes around values that contain the delimiter' : 'Add the missing delimiters';
  return { line, code: 'segments.import.column_count', message: `The line has ${found} columns where the header has ${wanted}. ${remedy}, and import the line again.` };
}

/** Fields of one record to a company, by the header. */
export function companyRow(line: number, fields: readonly string[], header: HeaderMap, idFor: (identity: string) => string): CompanyRow {
  const wanted = header.columns.length;
  const extra = fields.slice(wanted);
  if (fields.length < wanted || extra.some((value) => value.trim() !== '')) return { problem: columnCountProblem(line, fields.length, wanted) };
  const texts: Partial<Record<ColumnField, string>> = {};
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  header.columns.forEach((column, i) => {
    if ('field' in column) texts[column.field] = fields[i]!;
    else if (fields[i]!.trim() !== '') attributes[column.attribute] = fields[i]!.trim();
  });
  const given: GivenCompany = {
    sourceId: texts.sourceId ?? '', name: texts.name ?? '', website: texts.website ?? '', country: texts.country ?? '', industry: texts.industry ?? '', attributes,
  };
  const notNumbers = takeNumbers(given, texts, header, attributes);
  const company = draftCompany(given, idFor);
  if (isProblem(company)) return { problem: { line, code: company.code.replace('segments.company.', 'segments.import.'), message: `${company.message} The line was left out.` } };
  if (notNumbers.length === 0) return { company };
  return { company, problem: { line, code: 'segments.import.not_a_number', message: notNumbers.join(' ') } };
}

/** A value that is no number does not cost the company: it is kept as text, and said. */
function takeNumbers(given: GivenCompany, texts: Partial<Record<ColumnField, string>>, header: HeaderMap, attributes: Record<string, string>): string[] {
  const notes: string[] = [];
  for (const { field, what, valid } of NUMBERS) {
    const text = texts[field]?.trim() ?? '';
    if (text === '') continue;
    const value = readNumber(text);
    if (value !== undefined && valid(value)) {
      given[field] = value;
      continue;
    }
    const title = header.titles.get(field) ?? field;
    attributes[title] = text;
    notes.push(`"${text.slice(0, MOST_SHOWN)}" in the column ${title} is not ${what}: it was kept as text (attributes.${title}). Correct it and import the line again.`);
  }
  return notes;
}
