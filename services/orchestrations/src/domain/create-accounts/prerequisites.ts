import { crmWriter, segments } from '@signalbox/contracts';
import type { Definition, KindProblem, PrerequisiteName } from '@signalbox/platform-orchestration';
import { profileFieldProblems } from '../mapping-profile.ts';
import { crmConditions } from '../segment-closure.ts';
import type { AccountFacts } from './facts.ts';

const { ConnectionStatus } = crmWriter;
const OBJECT = 'Account';

const FIELD: Record<PrerequisiteName, string> = { entitlement: 'kind', connection: 'connection_id', mapping_profile: 'mapping_profile_id', segment: 'segment_id' };
const problem = (prerequisite: PrerequisiteName, code: string, message: string): KindProblem => ({
  code: `orchestrations.${prerequisite}.${code}`, field: FIELD[prerequisite], message, prerequisite,
});

export function entitlementProblem(entitlement: string, licensed: ReadonlySet<string>): KindProblem | undefined {
  if (!entitlement || licensed.has(entitlement)) return undefined;
  return problem('entitlement', 'missing', `This needs the package "${entitlement}", which the workspace has not licensed. Ask an administrator of the workspace to add it.`);
}

function connectionProblem(definition: Definition, { connection }: AccountFacts): KindProblem | undefined {
  if (!definition.connectionId) return problem('connection', 'missing', 'No CRM is chosen. Choose a connection, or make one under Connections.');
  if (!connection) return problem('connection', 'unknown', `There is no connection ${definition.connectionId}. Choose another one.`);
  if (connection.status === ConnectionStatus.HEALTHY) return undefined;
  if (connection.status === ConnectionStatus.UNHEALTHY) {
    return problem('connection', 'unhealthy', `The connection "${connection.name}" does not work: ${connection.statusMessage || 'the last test failed.'} Mend it under Connections and test it again.`);
  }
  return problem('connection', 'untested', `The connection "${connection.name}" was never tested. Test it under Connections.`);
}

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
    entitlementProblem(entitlement, facts.entitlements), connectionProblem(definition, facts),
    ...profileProblems(definition, facts), segmentProblem(definition, facts),
  ].filter((p) => p !== undefined);
}
