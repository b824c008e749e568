/** Values as the API sends them: text, and nothing for what is empty. */
export type Values = Record<string, string>;

/** What a record was at a time; a search sees the newest one that its index has taken in. */
export interface Version {
  at: number;
  values: Values;
  archived: boolean;
}

export interface CrmRecord {
  id: string;
  values: Values;
  createdAt: number;
  updatedAt: number;
  archivedAt?: number;
  /** Earlier versions that the search index may still show, oldest first; the present one is the last. */
  versions: Version[];
}
