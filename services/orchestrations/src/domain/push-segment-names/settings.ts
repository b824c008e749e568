import { z } from 'zod';

export const SCOPES = ['all', 'created_last_week', 'created_last_day', 'segment'] as const;
export type Scope = (typeof SCOPES)[number];

const DAY_MS = 24 * 60 * 60_000;
const AGE_MS = { created_last_week: 7 * DAY_MS, created_last_day: DAY_MS };

/** Accounts that were made then or later are in such a scope. */
export const createdSince = (scope: keyof typeof AGE_MS, now: Date): Date => new Date(now.getTime() - AGE_MS[scope]);

/** The separator must not be made of spaces alone: names contain them. */
const separator = z.string().min(1).max(5).refine((text) => text.trim() !== '', 'A separator needs a character other than a space');

/** What a person chooses of Push Segment Names. */
export const namesSettings = z.strictObject({
  field: z.string().trim().min(1, 'Choose the CRM field that takes the names').max(200).describe('CRM field of accounts that takes the names: text, long text or multi-picklist.'),
  scope: z.enum(SCOPES).default('all').describe('Which accounts are written (PSN-1).'),
  separator: separator.optional().describe('Between two names; "; " where nothing is chosen. Multi-picklists always have ";".'),
  overflow: z.literal('refuse').default('refuse').describe('A value longer than the field is refused, never cut (PSN-3).'),
  exitSafe: z.boolean().default(true).describe('Names that Signalbox wrote are cleared wherever their company left the segment; others are never touched (PSN-5).'),
});
export type NamesSettings = z.infer<typeof namesSettings>;
