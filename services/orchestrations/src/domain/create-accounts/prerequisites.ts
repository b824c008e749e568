import { segments } from '@signalbox/contracts';
import { connectionProblem, entitlementProblem, PREREQUISITE_FIELD as FIELD, prerequisiteProblem as problem, type Definition, type KindProblem } from '@signalbox/platform-orchestration';
import { profileFieldProblems } from '../mapping-profile.ts';
import { crmConditions } from '../segment-closure.ts';
import type { AccountFacts } from './facts.ts';

const OBJECT = 'Account';

function profileProblems(definition: Definition, facts: AccountFacts): KindProblem[] {
  const { profile, connection, crmFields } = facts;
  const one = (code: string, message: string) => [problem('mapping_profile', code, message)];
  if (!definition.mappingProfileId) return one('missing', `No mapping profile is chosen. Choose the profile that says which company fields are written to the CRM's ${OBJECT}, or make one.`);
  if (!profile) return one('unknown', `There is no mapping profile ${definition.mappingProfileId}. Choose another one.`);
  if (profile.object !== OBJECT) return one('wrong_object', `The mapping profile "${profile.name}" is for ${profile.object}; this needs one for ${OBJECT}.`);
  if (profile.connectionId !== definition.connectionId) return one('wrong_connection', `The mapping profile "${profile.name}" belongs to another connection. Choose one of this connection.`);
  if (!connection || !crmFields) return [];
  return profileFieldProblems(profile, crmFields).map((p) => ({
    ...p, field: FIELD.mapping_profile, prerequisite: 'mapping_profile' as const, message: `Mapping profile "${profile.name}", ${p.field}: ${p.message}`,
  }));
}

function segmentProblem(definition: Definition, { closure }: AccountFacts): KindProblem | undefined {
  if (!definition.segmentId) return problem('segment', 'missing', 'No segment is chosen. Choose the dynamic segment whose companies become accounts.');
  const segment = closure?.[0];
  if (!segment) return problem('segment', 'unknown', `There is no segment ${definition.segmentId}. Choose another one.`);
  if (segment.kind !== segments.SegmentKind.DYNAMIC) {
    return problem('segment', 'not_dynamic', `The segment "${segment.name}" is a static list. Accounts are created from dynamic segments only: choose one that is built from rules.`);
  }
  const [first] = crmConditions(closure ?? []);
  if (!first) return undefined;
  return problem('segment', 'crm_condition', `The segment "${segment.name}" is built from what the CRM already holds (${first.path}), so it cannot say what is missing there. Take the condition "${first.condition}" out, or choose another segment.`);
}

/** All that stands in the way of creating accounts, each prerequisite with its own message (CNA-1, CNA-2, CNA-3). */
export function accountProblems(entitlement: string, definition: Definition, facts: AccountFacts): KindProblem[] {
  return [
    entitlementProblem(entitlement, facts.entitlements), connectionProblem(definition, facts.connection),
    ...profileProblems(definition, facts), segmentProblem(definition, facts),
  ].filter((p) => p !== undefined);
}
