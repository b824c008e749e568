import { isSignalboxError } from '@signalbox/kernel';
import type { PulledPage, PullOptions, RecheckOptions, RemoteRecord, WorkOptions } from '@signalbox/connectors-sdk';
import { CallFailure } from '../client/call-failure.ts';
import type { DynamicsClient } from '../client/client.ts';
import type { Table } from '../objects.ts';
import { dateTime, name, queryPath } from './odata.ts';
import { deletedRecord, propertiesFor, toRemoteRecord, type DynamicsRow, type Fields } from './remote-record.ts';

/** The look at the moment of writing looks a little behind the last, since a transaction commits its stamp late; the next pull finds what it misses. */
const RECHECK_OVERLAP_MS = 10_000;
const TRACKED = { prefer: 'odata.track-changes,odata.maxpagesize=5000' };
const PAGE = { prefer: 'odata.maxpagesize=5000' };
/** "Version stamp associated with the client has expired. Please perform a full sync." */
const EXPIRED = '0x80044352';

interface Position {
  /** Where Dataverse goes on: the next page, or what changes after the last. */
  link: string;
  /** The CRM's clock when it was asked for the first page of this pull. */
  at: Date;
}

interface Page {
  value?: DynamicsRow[];
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
}

export function readPosition(text: string | undefined): Position | undefined {
  if (!text) return undefined;
  const { link, at } = JSON.parse(text) as { link?: string; at?: string };
  return link && at ? { link, at: new Date(at) } : undefined;
}

const writePosition = ({ link, at }: Position): string => JSON.stringify({ link, at: at.toISOString() });

/** The same link for the columns wanted now: those of the link may have gone since. */
function forColumns(link: string, properties: readonly string[]): string {
  const at = link.indexOf('?');
  const kept = link.slice(at + 1).split('&').filter((part) => !/^(\$|%24)select=/i.test(part));
  return `${link.slice(0, at)}?$select=${properties.join(',')}&${kept.join('&')}`;
}

/** Whether Dataverse does not go on from a link: it is too old, or no longer understood. Then everything is read again. */
function isLostLink(error: unknown): boolean {
  const failure = isSignalboxError(error) ? error.cause : undefined;
  return failure instanceof CallFailure && failure.status === 400 && (failure.code === EXPIRED || /skiptoken|deltatoken|paging cookie/i.test(failure.error?.message ?? ''));
}

/**
 * Everything that changed since the position, deletions included, in the order of its last change; without a position, or with one
 * that Dataverse no longer knows, everything. Only changes are read, whatever else there is.
 */
export async function* pullChanges(client: DynamicsClient, table: Table, options: PullOptions, known: Fields, work: WorkOptions): AsyncGenerator<PulledPage> {
  if (!table.tracked) return yield* pullByTime(client, table, options, known, work);
  const from = readPosition(options.position);
  // Such a position is that of a table whose changes are not tracked.
  let restarted = Boolean(options.position) && !from;
  if (from) {
    let begun = false;
    try {
      for await (const page of pages(client, table, options.fields, known, from, work)) {
        begun = true;
        yield page;
      }
      return;
    } catch (error) {
      if (begun || !isLostLink(error)) throw error;
      client.parts.logger.warn({ table: table.name }, 'Dynamics 365 no longer knows where the last pull ended; everything is read again.');
      restarted = true;
    }
  }
  for await (const page of pages(client, table, options.fields, known, undefined, work)) {
    yield restarted ? { ...page, restarted } : page;
    restarted = false;
  }
}

async function* pages(client: DynamicsClient, table: Table, asked: readonly string[], known: Fields, from: Position | undefined, work: WorkOptions): AsyncGenerator<PulledPage> {
  const properties = propertiesFor(table, asked, known);
  let path = from ? forColumns(from.link, properties) : queryPath(table.set, { select: properties.join(',') });
  let at: Date | undefined;
  for (;;) {
    const page = await client.read<Page>({ operation: 'pull', method: 'GET', path, headers: from && path.includes('$deltatoken') ? PAGE : TRACKED }, work);
    at ??= page.at ?? client.now();
    const next = page.body['@odata.nextLink'];
    const link = next ?? page.body['@odata.deltaLink'];
    // Without a link there is nothing to go on from, so the next pull reads everything.
    const position = link ? writePosition({ link, at }) : JSON.stringify({ at: at.toISOString() });
    yield { records: (page.body.value ?? []).map((row) => recordOf(table, row, asked, known, page.at ?? client.now())), position };
    if (!next) return;
    path = next;
  }
}

/** Rows in the order of their last change, from a little before the position on. Its link is that of a pull that was not finished. */
async function* pullByTime(client: DynamicsClient, table: Table, options: PullOptions, known: Fields, work: WorkOptions): AsyncGenerator<PulledPage> {
  const from = options.position ? (JSON.parse(options.position) as { at: string; begunAt?: string; link?: string }) : undefined;
  const since = from ? new Date(Date.parse(from.at) - RECHECK_OVERLAP_MS) : undefined;
  const filter = since && `modifiedon ge ${dateTime(since)}`;
  let path = from?.link ?? queryPath(table.set, { select: propertiesFor(table, options.fields, known).join(','), filter, orderby: `modifiedon,${table.primaryId}` });
  let { begunAt } = from ?? {};
  for (;;) {
    const page = await client.read<Page>({ operation: 'pull', method: 'GET', path, headers: PAGE }, work);
    begunAt ??= (page.at ?? client.now()).toISOString();
    const next = page.body['@odata.nextLink'];
    const position = next ? { at: from?.at ?? new Date(0).toISOString(), begunAt, link: next } : { at: begunAt };
    yield { records: (page.body.value ?? []).map((row) => toRemoteRecord(table, row, options.fields, known)), position: JSON.stringify(position) };
    if (!next) return;
    path = next;
  }
}

/** A deleted row comes as its id with a context of its own. */
function recordOf(table: Table, row: DynamicsRow, asked: readonly string[], known: Fields, at: Date): RemoteRecord {
  const deleted = typeof row['id'] === 'string' && /\/\$deletedEntity$/.test(String(row['@odata.context'] ?? ''));
  return deleted ? deletedRecord(String(row['id']), at) : toRemoteRecord(table, row, asked, known);
}

/** What appeared or changed since the position, without what carries our own key; in one call unless there is very much of it. */
export async function changedSince(client: DynamicsClient, table: Table, options: RecheckOptions, known: Fields, work: WorkOptions): Promise<PulledPage> {
  const given = JSON.parse(options.position) as { link?: string; at: string };
  const since = new Date(new Date(given.at).getTime() - RECHECK_OVERLAP_MS);
  const except = options.exceptWithField ? ` and ${name(options.exceptWithField)} eq null` : '';
  const select = propertiesFor(table, options.fields, known).join(',');
  let path: string | undefined = queryPath(table.set, { select, filter: `modifiedon ge ${dateTime(since)}${except}` });
  const records: RemoteRecord[] = [];
  let at: Date | undefined;
  while (path) {
    const page: { body: Page; at: Date | undefined } = await client.read<Page>({ operation: 'recheck', method: 'GET', path, headers: PAGE }, work);
    at ??= page.at;
    records.push(...(page.body.value ?? []).map((row) => toRemoteRecord(table, row, options.fields, known)));
    path = page.body['@odata.nextLink'];
  }
  return { records, position: JSON.stringify({ link: given.link, at: (at ?? new Date(given.at)).toISOString() }) };
}
