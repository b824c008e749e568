import { isSignalboxError } from '@signalbox/kernel';
import type { PulledPage, PullOptions, RecheckOptions, RemoteRecord, WorkOptions } from '@signalbox/connectors-sdk';
import type { SalesforceAnswer, SalesforceClient } from '../client/client.ts';
import { columnsFor, parseStamp, toRemoteRecord, type SalesforceRow } from './remote-record.ts';
import { queryPages, type QueryAnswer } from './query.ts';
import { bulkQueryPages, BULK_QUERY_RECORDS, isBulkUnusable } from './bulk-query.ts';
import { dateTime, name } from './soql.ts';

/** A transaction commits its stamp late, so each pull looks back behind the last: a little every time, and far every few minutes. */
const PULL_OVERLAP_MS = 20_000;
const DEEP_OVERLAP_MS = 15 * 60_000;
const DEEP_EVERY_MS = 10 * 60_000;
/** The look at the moment of writing looks back less: it is made often, and the next pull finds what it misses. */
const RECHECK_OVERLAP_MS = 10_000;
const RESTARTS = 3;
/** The recycle bin keeps a record for 15 days and shows what was deleted for as long; after a longer silence only reading everything tells. */
const DELETIONS_TOLD_MS = 14 * 24 * 60 * 60_000;

interface Position {
  /** Everything that was committed with a stamp up to here has been read. */
  at: Date;
  /** When a pull last looked far back. */
  deepAt: Date | undefined;
  /** By the CRM's clock: up to here every deletion has been read. */
  toldAt: Date | undefined;
}

const readDate = (text: string | undefined): Date | undefined => (text && !Number.isNaN(Date.parse(text)) ? new Date(text) : undefined);

export function readPosition(text: string | undefined): Position | undefined {
  if (!text) return undefined;
  const { at, deepAt, toldAt } = JSON.parse(text) as { at?: string; deepAt?: string; toldAt?: string };
  const read = readDate(at);
  return read && { at: read, deepAt: readDate(deepAt), toldAt: readDate(toldAt) };
}

const writePosition = ({ at, deepAt, toldAt }: Position): string => JSON.stringify({ at: at.toISOString(), deepAt: deepAt?.toISOString(), toldAt: toldAt?.toISOString() });

/** Where a pull from this position begins, and whether it looks far back. */
function beginning(from: Position): { since: Date; deep: boolean } {
  const deep = !from.deepAt || from.at.getTime() - from.deepAt.getTime() >= DEEP_EVERY_MS;
  return { since: new Date(from.at.getTime() - (deep ? DEEP_OVERLAP_MS : PULL_OVERLAP_MS)), deep };
}
const later = (a: Date | undefined, b: Date): Date => (a && a > b ? a : b);

function selectSince(object: string, fields: readonly string[], since: Date | undefined, also: string[] = []): string {
  const conditions = [...(since ? [`SystemModstamp >= ${dateTime(since)}`] : []), ...also];
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return `SELECT ${columnsFor(object, fields).map(name).join(', ')} FROM ${name(object)}${where} ORDER BY SystemModstamp, Id`;
}

/** A query locator lives two days and may be lost earlier: then the pull goes on from its last page. */
const isLostLocator = (error: unknown) => isSignalboxError(error) && error.publicMessage.includes('INVALID_QUERY_LOCATOR');

/**
 * Everything that changed since the position, deletions included, oldest first. The overlap brings records again that
 * were there before; whoever stores them finds them unchanged. Within one pull a record comes once per stamp.
 */
export async function* pullChanges(client: SalesforceClient, object: string, options: PullOptions, work: WorkOptions): AsyncGenerator<PulledPage> {
  let position = readPosition(options.position);
  let restarted = position?.toldAt !== undefined && client.now().getTime() - position.toldAt.getTime() > DELETIONS_TOLD_MS;
  if (restarted) position = undefined;
  for (let restarts = 0; ; restarts += 1) {
    try {
      for await (const page of pullOnce(client, object, options, position, work)) {
        position = readPosition(page.position);
        yield restarted ? { ...page, restarted } : page;
        restarted = false;
      }
      return;
    } catch (error) {
      if (!isLostLocator(error) || restarts >= RESTARTS) throw error;
    }
  }
}

type RowPage = Pick<SalesforceAnswer<Pick<QueryAnswer, 'records' | 'done'>>, 'at' | 'body'>;

/**
 * The rows since a moment. Where the first page says that very many are to come, the rest is fetched by a bulk query: in fewer calls
 * and larger pieces. Should the org not let that happen, the pages of the first query go on.
 */
