import type { crmWriter } from '@signalbox/contracts';
import { openClients, orMissing, type AddressesOf, type ClientsOf } from '@signalbox/platform-grpc';
import type { ServiceTokens } from '@signalbox/platform-auth';
import type { Crm, Entitlements } from '../../application/ports.ts';

/** The services that this one asks. */
const PEERS = ['segments', 'matching', 'crmWriter', 'gateway', 'leadConversion'] as const;
type Peer = (typeof PEERS)[number];

export type Clients = ClientsOf<Peer>;

export const clientsOf = (addresses: AddressesOf<Peer>, tokens: ServiceTokens): Clients => openClients(PEERS, addresses, tokens);

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
