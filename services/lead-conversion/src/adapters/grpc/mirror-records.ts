import type { crmWriter } from '@signalbox/contracts';
import type { Clients } from './peers.ts';

/** With all their fields that many stay well under what one message may hold. */
const AT_ONCE = 250;

/** Every record of an object that the mirror has and the CRM has not deleted, in its order, in batches. */
export async function* mirrorRecords(clients: Pick<Clients, 'crmWriter'>, of: { workspaceId: string; connectionId: string; object: string }, signal: AbortSignal): AsyncGenerator<crmWriter.CrmRecord[]> {
  const { workspaceId, connectionId, object } = of;
  for (let cursor = ''; ;) {
    const { records, page } = await clients.crmWriter.listCrmRecords({ connectionId, object, page: { limit: AT_ONCE, cursor } }, { workspaceId, signal });
    const present = records.filter((one) => !one.deleted);
    if (present.length > 0) yield present;
    cursor = page?.nextCursor ?? '';
    if (cursor === '') return;
  }
}
