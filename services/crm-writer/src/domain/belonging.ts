/** How an object says to which account its records belong, and how far a deal has come; the connector names the fields. */
interface BelongingNames {
  account?: string;
  progress?: { won: readonly { field: string; value: string }[]; lost: readonly { field: string; value: string }[] };
}

export type Progress = 'open' | 'won' | 'lost';

export interface Belonging {
  /** Empty where it belongs to none. */
  accountId: string;
  /** Of deals only. */
  progress?: Progress;
}

/** Whether a record's fields are as all of these say, in whatever case. */
export const holdAll = (fields: Readonly<Record<string, string>>, conditions: readonly { field: string; value: string }[]): boolean =>
  conditions.every(({ field, value }) => fields[field]?.toLowerCase() === value.toLowerCase());

export function belongingOf(fields: Readonly<Record<string, string>>, { account, progress }: BelongingNames): Belonging {
  const accountId = account === undefined ? '' : (fields[account] ?? '');
  if (!progress) return { accountId };
  if (holdAll(fields, progress.won)) return { accountId, progress: 'won' };
  return { accountId, progress: holdAll(fields, progress.lost) ? 'lost' : 'open' };
}
