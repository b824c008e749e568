import type { Org } from '../org.ts';
import type { RowResult } from '../records/dml.ts';

/** A REST request after HTTP is taken off it: from a client, or from inside a composite request. */
export interface RestRequest {
  org: Org;
  method: string;
  /** Without the query string, e.g. /services/data/v60.0/query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  /** Parsed JSON; undefined when there was none. A Buffer for a raw route. */
  body: unknown;
  /** `60.0` */
  version: string;
  params: Record<string, string>;
  /** Runs a subrequest of a composite or batch; never throws. `url` starts with /services/data. */
  call: (subrequest: Subrequest) => { operation: string; reply: Reply };
}

export interface Subrequest {
  method: string;
  url: string;
  headers: Record<string, string | undefined>;
  body: unknown;
}

export interface Reply {
  status: number;
  /** Sent as JSON; none for 204. */
  body?: unknown;
  /** Sent instead of JSON. */
  text?: { type: string; body: string };
  headers?: Record<string, string>;
}

export type Handler = (request: RestRequest) => Reply;

export interface Route {
  method: string;
  /** Below /services/data/vNN.0; `:name` stands for one segment. */
  pattern: string;
  operation: string;
  /** Takes its body as it comes. */
  raw?: boolean;
  handler: Handler;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });

export const header = (request: RestRequest, name: string): string | undefined => request.headers[name.toLowerCase()];

/** `Sforce-Duplicate-Rule-Header: allowSave=true; includeRecordDetails=true` */
export function duplicateRuleHeader(request: RestRequest): { allowSave: boolean; includeRecordDetails: boolean } {
  const text = header(request, 'Sforce-Duplicate-Rule-Header') ?? '';
  const has = (name: string) => new RegExp(`(?:^|[;,\\s])${name}\\s*=\\s*true`, 'i').test(text);
  return { allowSave: has('allowSave'), includeRecordDetails: has('includeRecordDetails') };
}

/** Adds what a write did to the ledger's rows. */
export function countRow(org: Org, result: RowResult, kind: 'write' | 'delete'): void {
  const { rows } = org.ledger;
  if (!result.success) rows.failed++;
  else if (kind === 'delete') rows.deleted++;
  else if (result.created) rows.created++;
  else rows.updated++;
}
