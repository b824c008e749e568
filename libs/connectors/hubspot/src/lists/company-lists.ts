import { chunk, conflict, isSignalboxError } from '@signalbox/kernel';
import type { ConnectInput, WorkOptions } from '@signalbox/connectors-sdk';
import { listsApi, membershipsApi } from '../client/apis.ts';
import { CallFailure } from '../client/call-failure.ts';
import { HubspotClient } from '../client/client.ts';
import { explain } from '../client/explain.ts';
import { hubspotObject } from '../objects.ts';
import { readSettings } from '../settings.ts';

export interface CompanyList {
  id: string;
  name: string;
  /** MANUAL and SNAPSHOT lists take members from us, DYNAMIC ones only from their own filters. */
  processingType: string;
}

/** What was changed; where an answer was lost on the way, not what that call had changed already. */
export interface MemberChanges {
  added: string[];
  removed: string[];
  /** Companies that HubSpot does not have: reported, never made. */
  missing: string[];
}

interface ListAnswer {
  listId: string;
  name: string;
  processingType: string;
}

/** HubSpot names no limit of its own; this many ids stay well below its limits of size and time. */
const MEMBERS_PER_CALL = 1_000;
const MEMBERS_PER_PAGE = 250;
const COMPANIES = hubspotObject('Account').objectTypeId;

const toList = (list: ListAnswer): CompanyList => ({ id: list.listId, name: list.name, processingType: list.processingType });

/**
 * Lists of companies ("segments" in HubSpot's own words) with their members, which are ids of companies. Every call here may
 * be sent again: adding and removing twice changes nothing more, and a list is found by its name before it is made.
 */
export class CompanyLists {
  constructor(private readonly client: HubspotClient, private readonly work: WorkOptions = {}) {}

  forWork(options: WorkOptions): CompanyLists {
    return new CompanyLists(this.client, { ...this.work, ...options });
  }

  /** The list of this name, in any case; undefined when there is none. */
  async find(name: string): Promise<CompanyList | undefined> {
    try {
      const { body } = await this.client.read({ operation: 'lists.find', run: (wire) => listsApi(wire).getByName(name, COMPANIES) }, this.work);
      return toList(body.list);
    } catch (error) {
      if (isSignalboxError(error) && error.kind === 'NotFound') return undefined;
      throw error;
    }
  }

  /**
   * The list of this name, made when there is none.
   * @throws Conflict `hubspot.list_name_taken`, `hubspot.list_not_manual`
   */
  async ensure(name: string): Promise<CompanyList> {
    const list = (await this.find(name)) ?? (await this.create(name));
    if (list.processingType !== 'DYNAMIC') return list;
    throw conflict('hubspot.list_not_manual', `The HubSpot list "${list.name}" is filled by its own filters, so members cannot be added to it. Give the list another name here, or rename that one in HubSpot under CRM > Segments.`, { field: 'name' });
  }

  /** Adds and removes members. @throws NotFound when the list is gone */
  async change(listId: string, toAdd: readonly string[], toRemove: readonly string[]): Promise<MemberChanges> {
    const done: MemberChanges = { added: [], removed: [], missing: [] };
    const [adding, removing] = [chunk([...new Set(toAdd)], MEMBERS_PER_CALL), chunk([...new Set(toRemove)], MEMBERS_PER_CALL)];
    for (let i = 0; i < Math.max(adding.length, removing.length); i += 1) {
      const request = { recordIdsToAdd: adding[i] ?? [], recordIdsToRemove: removing[i] ?? [] };
      const { body } = await this.client.read({ operation: 'memberships.change', run: (wire) => membershipsApi(wire).addAndRemove(listId, request) }, this.work);
      done.added.push(...(body.recordsIdsAdded ?? []));
      done.removed.push(...(body.recordIdsRemoved ?? []));
      done.missing.push(...(body.recordIdsMissing ?? []));
    }
    return done;
  }

  /** Ids of the members, page by page. @throws NotFound when the list is gone */
  async *members(listId: string): AsyncGenerator<string[]> {
    for (let after: string | undefined, more = true; more;) {
      const from: string | undefined = after;
      const { body } = await this.client.read({ operation: 'memberships.list', run: (wire) => membershipsApi(wire).getPage(listId, from, undefined, MEMBERS_PER_PAGE) }, this.work);
      yield body.results.map((member) => member.recordId);
      after = body.paging?.next?.after;
      more = after !== undefined;
    }
  }

  close(): void {
    this.client.close();
  }

  private async create(name: string): Promise<CompanyList> {
    try {
      const { body } = await this.client.send({ operation: 'lists.create', run: (wire) => listsApi(wire).create({ name, objectTypeId: COMPANIES, processingType: 'MANUAL' }) }, this.work);
      return toList(body.list);
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      const isTaken = thrown.error.subCategory === 'ILS.DUPLICATE_LIST_NAMES';
      // Somebody was quicker, or our own call arrived without its answer.
      const there = isTaken || thrown.maybeDone ? await this.find(name) : undefined;
      if (there) return there;
      if (!isTaken) throw explain(thrown, this.client.now().getTime());
      throw conflict('hubspot.list_name_taken', `HubSpot has another list called "${name}", which is not one of companies. Names are unique in the account: give the list another name here, or rename that one in HubSpot under CRM > Segments.`, { field: 'name', cause: thrown });
    }
  }
}

/** Lists of one connection. @throws Invalid naming the setting and what it must be */
export const openCompanyLists = (input: ConnectInput): CompanyLists => new CompanyLists(new HubspotClient(input, readSettings(input)));
