import { chunk, conflict, invalid, isSignalboxError } from '@signalbox/kernel';
import type { ConnectorLists, MemberChanges, MemberOutcome, RemoteList, WorkOptions } from '@signalbox/connectors-sdk';
import { listsApi, membershipsApi } from '../client/apis.ts';
import { CallFailure } from '../client/call-failure.ts';
import type { HubspotClient } from '../client/client.ts';
import { explain } from '../client/explain.ts';
import { hubspotObject } from '../objects.ts';

interface ListAnswer {
  listId: string;
  name: string;
  /** MANUAL and SNAPSHOT lists take members from us, DYNAMIC ones only from their own filters. */
  processingType: string;
  objectTypeId: string;
}

/** HubSpot names no limit of its own; this many ids stay well below its limits of size and time. */
export const MEMBERS_PER_CALL = 1_000;
const MEMBERS_PER_PAGE = 250;
const LISTS_PER_PAGE = 500;

const toList = (list: ListAnswer): RemoteList => ({ id: list.listId, name: list.name, manual: list.processingType !== 'DYNAMIC' });

/** Lists ("segments" in HubSpot's own words) with their members, which are ids of records of one object. */
export class HubspotLists implements ConnectorLists {
  constructor(private readonly client: HubspotClient, private readonly work: WorkOptions) {}

  /** HubSpot gives the lists of all objects; those of others are left out here. */
  async *all(object: string): AsyncGenerator<RemoteList[]> {
    const { objectTypeId } = hubspotObject(object);
    for (let offset = 0, more = true; more;) {
      const request = { query: '', count: LISTS_PER_PAGE, offset, additionalProperties: [], processingTypes: [], listIds: [] };
      const { body } = await this.client.read({ operation: 'lists.search', run: (wire) => listsApi(wire).doSearch(request) }, this.work);
      const lists = body.lists as ListAnswer[];
      yield lists.filter((list) => list.objectTypeId === objectTypeId).map(toList);
      offset += lists.length;
      more = body.hasMore && lists.length > 0;
    }
  }

  async find(object: string, name: string): Promise<RemoteList | undefined> {
    const { objectTypeId } = hubspotObject(object);
    try {
      const { body } = await this.client.read({ operation: 'lists.find', run: (wire) => listsApi(wire).getByName(name, objectTypeId) }, this.work);
      return toList(body.list);
    } catch (error) {
      if (isSignalboxError(error) && error.kind === 'NotFound') return undefined;
      throw error;
    }
  }

  async ensure(object: string, name: string): Promise<RemoteList> {
    const list = (await this.find(object, name)) ?? (await this.create(object, name));
    if (list.manual) return list;
    throw conflict('hubspot.list_not_manual', `The HubSpot list "${list.name}" is filled by its own filters, so members cannot be added to it. Give the list another name here, or rename that one in HubSpot under CRM > Segments.`, { field: 'name' });
  }

  async *members(listId: string): AsyncGenerator<string[]> {
    for (let after: string | undefined, more = true; more;) {
      const from: string | undefined = after;
      const { body } = await this.client.read({ operation: 'memberships.list', run: (wire) => membershipsApi(wire).getPage(listId, from, undefined, MEMBERS_PER_PAGE) }, this.work);
      yield body.results.map((member) => member.recordId);
      after = body.paging?.next?.after;
      more = after !== undefined;
    }
  }

  async *change(listId: string, changes: MemberChanges): AsyncGenerator<MemberOutcome[]> {
    const [add, remove] = [new Set(changes.add), new Set(changes.remove)];
    const both = [...add].find((id) => remove.has(id));
    if (both !== undefined) throw invalid('hubspot.member_added_and_removed', `The record ${both} is to be added to the list and to be removed from it.`, { field: 'remove' });
    const [adding, removing] = [chunk([...add], MEMBERS_PER_CALL), chunk([...remove], MEMBERS_PER_CALL)];
    for (let i = 0; i < Math.max(adding.length, removing.length); i += 1) {
      const request = { recordIdsToAdd: adding[i] ?? [], recordIdsToRemove: removing[i] ?? [] };
      const { body } = await this.client.read({ operation: 'memberships.change', run: (wire) => membershipsApi(wire).addAndRemove(listId, request) }, this.work);
      const results = new Map<string, MemberOutcome['result']>();
      for (const id of body.recordsIdsAdded ?? []) results.set(id, 'added');
      for (const id of body.recordIdsRemoved ?? []) results.set(id, 'removed');
      for (const id of body.recordIdsMissing ?? []) results.set(id, 'deleted_in_crm');
      yield [...request.recordIdsToAdd, ...request.recordIdsToRemove].map((crmId) => ({ crmId, result: results.get(crmId) ?? 'unchanged' }));
    }
  }

  private async create(object: string, name: string): Promise<RemoteList> {
    const { objectTypeId } = hubspotObject(object);
    try {
      const { body } = await this.client.send({ operation: 'lists.create', run: (wire) => listsApi(wire).create({ name, objectTypeId, processingType: 'MANUAL' }) }, this.work);
      return toList(body.list);
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      const isTaken = thrown.error.subCategory === 'ILS.DUPLICATE_LIST_NAMES';
      // Somebody was quicker, or our own call arrived without its answer.
      const there = isTaken || thrown.maybeDone ? await this.find(object, name) : undefined;
      if (there) return there;
      if (!isTaken) throw explain(thrown, this.client.now().getTime());
      throw conflict('hubspot.list_name_taken', `HubSpot has another list called "${name}", which holds other records. Names are unique in the account: give the list another name here, or rename that one in HubSpot under CRM > Segments.`, { field: 'name', cause: thrown });
    }
  }
}
