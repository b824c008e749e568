import type { ClientsOf } from '@signalbox/platform-grpc';
import { addCounts } from '../domain/counts.ts';
import { indexFollowed } from './follow-index.ts';
import type { CrmPicture } from './ports.ts';

/** What a kind needs of the CRM. */
export interface PictureAsked {
  workspaceId: string;
  connectionId: string;
  /** In this order; the picture's figures are those of the last. */
  objects: readonly [string, ...string[]];
  /** Of the last object: mirrored from now on, whatever else is. */
  fields?: readonly string[];
}

type Clients = Pick<ClientsOf<'crmWriter' | 'matching'>, 'crmWriter' | 'matching'>;

/** What the workspace's tie-breakers count (CLC-9); what a CRM does not have is passed over. */
async function countedObjects(clients: Clients, connectionId: string, call: { workspaceId: string; signal: AbortSignal }): Promise<string[]> {
  const { countedObjects: counted } = await clients.matching.getMatchRules({}, call);
  if (counted.length === 0) return [];
  const [connection, { providers }] = await Promise.all([clients.crmWriter.getConnection({ id: connectionId }, call), clients.crmWriter.listProviders({}, call)]);
  const known = providers.find((one) => one.name === connection.provider)?.objects ?? [];
  return counted.filter((one) => known.includes(one));
}

/** Brings the mirrors of these objects, and of what tie-breakers count, up to date; returns when matching has taken in what it indexes of them. */
export async function refreshPicture(clients: Clients, { workspaceId, connectionId, objects, fields = [] }: PictureAsked, signal: AbortSignal): Promise<CrmPicture> {
  const call = { workspaceId, signal };
  const counted = await countedObjects(clients, connectionId, call);
  const last = objects[objects.length - 1]!;
  const picture: CrmPicture = { sequence: 0, records: 0, apiCalls: [] };
  for (const object of new Set([...objects.slice(0, -1), ...counted.filter((one) => one !== last), last])) {
    const mirror = await clients.crmWriter.refreshMirror({ connectionId, object, fields: object === last ? [...fields] : [] }, call);
    const index = { connectionId, object: object === 'Account' ? '' : object };
    if (index.object === '' || counted.includes(object)) await indexFollowed(() => clients.matching.getIndexPosition(index, call), mirror.sequence, signal);
    picture.apiCalls = addCounts([picture.apiCalls, mirror.apiCalls]);
    if (object === last) Object.assign(picture, { sequence: mirror.sequence, records: mirror.records });
  }
  return picture;
}
