import { openClients, type AddressesOf, type ClientsOf } from '@signalbox/platform-grpc';
import type { ServiceTokens } from '@signalbox/platform-auth';
import type { Crm, CrmKey } from '../../application/crm-ports.ts';

/** The services that this one asks. */
const PEERS = ['matching', 'crmWriter'] as const;
type Clients = ClientsOf<(typeof PEERS)[number]>;

/** What the CRMs hold, as matching and crm-writer know it. */
export class CrmServices implements Crm {
  private readonly clients: Clients;

  constructor(addresses: AddressesOf<(typeof PEERS)[number]>, tokens: ServiceTokens) {
    this.clients = openClients(PEERS, addresses, tokens);
  }

  async followAccounts({ workspaceId, connectionId }: CrmKey, signal: AbortSignal): Promise<void> {
    await this.clients.matching.followCompanyAccounts({ connectionId, tellAgain: true }, { workspaceId, signal });
  }

  async objects({ workspaceId, connectionId }: CrmKey, signal: AbortSignal): Promise<{ objects: readonly string[]; label: string }> {
    const [connection, { providers }] = await Promise.all([
      this.clients.crmWriter.getConnection({ id: connectionId }, { workspaceId, signal }), this.clients.crmWriter.listProviders({}, { workspaceId, signal }),
    ]);
    const provider = providers.find((one) => one.name === connection.provider);
    return { objects: provider?.objects ?? [], label: provider?.label ?? connection.provider };
  }

  async mirror({ workspaceId, connectionId }: CrmKey, object: string, { tellAgain }: { tellAgain: boolean }, signal: AbortSignal): Promise<void> {
    await this.clients.crmWriter.refreshMirror({ connectionId, object, tellAgain }, { workspaceId, signal });
  }

  close(): void {
    this.clients.close();
  }
}
