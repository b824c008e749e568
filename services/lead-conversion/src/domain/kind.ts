import { convertLeads, readConvertLeads, type ConvertLeadsSettings } from '@signalbox/kinds';
import type { OrchestrationKind } from '@signalbox/platform-orchestration';
import type { LeadFact, LeadFacts } from './facts.ts';
import { describeLead, planLeads } from './plan.ts';
import { leadProblems } from './prerequisites.ts';

/** Leads of a segment's companies become contacts of the accounts that they belong to. */
export const convertLeadsKind: OrchestrationKind<LeadFact, ConvertLeadsSettings, LeadFacts> = {
  ...convertLeads,
  validate: (definition, facts) => leadProblems(convertLeads.entitlement, definition, facts),
  begin: (definition) => readConvertLeads(definition.settings),
  plan: planLeads,
  describe: describeLead,
};