async function* rowPages(client: SalesforceClient, object: string, options: PullOptions, since: Date | undefined, work: WorkOptions): AsyncGenerator<RowPage> {
  let first = true;
  for await (const page of queryPages(client, selectSince(object, options.fields, since), 'queryAll', work)) {
    yield page;
    const { done, totalSize = 0, records } = page.body;
    if (first && !done && totalSize - records.length >= BULK_QUERY_RECORDS) {
      try {
        yield* restByBulk(client, object, options, records, work);
        return;
      } catch (error) {
        if (!isBulkUnusable(error)) throw error;
        client.parts.logger.warn({ object, reason: error.publicMessage }, 'A bulk query was not possible; reading goes on page by page.');
      }
    }
    first = false;
  }
}

/** What follows the records of a first page, which is in order. Those of its last second come again and are left out. */
async function* restByBulk(client: SalesforceClient, object: string, { fields }: PullOptions, known: readonly SalesforceRow[], work: WorkOptions): AsyncGenerator<RowPage> {
  const keyOf = (row: SalesforceRow) => `${row.Id}|${parseStamp(row['SystemModstamp']).getTime()}`;
  const seen = new Set(known.map(keyOf));
  const soql = selectSince(object, fields, parseStamp(known.at(-1)?.['SystemModstamp']));
  for await (const { records, done } of bulkQueryPages(client, object, soql, work)) {
    yield { at: undefined, body: { done, records: records.filter((row) => !seen.has(keyOf(row))) } };
  }
}

async function* pullOnce(client: SalesforceClient, object: string, options: PullOptions, from: Position | undefined, work: WorkOptions): AsyncGenerator<PulledPage> {
  const { since, deep } = from ? beginning(from) : { since: undefined, deep: true };
  const seen = new Set<string>();
  let position = from?.at;
  let askedAt: Date | undefined;
  for await (const page of rowPages(client, object, options, since, work)) {
    askedAt ??= page.at;
    const records = fresh(object, page.body.records, options.fields, seen, from?.at);
    position = later(position, records.at(-1)?.modifiedAt ?? new Date(0));
    // Once the last page is read, all that was committed before the question is known, changed or not.
    if (page.body.done && askedAt) position = later(position, askedAt);
    const { done } = page.body;
    yield { records, position: writePosition({ at: position, deepAt: deep && done ? position : from?.deepAt, toldAt: done ? askedAt : (from?.toldAt ?? askedAt) }) };
  }
}

/** Keys of so many records are remembered: what comes again after more than these is found unchanged by whoever stores it. */
const REMEMBERED = 20_000;

function remember(seen: Set<string>, key: string): void {
  // A copy: parts of a text keep all of it, and the text of a bulk query's results is some 10 MB.
  seen.add(Buffer.from(key).toString('latin1'));
  if (seen.size > REMEMBERED) seen.delete(seen.values().next().value!);
}

/** Records of a page without those that an earlier page had at the same stamp. Only the window of the overlap is remembered, and of that the newest. */
function fresh(object: string, rows: readonly SalesforceRow[], fields: readonly string[], seen: Set<string>, known: Date | undefined): RemoteRecord[] {
  const records: RemoteRecord[] = [];
  for (const row of rows) {
    const record = toRemoteRecord(object, row, fields);
    const key = `${record.id}|${record.modifiedAt.getTime()}`;
    if (seen.has(key)) continue;
    if (known && record.modifiedAt <= known) remember(seen, key);
    records.push(record);
  }
  return records;
}

/** What appeared or changed since the position, without what carries our own key; in one call unless there is very much of it. */
export async function changedSince(client: SalesforceClient, object: string, options: RecheckOptions, work: WorkOptions): Promise<PulledPage> {
  const from = readPosition(options.position)?.at;
  const since = from && new Date(from.getTime() - RECHECK_OVERLAP_MS);
  const except = options.exceptWithField ? [`${name(options.exceptWithField)} = null`] : [];
  const records: RemoteRecord[] = [];
  let at: Date | undefined;
  for await (const page of queryPages(client, selectSince(object, options.fields, since, except), 'query', work)) {
    at ??= page.at;
    records.push(...page.body.records.map((row) => toRemoteRecord(object, row, options.fields)));
  }
  const newest = later(from, records.at(-1)?.modifiedAt ?? new Date(0));
  return { records, position: writePosition({ at: at ? later(newest, at) : newest, deepAt: undefined, toldAt: undefined }) };
}
