import { crmWriter, gateway, kinds, matching, orchestrations, scheduler, segments } from '@signalbox/contracts';
import type { ServiceTokens } from '@signalbox/platform-auth';
import { createGrpcClient, type GrpcClient } from './client.ts';

/** Services that others ask, by the name under which settings and code know them. */
const DEFINITIONS = {
  gateway: gateway.AccessServiceDefinition,
  segments: segments.SegmentsServiceDefinition,
  matching: matching.MatchingServiceDefinition,
  orchestrations: orchestrations.OrchestrationsServiceDefinition,
  crmWriter: crmWriter.CrmWriterServiceDefinition,
  scheduler: scheduler.SchedulerServiceDefinition,
  leadConversion: kinds.KindHostServiceDefinition,
};

export type PeerName = keyof typeof DEFINITIONS;

/** The settings that say where they are, as host:port. */
export type AddressesOf<N extends PeerName> = Record<`${N}Address`, string>;

export type ClientsOf<N extends PeerName> = { [name in N]: GrpcClient<(typeof DEFINITIONS)[name]> } & { close(): void };

/** A client for each named service. Channels connect at the first call, so the services may start in any order. */
export function openClients<N extends PeerName>(names: readonly N[], addresses: AddressesOf<N>, tokens: ServiceTokens): ClientsOf<N> {
  const opened = names.map((name) => [name, createGrpcClient<(typeof DEFINITIONS)[PeerName]>(DEFINITIONS[name], { address: addresses[`${name}Address`], tokens })] as const);
  return { ...Object.fromEntries(opened), close: () => opened.forEach(([, client]) => client.close()) } as unknown as ClientsOf<N>;
}
