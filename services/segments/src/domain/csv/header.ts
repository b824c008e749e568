import { LONGEST, MOST_ATTRIBUTES } from '../company.ts';

/** Company fields that a column of a file can be. */
export type ColumnField = 'sourceId' | 'name' | 'website' | 'country' | 'industry' | 'employees' | 'annualRevenue';

/** Accepted names by field, the best one first; case, spaces, dots and dashes do not matter. */
const ALIASES: Record<ColumnField, string[]> = {
  name: ['name', 'company_name', 'account_name', 'company', 'account', 'organisation', 'organization'],
  website: ['website', 'domain', 'url', 'web', 'homepage'],
  country: ['country', 'billing_country', 'country_code'],
  industry: ['industry'],
  employees: ['employees', 'number_of_employees', 'employee_count'],
  annualRevenue: ['annual_revenue', 'revenue'],
  sourceId: ['source_id', 'external_id', 'candidate_id', 'account_id', 'company_id', 'id'],
};

/** What each column of a file is: a field, or an attribute by its name. */
export interface HeaderMap {
  columns: ({ field: ColumnField } | { attribute: string })[];
  fields: ReadonlySet<ColumnField>;
  /** Names of the columns that are kept as attributes. */
  attributes: string[];
  /** The file's own name of a field's column, for messages. */
  titles: ReadonlyMap<ColumnField, string>;
}

const normal = (title: string) => title.trim().toLowerCase().replace(/[\s.\-]+/g, '_');
const shown = (titles: readonly string[]) => {
  const list = titles.slice(0, 20).map((t) => `"${t.length > 60 ? `${t.slice(0, 60)}…` : t}"`).join(', ');
  return titles.length > 20 ? `${list} and ${titles.length - 20} more` : list;
};

function chooseColumns(normals: readonly string[]): Map<number, ColumnField> {
  const chosen = new Map<number, ColumnField>();
  for (const field of Object.keys(ALIASES) as ColumnField[]) {
    const alias = ALIASES[field].find((name) => normals.includes(name));
    if (alias !== undefined) chosen.set(normals.indexOf(alias), field);
  }
  return chosen;
}

function titleProblem(titles: readonly string[]): string | undefined {
  const twice = titles.filter((t, i) => t !== '' && titles.indexOf(t) !== i);
  if (twice.length > 0) return `The header (line 1) has a column twice: ${shown([...new Set(twice)])}. Rename or remove one of them, then import the file again.`;
  const long = titles.find((t) => t.length > LONGEST.attributeName);
  if (long !== undefined) return `The header has a column name of ${long.length} characters: ${shown([long])}. Names may have ${LONGEST.attributeName}. Check that the first line is the header, then import the file again.`;
  return undefined;
}

/**
 * Finds the company's fields in the header.
 * @returns a text when the header cannot be used: the columns found, those wanted, and what to do.
 */
export function mapHeader(given: readonly string[]): HeaderMap | string {
  // Spreadsheets put commas after the last column.
  const width = given.findLastIndex((t) => t.trim() !== '') + 1;
  const titles = given.slice(0, width).map((title) => title.trim());
  const chosen = chooseColumns(titles.map(normal));
  const fields = new Set(chosen.values());
  if (!fields.has('name')) {
    return `The header has no column for the company's name. Found: ${shown(titles) || 'nothing'}. Wanted: name (or ${ALIASES.name.slice(1).join(', ')}); `
      + 'known as well: website, country, industry, employees, annual_revenue, and an id (source_id, external_id, account_id, company_id, candidate_id, id). '
      + 'Put the header on the first line, then import the file again.';
  }
  const problem = titleProblem(titles);
  if (problem) return problem;
  const columns: HeaderMap['columns'] = titles.map((title, i) => {
    const field = chosen.get(i);
    return field ? { field } : { attribute: title || `column_${i + 1}` };
  });
  const attributes = columns.flatMap((c) => ('attribute' in c ? [c.attribute] : []));
  if (attributes.length > MOST_ATTRIBUTES) return `The header has ${attributes.length} further columns; at most ${MOST_ATTRIBUTES} are kept. Leave some out, then import the file again.`;
  return { columns, fields, attributes, titles: new Map([...chosen].map(([i, field]) => [field, titles[i]!])) };
}
