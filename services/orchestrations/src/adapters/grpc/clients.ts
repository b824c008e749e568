import { crmWriter, gateway, matching, segments } from '@signalbox/contracts';
import { isSignalboxError } from '@signalbox/kernel';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import type { ServiceTokens } from '@signalbox/platform-auth';
import type { Crm, Entitlements } from '../../application/ports.ts';
import type { OrchestrationsConfig } from '../../orchestrations.config.ts';

/** The services that this one asks. */
export interface Clients {
  segments: GrpcClient<typeof segments.SegmentsServiceDefinition>;
  matching: GrpcClient<typeof matching.MatchingServiceDefinition>;
  crmWriter: GrpcClient<typeof crmWriter.CrmWriterServiceDefinition>;
  gateway: GrpcClient<typeof gateway.AccessServiceDefinition>;
  close(): void;
}

export function createClients(config: OrchestrationsConfig, tokens: ServiceTokens): Clients {
  const clients = {
    segments: createGrpcClient(segments.SegmentsServiceDefinition, { address: config.segmentsAddress, tokens }),
    matching: createGrpcClient(matching.MatchingServiceDefinition, { address: config.matchingAddress, tokens }),
    crmWriter: createGrpcClient(crmWriter.CrmWriterServiceDefinition, { address: config.crmWriterAddress, tokens }),
    gateway: createGrpcClient(gateway.AccessServiceDefinition, { address: config.gatewayAddress, tokens }),
  };
  return { ...clients, close: () => Object.values(clients).forEach((client) => client.close()) };
}

/** The answer, or undefined when the thing asked for is not there. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isSignalboxError(error) && error.kind === 'NotFound') return undefined;
    throw error;
  }
}

export class GatewayEntitlements implements Entitlements {
  constructor(private readonly clients: Clients) {}

  async licensed(workspaceId: string): Promise<ReadonlySet<string>> {
    const { entitlements } = await this.clients.gateway.listEntitlements({}, { workspaceId });
    return new Set(entitlements.filter((e) => e.licensed).map((e) => e.name));
  }
}

export class CrmWriterCrm implements Crm {
  constructor(private readonly clients: Clients) {}

  connection(workspaceId: string, id: string): Promise<crmWriter.Connection | undefined> {
    return orMissing(this.clients.crmWriter.getConnection({ id }, { workspaceId }));
  }

  async describe(workspaceId: string, connectionId: string, object: string): Promise<crmWriter.CrmField[]> {
    return (await this.clients.crmWriter.describeObject({ connectionId, object }, { workspaceId })).fields;
  }
}
