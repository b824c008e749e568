import { crmWriter, matching, orchestrations, scheduler, segments } from '@signalbox/contracts';
import type { ServiceTokens } from '@signalbox/platform-auth';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';

export interface Addresses {
  segmentsAddress: string;
  matchingAddress: string;
  orchestrationsAddress: string;
  crmWriterAddress: string;
  schedulerAddress: string;
}

/** The services behind the REST API. */
export interface Clients {
  segments: GrpcClient<typeof segments.SegmentsServiceDefinition>;
  matching: GrpcClient<typeof matching.MatchingServiceDefinition>;
  orchestrations: GrpcClient<typeof orchestrations.OrchestrationsServiceDefinition>;
  crmWriter: GrpcClient<typeof crmWriter.CrmWriterServiceDefinition>;
  scheduler: GrpcClient<typeof scheduler.SchedulerServiceDefinition>;
  close(): void;
}

/** Channels connect at the first call, so the services may start in any order. */
export function openClients(addresses: Addresses, tokens: ServiceTokens): Clients {
  const clients = {
    segments: createGrpcClient(segments.SegmentsServiceDefinition, { address: addresses.segmentsAddress, tokens }),
    matching: createGrpcClient(matching.MatchingServiceDefinition, { address: addresses.matchingAddress, tokens }),
    orchestrations: createGrpcClient(orchestrations.OrchestrationsServiceDefinition, { address: addresses.orchestrationsAddress, tokens }),
    crmWriter: createGrpcClient(crmWriter.CrmWriterServiceDefinition, { address: addresses.crmWriterAddress, tokens }),
    scheduler: createGrpcClient(scheduler.SchedulerServiceDefinition, { address: addresses.schedulerAddress, tokens }),
  };
  return { ...clients, close: () => Object.values(clients).forEach((client) => client.close()) };
}
