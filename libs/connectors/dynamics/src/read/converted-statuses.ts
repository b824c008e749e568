import type { ConvertedStatus, WorkOptions } from '@signalbox/connectors-sdk';
import type { DynamicsClient } from '../client/client.ts';
import { labelOf, type Label } from './describe.ts';

interface StatusOption {
  Value: number;
  State?: number;
  Label?: Label;
}

interface StateOption {
  Value: number;
  /** Of the state, the status that a row takes when it is given none. */
  DefaultStatus?: number | null;
}

/** State of a lead that became something else; fixed by Dynamics 365. */
export const QUALIFIED = 1;
const ATTRIBUTES = "EntityDefinitions(LogicalName='lead')/Attributes";

const pathOf = (column: string, type: string) => `${ATTRIBUTES}(LogicalName='${column}')/Microsoft.Dynamics.CRM.${type}AttributeMetadata?$select=LogicalName&$expand=OptionSet`;

/** Status reasons of the state "Qualified", by the number that QualifyLead takes. */
export async function convertedStatuses(client: DynamicsClient, work: WorkOptions): Promise<ConvertedStatus[]> {
  const { body } = await client.readBatch('describe', [pathOf('statuscode', 'Status'), pathOf('statecode', 'State')], {}, work);
  const [statuses, states] = body as [{ OptionSet?: { Options?: StatusOption[] } }, { OptionSet?: { Options?: StateOption[] } }];
  const usual = states.OptionSet?.Options?.find((o) => o.Value === QUALIFIED)?.DefaultStatus;
  const qualified = (statuses.OptionSet?.Options ?? []).filter((o) => o.State === QUALIFIED);
  return qualified.map(({ Value, Label }) => ({ name: String(Value), label: labelOf(Label, String(Value)), isDefault: Value === usual || qualified.length === 1 }));
}
