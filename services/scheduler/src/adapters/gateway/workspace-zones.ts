import type { gateway } from '@signalbox/contracts';
import type { GrpcClient } from '@signalbox/platform-grpc';
import type { WorkspaceZones } from '../../application/ports.ts';

/** The gateway knows the workspaces. */
export class GatewayZones implements WorkspaceZones {
  constructor(private readonly client: GrpcClient<typeof gateway.AccessServiceDefinition>) {}

  async zoneOf(workspaceId: string): Promise<string> {
    return (await this.client.getWorkspace({}, { workspaceId })).timeZone;
  }
}
