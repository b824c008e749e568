import { z } from 'zod';
import type { OrchestrationKind } from '@signalbox/platform-orchestration';
import type { AccountFacts, CompanyFact } from './facts.ts';
import { beginAccounts, describeAccount, planAccounts, type AccountState } from './plan.ts';
import { accountProblems } from './prerequisites.ts';

const ENTITLEMENT = 'orchestrations';

/** Creates a CRM account for each member of a dynamic segment that the CRM does not hold yet. */
export const createAccounts: OrchestrationKind<CompanyFact, AccountState, AccountFacts> = {
  name: 'create_accounts',
  label: 'Create New Accounts',
  description: 'Creates an account in the CRM for every company of a dynamic segment that the CRM does not hold yet.',
  entitlement: ENTITLEMENT,
  object: 'Account',
  needsSegment: true,
  needsMappingProfile: true,
  // The kind has no settings of its own yet; a name that is not known is refused.
  settingsSchema: z.strictObject({}),
  // A run may at most double the CRM; but the share is judged from 20,000 records on, so that a first run into a small
  // or empty CRM goes through, and the number of records alone stops a runaway there.
  guardrails: { maxRecords: 50_000, maxSharePercent: 100, maxClears: 500, shareJudgedAbove: 20_000 },
  validate: (definition, facts) => accountProblems(ENTITLEMENT, definition, facts),
  begin: (_definition, facts) => beginAccounts(facts),
  plan: planAccounts,
  describe: describeAccount,
};
