import type { OrchestrationKind } from '@signalbox/platform-orchestration';
import type { AccountNamesFact, NamesFacts } from './facts.ts';
import { beginNames, describeNames, planNames, type NamesState } from './plan.ts';
import { namesProblems } from './prerequisites.ts';
import { namesSettings } from './settings.ts';

const ENTITLEMENT = 'orchestrations';

/** Writes the names of the published segments that a company is in onto its accounts in the CRM. */
export const pushSegmentNames: OrchestrationKind<AccountNamesFact, NamesState, NamesFacts> = {
  name: 'push_segment_names',
  label: 'Push Segment Names',
  description: 'Writes the names of the published segments that a company is in into one field of its accounts in the CRM, and clears them when it left.',
  entitlement: ENTITLEMENT,
  object: 'Account',
  // Only the scope "segment" has one; `validate` asks for it then.
  needsSegment: false,
  needsMappingProfile: false,
  // Somebody may add a name between the plan and the write: it would be lost, and is not ours (PSN-5).
  checksBefore: true,
  settingsSchema: namesSettings,
  // The first run may write every account. Clears that come in a mass are more likely a segment gone wrong than companies that all left.
  guardrails: { maxRecords: 1_000_000, maxSharePercent: 100, maxClears: 1_000, shareJudgedAbove: 0 },
  validate: (definition, facts) => namesProblems(ENTITLEMENT, definition, facts),
  begin: beginNames,
  plan: planNames,
  describe: describeNames,
};
