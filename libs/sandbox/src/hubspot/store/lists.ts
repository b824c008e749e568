export type ProcessingType = 'MANUAL' | 'SNAPSHOT' | 'DYNAMIC';

export interface ContactList {
  listId: string;
  listVersion: number;
  name: string;
  objectTypeId: string;
  processingType: ProcessingType;
  createdAt: number;
  updatedAt: number;
  deletedAt?: number;
  filterBranch?: unknown;
  /** Record id → when it became a member (ms since the epoch). */
  members: Map<string, number>;
}

/** Lists ("segments" in the user interface) with their members, which are ids of records. */
export class Lists {
  readonly userId: string;
  private readonly lists = new Map<string, ContactList>();
  private counter = 0;
  private readonly now: () => number;

  constructor(now: () => number, userId: string) {
    this.now = now;
    this.userId = userId;
  }

  /** Deleted ones, which can be restored, are left out. */
  all(): ContactList[] {
    return [...this.lists.values()].filter((l) => l.deletedAt === undefined);
  }

  find(listId: string, deletedToo = false): ContactList | undefined {
    const list = this.lists.get(listId);
    return list && (deletedToo || list.deletedAt === undefined) ? list : undefined;
  }

  /** Names are unique in the account, in any case. */
  byName(name: string): ContactList | undefined {
    return this.all().find((l) => l.name.toLowerCase() === name.trim().toLowerCase());
  }

  create(name: string, objectTypeId: string, processingType: ProcessingType, filterBranch?: unknown): ContactList {
    const at = this.now();
    const list = { listId: String(++this.counter), listVersion: 1, name: name.trim(), objectTypeId, processingType, createdAt: at, updatedAt: at, filterBranch, members: new Map<string, number>() };
    this.lists.set(list.listId, list);
    return list;
  }

  changed(list: ContactList): void {
    list.listVersion++;
    list.updatedAt = this.now();
  }

  add(list: ContactList, recordIds: readonly string[]): string[] {
    const added = recordIds.filter((id) => !list.members.has(id));
    for (const id of added) list.members.set(id, this.now());
    return added;
  }

  remove(list: ContactList, recordIds: readonly string[]): string[] {
    return recordIds.filter((id) => list.members.delete(id));
  }

  clear(): void {
    this.lists.clear();
    this.counter = 0;
  }
}
