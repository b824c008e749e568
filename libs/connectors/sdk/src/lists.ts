/** A list of records that the CRM keeps for its users, with members of one object. */
export interface RemoteList {
  id: string;
  name: string;
  /** Members can be added and removed; else the list is filled by filters of its own. */
  manual: boolean;
}

export interface MemberChanges {
  /** Ids of records, each in one of the two only. */
  add: readonly string[];
  remove: readonly string[];
}

/**
 * What came of a record that was to become a member, or to be one no more. It is `unchanged` where it was so before, also where an
 * earlier call had done it whose answer was lost; `deleted_in_crm` where the CRM has no such record, and none is made.
 */
export interface MemberOutcome {
  crmId: string;
  result: 'added' | 'removed' | 'unchanged' | 'deleted_in_crm';
}

/** Lists of a CRM that has them. Every call may be sent again: done twice it changes nothing more. Throws as `ConnectorSession` does. */
export interface ConnectorLists {
  /** All lists of an object, page by page. */
  all(object: string): AsyncIterable<RemoteList[]>;
  /** The list of this name, in any case; undefined when there is none. */
  find(object: string, name: string): Promise<RemoteList | undefined>;
  /**
   * The list of this name, made when there is none.
   * @throws Conflict `<name>.list_name_taken` by a list of another object, `<name>.list_not_manual`
   */
  ensure(object: string, name: string): Promise<RemoteList>;
  /** Ids of the members, page by page. @throws NotFound when the list is gone */
  members(listId: string): AsyncIterable<string[]>;
  /** One list of outcomes per API call, each record once. Records that were not reported when it throws may be sent again. @throws NotFound when the list is gone */
  change(listId: string, changes: MemberChanges): AsyncIterable<MemberOutcome[]>;
}
