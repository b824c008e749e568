import type { PulledPage, PullOptions, RecheckOptions, RemoteRecord, WorkOptions } from '@signalbox/connectors-sdk';
import { basicApi } from '../client/apis.ts';
import type { HubspotAnswer, HubspotClient } from '../client/client.ts';
import type { HubspotObject } from '../objects.ts';
import { archivedSince, archiveIsDue, beginning, isForgotten, readPosition, recheckSince, writePosition, type Part, type Position } from './position.ts';
import { MERGED, mergedAway, propertiesFor, toRemoteRecord, type HubspotRecord } from './remote-record.ts';
import { filter, searchPages } from './search.ts';

const RECORDS_PER_LIST = 100;

interface ListPage {
  results: HubspotRecord[];
  paging?: { next?: { after: string } };
}

const epoch = (stamp: string): string => String(Date.parse(stamp));

/** By the CRM's clock; by ours where it does not tell. */
const stampOf = (client: HubspotClient, at: Date | undefined): string => (at ?? client.now()).toISOString();

/**
 * Everything that changed since the position, deletions included. At first every record, from the list, which knows no
 * limit and lags behind nothing; then what searches find by the time of change; then what was archived since. Pages come in order of
 * id, and each one's position says how to go on behind it. The overlap brings records again that were there before; whoever
 * stores them finds them unchanged.
 */
export async function* pullChanges(client: HubspotClient, object: HubspotObject, options: PullOptions, work: WorkOptions): AsyncGenerator<PulledPage> {
  const from = readPosition(options.position);
  if (from.at === '') return yield* pullAll(client, object, options.fields, from, work);
  if (isForgotten(from, client.now())) return yield* pullAgain(client, object, options.fields, work);
  let position = from;
  for await (const page of pullSince(client, object, options.fields, from, work)) {
    position = page.then;
    yield { records: page.records, position: writePosition(page.then) };
  }
  if (archiveIsDue(from)) yield* pullArchived(client, object, from, position, work);
}

function listPage(client: HubspotClient, object: HubspotObject, properties: readonly string[], after: string, archived: boolean, work: WorkOptions): Promise<HubspotAnswer<ListPage>> {
  return client.read<ListPage>({
    operation: archived ? 'list.archived' : 'list',
    run: (wire) => basicApi(wire).getPage(object.type, RECORDS_PER_LIST, after || undefined, [...properties], undefined, undefined, archived) as Promise<ListPage>,
  }, work);
}

/** The first pull: what is changed while it goes on is found by the next, which begins where this one began. */
async function* pullAll(client: HubspotClient, object: HubspotObject, fields: readonly string[], from: Position, work: WorkOptions): AsyncGenerator<PulledPage> {
  const properties = propertiesFor(object, fields);
  let part = from.part?.kind === 'all' ? from.part : undefined;
  for (;;) {
    const { body, at }: HubspotAnswer<ListPage> = await listPage(client, object, properties, part?.after ?? '', false, work);
    const begunAt: string = part?.begunAt ?? stampOf(client, at);
    const after = body.paging?.next?.after;
    const records = body.results.map((record) => toRemoteRecord(object, record, fields));
    part = after === undefined ? undefined : { kind: 'all', begunAt, after };
    // The list lags behind nothing, and what was archived before this pull began was never known here.
    yield { records, position: writePosition(part ? { ...from, part } : { ...from, at: begunAt, deepAt: begunAt, archiveAt: begunAt, part: undefined }) };
    if (!part) return;
  }
}

async function* pullAgain(client: HubspotClient, object: HubspotObject, fields: readonly string[], work: WorkOptions): AsyncGenerator<PulledPage> {
  let restarted = true;
  for await (const page of pullAll(client, object, fields, readPosition(undefined), work)) {
    yield restarted ? { ...page, restarted } : page;
    restarted = false;
  }
}

interface Step {
  records: RemoteRecord[];
  then: Position;
}

async function* pullSince(client: HubspotClient, object: HubspotObject, fields: readonly string[], from: Position, work: WorkOptions): AsyncGenerator<Step> {
  const begun = from.part?.kind === 'changes' ? from.part : undefined;
  const { since, deep } = begun ?? beginning(from);
  const properties = propertiesFor(object, fields, [MERGED]);
  let part: Part & { kind: 'changes' } | undefined = begun;
  let open: Step | undefined;
  for await (const { records, at } of searchPages(client, object, [filter(object.modified, 'GTE', { value: epoch(since) })], properties, work, begun?.after)) {
    if (open) yield open;
    part = { kind: 'changes', begunAt: part?.begunAt ?? stampOf(client, at), since, deep, after: records.at(-1)?.id ?? part?.after ?? '' };
    const gone = records.flatMap((record) => mergedAway(object, record));
    open = { records: [...records.map((record) => toRemoteRecord(object, record, fields)), ...gone], then: { ...from, part } };
  }
  // Once the last page is read, all that was changed before the first question is known.
  const at = part?.begunAt ?? from.at;
  yield { records: open?.records ?? [], then: { ...from, at, deepAt: deep ? at : from.deepAt, part: undefined } };
}

/** What was archived since; searches show nothing of it. */
async function* pullArchived(client: HubspotClient, object: HubspotObject, from: Position, then: Position, work: WorkOptions): AsyncGenerator<PulledPage> {
  const since = archivedSince(from);
  const properties = propertiesFor(object, []);
  let pages = 0;
  for (let after: string | undefined = ''; after !== undefined;) {
    const { body }: HubspotAnswer<ListPage> = await listPage(client, object, properties, after, true, work);
    pages += 1;
    after = body.paging?.next?.after;
    const records = body.results.map((record) => toRemoteRecord(object, record, [])).filter((record) => record.modifiedAt >= since);
    // Until the last page is read, the next pull looks through all of them again.
    const position = after === undefined ? { ...then, archiveAt: then.at, archivePages: pages } : then;
    if (records.length > 0 || after === undefined) yield { records, position: writePosition(position) };
  }
}

/**
 * What appeared or changed since the position, without what carries our own key; in one call unless there is very much of it. It is a
 * search, and HubSpot has nothing else that asks by time: what a colleague adds within the lag of the index (seconds, after updates up to a
 * minute) before this look is shown to the next look or pull only, so a company that was added twice in those seconds is there twice.
 */
export async function changedSince(client: HubspotClient, object: HubspotObject, options: RecheckOptions, work: WorkOptions): Promise<PulledPage> {
  const from = readPosition(options.position);
  const filters = [
    ...(from.at === '' ? [] : [filter(object.modified, 'GTE', { value: epoch(recheckSince(from)) })]),
    ...(options.exceptWithField ? [filter(options.exceptWithField, 'NOT_HAS_PROPERTY')] : []),
  ];
  const records: RemoteRecord[] = [];
  let begunAt: string | undefined;
  for await (const page of searchPages(client, object, filters, propertiesFor(object, options.fields), work)) {
    begunAt ??= stampOf(client, page.at);
    records.push(...page.records.map((record) => toRemoteRecord(object, record, options.fields)));
  }
  return { records, position: writePosition({ ...from, at: begunAt ?? from.at, part: undefined }) };
}
