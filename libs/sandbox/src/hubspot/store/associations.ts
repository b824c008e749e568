export interface AssociationType {
  category: 'HUBSPOT_DEFINED' | 'USER_DEFINED';
  typeId: number;
  label: string | null;
}

/** Between the objects that the sandbox has (guide: associations v4, type ids). The first is the unlabelled default. */
const TYPES: Record<string, AssociationType[]> = {
  'contacts>companies': [{ category: 'HUBSPOT_DEFINED', typeId: 279, label: null }, { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' }],
  'companies>contacts': [{ category: 'HUBSPOT_DEFINED', typeId: 280, label: null }, { category: 'HUBSPOT_DEFINED', typeId: 2, label: 'Primary' }],
  'deals>companies': [{ category: 'HUBSPOT_DEFINED', typeId: 341, label: null }, { category: 'HUBSPOT_DEFINED', typeId: 5, label: 'Primary' }],
  'companies>deals': [{ category: 'HUBSPOT_DEFINED', typeId: 342, label: null }, { category: 'HUBSPOT_DEFINED', typeId: 6, label: 'Primary' }],
  'deals>contacts': [{ category: 'HUBSPOT_DEFINED', typeId: 3, label: null }],
  'contacts>deals': [{ category: 'HUBSPOT_DEFINED', typeId: 4, label: null }],
  'companies>companies': [{ category: 'HUBSPOT_DEFINED', typeId: 450, label: null }, { category: 'HUBSPOT_DEFINED', typeId: 13, label: 'Child Company' }, { category: 'HUBSPOT_DEFINED', typeId: 14, label: 'Parent Company' }],
};

/** Type ids that point the other way. */
const INVERSE: Record<number, number> = { 279: 280, 280: 279, 1: 2, 2: 1, 341: 342, 342: 341, 5: 6, 6: 5, 3: 4, 4: 3, 450: 450, 13: 14, 14: 13 };

export interface Link {
  toId: string;
  typeIds: Set<number>;
}

/** Which record is linked to which; every link is kept from both ends. */
export class Associations {
  private readonly links = new Map<string, Map<string, Set<number>>>();

  types(from: string, to: string): readonly AssociationType[] {
    return TYPES[`${from}>${to}`] ?? [];
  }

  add(from: string, fromId: string, to: string, toId: string, typeIds: readonly number[]): void {
    this.put(from, fromId, to, toId, typeIds);
    this.put(to, toId, from, fromId, typeIds.map((id) => INVERSE[id] ?? id));
  }

  remove(from: string, fromId: string, to: string, toId: string): void {
    this.links.get(keyOf(from, fromId, to))?.delete(toId);
    this.links.get(keyOf(to, toId, from))?.delete(fromId);
  }

  of(from: string, fromId: string, to: string): Link[] {
    return [...(this.links.get(keyOf(from, fromId, to)) ?? [])].map(([toId, typeIds]) => ({ toId, typeIds }));
  }

  clear(): void {
    this.links.clear();
  }

  private put(from: string, fromId: string, to: string, toId: string, typeIds: readonly number[]): void {
    const key = keyOf(from, fromId, to);
    const links = this.links.get(key) ?? new Map<string, Set<number>>();
    this.links.set(key, links);
    const kept = links.get(toId) ?? new Set();
    for (const id of typeIds) kept.add(id);
    links.set(toId, kept);
  }
}

const keyOf = (from: string, fromId: string, to: string): string => `${from}:${fromId}>${to}`;
