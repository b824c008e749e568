import { parserError, SfError } from '../errors.ts';
import { header, ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { isJsonRecord } from '../records/input.ts';
import { attributesOf } from '../records/view.ts';
import type { ObjectDef } from '../schema/schema-types.ts';
import { executeSoql } from '../soql/execute.ts';
import { isDeleted } from '../store/row.ts';
import { parseDateTime } from '../time.ts';
import { objectOr404 } from './describe.ts';

/** Page size: 200 to 2000, from `Sforce-Query-Options: batchSize=n`; 2000 without it. */
function batchSize(request: RestRequest): number {
  const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(header(request, 'Sforce-Query-Options') ?? '')?.[1]);
  return Number.isFinite(asked) ? Math.min(2000, Math.max(200, asked)) : 2000;
}

const query = (withDeleted: boolean) => (request: RestRequest): Reply => {
  const text = request.query.get('q');
  if (!text?.trim()) throw new SfError(400, 'MALFORMED_QUERY', 'unexpected token: \'<EOF>\'');
  const { org, version } = request;
  return ok(org.locators.firstPage(executeSoql(org.store, text, withDeleted), version, batchSize(request)));
};

const queryMore = (request: RestRequest): Reply => ok(request.org.locators.nextPage(request.params.locator ?? '', request.version));

function window(request: RestRequest): { start: string; end: string } {
  const read = (name: string): string => {
    const text = request.query.get(name)?.replace(/ (?=\d\d:?\d\d$)/, '+');
    const parsed = text ? parseDateTime(text) : undefined;
    if (!parsed) throw new SfError(400, 'INVALID_FIELD', `${name}: ${text ? `invalid date value: ${text}` : 'a start and an end date are required'}`);
    return parsed;
  };
  const [start, end] = [read('start'), read('end')];
  if (start >= end) throw new SfError(400, 'INVALID_REPLICATION_DATE', 'The end date must be after the start date');
  return { start, end };
}

function updated(request: RestRequest): Reply {
  const def = objectOr404(request.org, request.params.type);
  const { start, end } = window(request);
  const rows = request.org.store.table(def).byStamp(start, false, end, true).filter((r) => !isDeleted(r));
  return ok({ ids: rows.map((r) => r.id), latestDateCovered: end });
}

function deleted(request: RestRequest): Reply {
  const def = objectOr404(request.org, request.params.type);
  const { start, end } = window(request);
  const rows = request.org.store.table(def).byStamp(start, false, end, true).filter(isDeleted);
  return ok({
    deletedRecords: rows.map((r) => ({ deletedDate: r.values.SystemModstamp, id: r.id })),
    earliestDateAvailable: request.org.store.table(def).byStamp()[0]?.values.SystemModstamp ?? start,
    latestDateCovered: end,
  });
}

interface Finder {
  text: string;
  objects: { def: ObjectDef; fields: string[] }[];
  limit: number;
}

/** Just enough SOSL: FIND {text} [IN … FIELDS] RETURNING Object(fields), … [LIMIT n]; matches words in text fields. */
function readSosl(request: RestRequest): Finder {
  const text = request.query.get('q') ?? '';
  const match = /^\s*FIND\s*\{((?:\\.|[^}])*)\}(?:\s+IN\s+\w+(?:\s+FIELDS)?)?(?:\s+RETURNING\s+(.*?))?(?:\s+LIMIT\s+(\d+))?\s*$/is.exec(text);
  if (!match) throw new SfError(400, 'MALFORMED_SEARCH', 'No search term found. The search term must be enclosed in braces.');
  const returning = [...(match[2] ?? 'Account').matchAll(/(\w+)\s*(?:\(([^)]*)\))?/g)];
  return {
    text: (match[1] ?? '').replace(/\\(.)/g, '$1'),
    objects: returning.map((m) => ({ def: objectOr404(request.org, m[1]), fields: fieldNames(m[2]) })),
    limit: Number(match[3] ?? 2000),
  };
}

const fieldNames = (text: string | undefined): string[] =>
  (text ?? 'Id').replace(/\s(WHERE|ORDER BY|LIMIT)\s.*/is, '').split(',').map((f) => f.trim()).filter(Boolean);

function search(request: RestRequest, finder: Finder): Reply {
  const words = finder.text.toLowerCase().replace(/[*?"]/g, '').split(/\s+/).filter(Boolean);
  if (words.join('').length < 2) throw new SfError(400, 'MALFORMED_SEARCH', 'search term must be longer than one character');
  const found: unknown[] = [];
  for (const { def, fields } of finder.objects) {
    const searched = def.fields.filter((f) => ['string', 'email', 'phone', 'url'].includes(f.type)).map((f) => f.name);
    const shown = fields.map((name) => def.byName.get(name.toLowerCase())?.name).filter((n) => n !== undefined);
    for (const row of request.org.store.table(def).rows()) {
      if (found.length >= finder.limit) break;
      const text = searched.map((name) => row.values[name] ?? '').join(' ').toLowerCase();
      if (isDeleted(row) || !words.every((w) => text.includes(w))) continue;
      found.push({ attributes: attributesOf(def, row, request.version), ...Object.fromEntries(shown.map((n) => [n, row.values[n] ?? null])) });
    }
  }
  return ok(Number(request.version) >= 37 ? { searchRecords: found } : found);
}

function parameterizedSearch(request: RestRequest): Reply {
  if (request.method === 'GET') {
    const names = request.query.getAll('sobject');
    return search(request, {
      text: request.query.get('q') ?? '', limit: 2000,
      objects: (names.length ? names : ['Account']).map((n) => ({ def: objectOr404(request.org, n), fields: fieldNames(request.query.get(`${n}.fields`) ?? request.query.get('fields') ?? 'Id') })),
    });
  }
  if (!isJsonRecord(request.body)) throw parserError('The HTTP entity body is required, but this request has no entity body.');
  const { q, fields, overallLimit, sobjects } = request.body;
  const strings = (value: unknown): string[] | undefined => (Array.isArray(value) ? value.map(String) : undefined);
  const objects = Array.isArray(sobjects) ? sobjects.filter(isJsonRecord) : [{ name: 'Account', fields: undefined }];
  return search(request, {
    text: String(q ?? ''), limit: typeof overallLimit === 'number' ? overallLimit : 2000,
    objects: objects.map((o) => ({ def: objectOr404(request.org, String(o.name)), fields: strings(o.fields) ?? strings(fields) ?? ['Id'] })),
  });
}

export const queryRoutes: Route[] = [
  { method: 'GET', pattern: 'query', operation: 'query', handler: query(false) },
  { method: 'GET', pattern: 'queryAll', operation: 'queryAll', handler: query(true) },
  { method: 'GET', pattern: 'query/:locator', operation: 'queryMore', handler: queryMore },
  { method: 'GET', pattern: 'queryAll/:locator', operation: 'queryMore', handler: queryMore },
  { method: 'GET', pattern: 'sobjects/:type/updated', operation: 'updated', handler: updated },
  { method: 'GET', pattern: 'sobjects/:type/deleted', operation: 'deleted', handler: deleted },
  { method: 'GET', pattern: 'search', operation: 'search', handler: (request) => search(request, readSosl(request)) },
  { method: 'GET', pattern: 'parameterizedSearch', operation: 'search', handler: parameterizedSearch },
  { method: 'POST', pattern: 'parameterizedSearch', operation: 'search', handler: parameterizedSearch },
];
