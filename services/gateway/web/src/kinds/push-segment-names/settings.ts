import type { CrmField, ScopeCounts } from '../../api/types.ts';
import type { Settings } from '../kind-view.ts';

export type Scope = 'all' | 'created_last_week' | 'created_last_day' | 'segment';

export interface NamesSettings {
  field: string;
  scope: Scope;
  /** Empty: the usual one. */
  separator: string;
  exitSafe: boolean;
}

export const USUAL_SEPARATOR = '; ';
export const FRESH: NamesSettings = { field: '', scope: 'all', separator: '', exitSafe: true };

export const namesSettings = (given: Settings): NamesSettings => ({ ...FRESH, ...given });

/** Names contain spaces: spaces alone cannot stand between two of them. */
export const isBlank = (separator: string): boolean => separator !== '' && separator.trim() === '';

/** As Salesforce, Dynamics 365 and HubSpot name them. Texts with mark-up come back otherwise than they were written. */
const TEXTS = new Set(['string', 'textarea', 'memo']);
export const takesNames = (field: CrmField): boolean => field.updateable && (field.multiple === true || TEXTS.has(field.type.toLowerCase()));

/** How many accounts a scope writes; undefined while that is not known. */
export function writtenBy(scope: Scope, counts: ScopeCounts | undefined): number | undefined {
  if (!counts?.pulledAt) return undefined;
  const { accounts, createdLastWeek, createdLastDay, inSegment } = counts;
  return { all: accounts, created_last_week: createdLastWeek, created_last_day: createdLastDay, segment: inSegment ?? undefined }[scope];
}
