import { chunk } from '@signalbox/kernel';
import type { WorkOptions } from '@signalbox/connectors-sdk';
import { CallFailure, parseEntries } from '../client/call-failure.ts';
import type { SalesforceAnswer, SalesforceClient } from '../client/client.ts';
import { explain } from '../client/explain.ts';
import type { SalesforceRow } from './remote-record.ts';

export interface QueryAnswer {
  done: boolean;
  /** Records that the whole query finds. */
  totalSize?: number;
  records: SalesforceRow[];
  nextRecordsUrl?: string;
}

interface CompositeAnswer {
  compositeResponse: { body: unknown; httpStatusCode: number; referenceId: string }[];
}

/** Salesforce takes at most five queries in one Composite call. */
const QUERIES_PER_CALL = 5;
const PAGE = { 'Sforce-Query-Options': 'batchSize=2000' };

/** The pages of a query, each when it is asked for; deleted records too with `queryAll`. Nothing stops at 10,000 here, as jsforce's own does. */
export async function* queryPages(client: SalesforceClient, soql: string, kind: 'query' | 'queryAll', work: WorkOptions): AsyncGenerator<SalesforceAnswer<QueryAnswer>> {
  let page = await client.read<QueryAnswer>({ operation: kind, method: 'GET', path: `/${kind}?q=${encodeURIComponent(soql)}`, headers: PAGE }, work);
  for (;;) {
    yield page;
    if (page.body.done || !page.body.nextRecordsUrl) return;
    page = await client.read<QueryAnswer>({ operation: 'queryMore', method: 'GET', path: page.body.nextRecordsUrl, headers: PAGE }, work);
  }
}

async function restOf(client: SalesforceClient, first: QueryAnswer, work: WorkOptions): Promise<SalesforceRow[]> {
  const rows = [...first.records];
  let next = first.done ? undefined : first.nextRecordsUrl;
  while (next) {
    const { body } = await client.read<QueryAnswer>({ operation: 'queryMore', method: 'GET', path: next, headers: PAGE }, work);
    rows.push(...body.records);
    next = body.done ? undefined : body.nextRecordsUrl;
  }
  return rows;
}

/** The rows of several queries, five of them in one API call; deleted records too with `queryAll`. */
export async function queryAllOf(client: SalesforceClient, queries: readonly string[], work: WorkOptions, kind: 'query' | 'queryAll' = 'query'): Promise<SalesforceRow[]> {
  const rows: SalesforceRow[] = [];
  if (queries.length === 1) {
    for await (const { body } of queryPages(client, queries[0]!, kind, work)) rows.push(...body.records);
    return rows;
  }
  for (const few of chunk(queries, QUERIES_PER_CALL)) {
    const compositeRequest = few.map((soql, i) => ({ method: 'GET', url: client.versioned(`/${kind}?q=${encodeURIComponent(soql)}`), referenceId: `q${i}` }));
    const { body } = await client.read<CompositeAnswer>({ operation: 'composite.query', method: 'POST', path: '/composite', body: { allOrNone: false, compositeRequest } }, work);
    for (const part of body.compositeResponse) {
      if (part.httpStatusCode !== 200) {
        const answer = { status: part.httpStatusCode, headers: {}, body: JSON.stringify(part.body) };
        throw explain(new CallFailure({ operation: 'query', host: new URL(client.settings.origin).host, answer, entries: parseEntries(part.body) }), client.now().getTime());
      }
      rows.push(...(await restOf(client, part.body as QueryAnswer, work)));
    }
  }
  return rows;
}
