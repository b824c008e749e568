import { validation } from '../errors.ts';
import { bodyObject, objectType, ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { viewOf } from '../records/view.ts';
import { filterTest, sorter, type FilterGroup } from '../search/filters.ts';
import type { CrmRecord, Values } from '../store/record.ts';

/** Guide: Search the CRM, limits. */
const MOST_BODY = 3_000;
const MOST_PAGE = 200;
const MOST_RESULTS = 10_000;
/** Searched by the free text of `query`. */
const QUERIED: Record<string, string[]> = { companies: ['website', 'phone', 'name', 'domain'], contacts: ['firstname', 'lastname', 'email', 'phone', 'company'], deals: ['dealname', 'pipeline', 'dealstage', 'description', 'dealtype'] };

interface SearchBody {
  filterGroups?: FilterGroup[];
  sorts?: unknown;
  query?: string;
  properties?: string[];
  limit?: unknown;
  after?: unknown;
}

function pageOf(body: SearchBody): { limit: number; after: number } {
  const limit = Number(body.limit ?? 10) || 10;
  const after = Number(body.after ?? 0) || 0;
  if (!Number.isInteger(limit) || limit < 0 || limit > MOST_PAGE) throw validation(`limit must be at most ${MOST_PAGE}, not ${String(body.limit)}.`);
  if (!Number.isInteger(after) || after < 0) throw validation(`Invalid input JSON: after is not a number: ${String(body.after)}`);
  if (after + limit > MOST_RESULTS) throw validation(`Paging through more than ${MOST_RESULTS} results is not supported: after ${after} with limit ${limit}. Narrow the filters.`);
  return { limit, after };
}

/** What the index shows of a record: its newest version that is old enough. */
function indexed(record: CrmRecord, until: number): Values | undefined {
  const version = record.versions.findLast((v) => v.at <= until);
  return version && !version.archived ? version.values : undefined;
}

function search(request: RestRequest): Reply {
  const { account } = request;
  const type = objectType(request.params['type']!);
  if (request.bodyLength > MOST_BODY) throw validation(`The request body has ${request.bodyLength} characters; a search takes at most ${MOST_BODY}.`);
  const body = bodyObject(request) as SearchBody;
  const { limit, after } = pageOf(body);
  const properties = account.schema.of(type);
  const test = filterTest(properties, body.filterGroups ?? []);
  const order = sorter(properties, body.sorts);
  const words = (body.query ?? '').toLowerCase();
  const until = account.now() - account.settings.searchLagMs;
  const found: { record: CrmRecord; values: Values }[] = [];
  for (const record of account.store(type).all()) {
    const values = indexed(record, until);
    if (values && test(values) && (words === '' || QUERIED[type.name]!.some((name) => values[name]?.toLowerCase().includes(words)))) found.push({ record, values });
  }
  if (body.sorts !== undefined) found.sort((a, b) => order(a.values, b.values));
  const results = found.slice(after, after + limit).map(({ record, values }) => viewOf(type, record, body.properties, values));
  const next = after + results.length;
  return ok({ total: found.length, results, ...(next < found.length ? { paging: { next: { after: String(next), link: '' } } } : {}) });
}

export const searchRoutes: Route[] = [{ method: 'POST', area: 'objects', pattern: ':type/search', operation: 'search', scope: (type) => type.readScope, handler: search }];
