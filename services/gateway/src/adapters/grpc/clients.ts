import type { ServiceTokens } from '@signalbox/platform-auth';
import { openClients, type AddressesOf, type ClientsOf } from '@signalbox/platform-grpc';

/** The services behind the REST API. */
const PEERS = ['segments', 'matching', 'orchestrations', 'crmWriter', 'scheduler'] as const;
type Peer = (typeof PEERS)[number];

export type Clients = ClientsOf<Peer>;

export const clientsOf = (addresses: AddressesOf<Peer>, tokens: ServiceTokens): Clients => openClients(PEERS, addresses, tokens);
