export type Value = string | number | boolean | null;
export type Values = Record<string, Value>;

/**
 * One record. `values` is replaced, never changed, by an update: whoever holds the old object has the before-image.
 * Keys are API field names in the schema's own spelling; datetimes are the API's text in UTC.
 */
export interface Row {
  readonly id: string;
  values: Values;
  /** Position in the order of creation, over all objects. */
  readonly seq: number;
  /** Gone for good (emptied from the recycle bin, or its creation was rolled back). */
  purged: boolean;
}

export const isDeleted = (row: Row): boolean => row.values.IsDeleted === true;
export const stampOf = (row: Row): string => row.values.SystemModstamp as string;
