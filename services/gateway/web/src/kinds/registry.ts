import { convertLeads } from './convert-leads/convert-leads.tsx';
import { createAccounts } from './create-accounts/create-accounts.tsx';
import { counted } from './counted.ts';
import type { KindView } from './kind-view.ts';
import { pushSegmentNames } from './push-segment-names/push-segment-names.tsx';

/** What the console knows of each kind that it can show. */
const VIEWS: ReadonlyMap<string, KindView> = new Map([createAccounts, convertLeads, pushSegmentNames].map((view) => [view.name, view]));

/** Undefined for a kind that this console does not know. */
export const kindView = (name: string | undefined): KindView | undefined => VIEWS.get(name ?? '');

/** How plans, runs and records of a kind are shown. */
export type KindSpeech = Pick<KindView, 'summary' | 'words' | 'parts' | 'records'>;

const ANY_KIND: KindSpeech = {
  summary: () => '',
  words: () => ({ would: (plan) => `${counted(plan.toWrite, 'record')} would be written; ${plan.planned.toLocaleString('en-US')} looked at`, done: 'written', lookedAt: 'records' }),
  parts: (plan) => [{ label: 'write', value: plan.toWrite, color: 'signal.6' }],
  records: createAccounts.records,
};

/** Also for a kind that was deleted, or that only the API makes. */
export const kindSpeech = (name: string | undefined): KindSpeech => kindView(name) ?? ANY_KIND;
