import { badUrl, DvError } from '../errors.ts';
import { preferences, type DvRequest, type Reply } from '../http/request.ts';
import { cookieOf, findRows, readQuery, type Cookie, type Query } from '../odata/query.ts';
import { viewRow, type ViewOptions } from '../records/view.ts';
import type { EntityDef } from '../schema/schema-types.ts';
import type { Row } from '../store/table.ts';
import { contextOf, entityOf } from './rows.ts';

const LARGEST_PAGE = 5000;
/** `$count` never says more than this. */
const LARGEST_COUNT = 5000;
const DAY = 86_400_000;

interface Skip extends Cookie {
  /** Rows of a change-tracking request that were changed after this version are told by the delta link. */
  version?: number;
  left?: number;
}

const writeSkip = (skip: Skip): string => encodeURIComponent(Buffer.from(JSON.stringify(skip)).toString('base64url'));

function readSkip(request: DvRequest): Skip | undefined {
  const text = request.query.get('$skiptoken');
  if (!text) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Skip;
  } catch {
    throw badUrl('The $skiptoken is malformed. Use the @odata.nextLink as it was given.');
  }
}

function pageSize(request: DvRequest): number {
  const asked = Number(preferences(request).get('odata.maxpagesize') ?? LARGEST_PAGE);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, LARGEST_PAGE) : LARGEST_PAGE;
}

/** The address of the same request with another token. */
function linkTo(request: DvRequest, set: string, tokens: Record<string, string>): string {
  const kept = [...request.query].filter(([name]) => name !== '$skiptoken' && name !== '$deltatoken').map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${request.root}${set}?${[...kept, ...Object.entries(tokens).map(([name, value]) => `${name}=${value}`)].join('&')}`;
}

export function list(request: DvRequest): Reply {
  const { env } = request;
  const def = entityOf(request, request.segments[0]!.name);
  const query = readQuery(env, def, request.query);
  const wanted = preferences(request);
  const annotations = wanted.get('odata.include-annotations') ?? '';
  const view: ViewOptions = { select: query.select, expand: query.expand, annotations };
  if (request.query.has('$deltatoken')) return delta(request, def, view);
  const tracking = wanted.has('odata.track-changes');
  if (tracking) checkTracking(def, query);
  const skip = readSkip(request);
  const page = takePage(request, def, query, skip);
  const version = tracking ? (skip?.version ?? env.store.lastVersion) : undefined;
  const left = query.top === undefined ? undefined : (skip?.left ?? query.top) - page.rows.length;
  const body: Record<string, unknown> = { '@odata.context': `${request.root}$metadata#${def.set}${contextOf(def, query.select)}${tracking ? '/$delta' : ''}` };
  if (query.count) body['@odata.count'] = Math.min(LARGEST_COUNT, count(request, def, query));
  body['value'] = page.rows.map((row) => viewRow(env, def, row, view));
  const more = page.more && (left === undefined || left > 0);
  if (more) body['@odata.nextLink'] = linkTo(request, def.set, { $skiptoken: writeSkip({ ...cookieOf(page.rows.at(-1)!, query), version, left }) });
  else if (version !== undefined) body['@odata.deltaLink'] = linkTo(request, def.set, { $deltatoken: deltaToken(request, version) });
  return { status: 200, headers: applied(request), body };
}

function applied(request: DvRequest): Record<string, string> {
  const names = ['odata.maxpagesize', 'odata.include-annotations', 'odata.track-changes'].filter((name) => preferences(request).has(name));
  const text = names.map((name) => (preferences(request).get(name) ? `${name}=${preferences(request).get(name)}` : name)).join(',');
  return text === '' ? {} : { 'Preference-Applied': text };
}

function takePage(request: DvRequest, def: EntityDef, query: Query, skip: Skip | undefined): { rows: Row[]; more: boolean } {
  const most = Math.min(pageSize(request), skip?.left ?? query.top ?? LARGEST_PAGE);
  const rows: Row[] = [];
  for (const row of findRows(request.env, def, query, skip)) {
    if (rows.length === most) return { rows, more: true };
    rows.push(row);
  }
  return { rows, more: false };
}

function count(request: DvRequest, def: EntityDef, query: Query): number {
  let n = 0;
  for (const _row of findRows(request.env, def, query, undefined)) if (++n >= LARGEST_COUNT) break;
  return n;
}

/** `accounts/$count`: plain text. */
export function countRows(request: DvRequest): Reply {
  const def = entityOf(request, request.segments[0]!.name);
  const query = readQuery(request.env, def, request.query);
  return { status: 200, text: { type: 'text/plain', content: `\uFEFF${count(request, def, query)}` } };
}

function checkTracking(def: EntityDef, query: Query): void {
  if (!def.changeTracking) throw new DvError(400, '0x8004F0B1', `Change tracking is not enabled for the entity ${def.name}.`);
  if (query.filter || query.orderBy.length > 0 || query.top !== undefined || query.expand.length > 0) throw badUrl('The query options $filter, $orderby, $expand and $top are not supported with change tracking.');
}

/** The vendor's own form: a version and the time it was given out. */
function deltaToken(request: DvRequest, version: number): string {
  const at = new Date(request.env.now());
  const two = (n: number) => String(n).padStart(2, '0');
  const text = `${version}!${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())}/${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return encodeURIComponent(text).replaceAll('!', '%21');
}

const expired = () => new DvError(400, '0x80044352', 'Version stamp associated with the client has expired. Please perform a full sync.');

/** What changed since a delta token: changed rows, and deleted ones by id. */
function delta(request: DvRequest, def: EntityDef, view: ViewOptions): Reply {
  const { env } = request;
  const [, versionText, date] = /^(\d+)!(.+)$/.exec(request.query.get('$deltatoken') ?? '') ?? [];
  if (!versionText) throw badUrl('The $deltatoken is malformed. Use the @odata.deltaLink as it was given.');
  const issued = Date.parse(`${date} UTC`);
  if (Number.isNaN(issued) || env.now() - issued > env.settings.changeTrackingDays * DAY || Number(versionText) < env.oldestVersion) throw expired();
  const skip = readSkip(request);
  const upTo = skip?.version ?? env.store.lastVersion;
  const most = pageSize(request);
  const value: Record<string, unknown>[] = [];
  let reached = skip?.seq ?? Number(versionText);
  let more = false;
  for (const change of env.store.table(def).changesAfter(reached)) {
    if (change.version > upTo) break;
    if (value.length === most) {
      more = true;
      break;
    }
    reached = change.version;
    value.push('row' in change ? viewRow(env, def, change.row, view) : { '@odata.context': `${request.root}$metadata#${def.set}/$deletedEntity`, id: change.deletedId, reason: 'deleted' });
  }
  const body: Record<string, unknown> = { '@odata.context': `${request.root}$metadata#${def.set}${contextOf(def, view.select as string[] | undefined)}/$delta`, value };
  if (more) body['@odata.nextLink'] = linkTo(request, def.set, { $deltatoken: encodeURIComponent(request.query.get('$deltatoken')!), $skiptoken: writeSkip({ seq: reached, values: [], version: upTo }) });
  else body['@odata.deltaLink'] = linkTo(request, def.set, { $deltatoken: deltaToken(request, upTo) });
  return { status: 200, headers: applied(request), body };
}
