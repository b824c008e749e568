import type { Transaction } from '@signalbox/platform-postgres';
import type { Definition } from '../domain/kind.ts';
import type { Mechanism } from './mechanism.ts';
import type { PlanRow } from './ports.ts';

/** Has a preview made of this version and its mapping profile's; one that is being made is returned instead. Those of older versions are ended. */
export function requestPreview(m: Mechanism, tx: Transaction, definition: Definition): Promise<PlanRow> {
  const { workspaceId, orchestrationId, version, mappingProfileVersion, kind } = definition;
  return m.plans.enqueuePreview(tx, { workspaceId, id: m.ids.next(), orchestrationId, orchestrationVersion: version, mappingProfileVersion, kind });
}
