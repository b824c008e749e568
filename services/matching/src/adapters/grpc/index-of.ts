import { invalid } from '@signalbox/kernel';
import type { HandlerContext } from '@signalbox/platform-grpc';
import type { IndexId } from '../../application/ports.ts';

/** The index that a request is about. @throws Invalid `matching.connection_missing` */
export function indexOf(request: { connectionId: string }, context: HandlerContext): IndexId {
  if (request.connectionId === '') throw invalid('matching.connection_missing', 'Say in which connection to look: connection_id is empty.', { field: 'connection_id' });
  return { workspaceId: context.principal.workspaceId, connectionId: request.connectionId };
}
