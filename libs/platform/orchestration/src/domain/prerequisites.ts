import { crmWriter } from '@signalbox/contracts';
import type { Definition, KindProblem, PrerequisiteName } from './kind.ts';

const { ConnectionStatus } = crmWriter;

export const PREREQUISITE_FIELD: Readonly<Record<PrerequisiteName, string>> = { entitlement: 'kind', connection: 'connection_id', mapping_profile: 'mapping_profile_id', segment: 'segment_id', settings: 'settings' };

/** A prerequisite that does not hold, with the field that it belongs to. */
export const prerequisiteProblem = (prerequisite: PrerequisiteName, code: string, message: string): KindProblem => ({
  code: `orchestrations.${prerequisite}.${code}`, field: PREREQUISITE_FIELD[prerequisite], message, prerequisite,
});

/** ORC-7 */
export function entitlementProblem(entitlement: string, licensed: ReadonlySet<string>): KindProblem | undefined {
  if (!entitlement || licensed.has(entitlement)) return undefined;
  return prerequisiteProblem('entitlement', 'missing', `This needs the package "${entitlement}", which the workspace has not licensed. Ask an administrator of the workspace to add it.`);
}

/** The connection has to be chosen, there, and to have worked when it was last tested. */
export function connectionProblem(definition: Definition, connection: crmWriter.Connection | undefined): KindProblem | undefined {
  const problem = (code: string, message: string) => prerequisiteProblem('connection', code, message);
  if (!definition.connectionId) return problem('missing', 'No CRM is chosen. Choose a connection, or make one under Connections.');
  if (!connection) return problem('unknown', `There is no connection ${definition.connectionId}. Choose another one.`);
  if (connection.status === ConnectionStatus.HEALTHY) return undefined;
  if (connection.status === ConnectionStatus.UNHEALTHY) {
    return problem('unhealthy', `The connection "${connection.name}" does not work: ${connection.statusMessage || 'the last test failed.'} Mend it under Connections and test it again.`);
  }
  return problem('untested', `The connection "${connection.name}" was never tested. Test it under Connections.`);
}
