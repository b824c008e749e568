import type { ClientsOf } from '@signalbox/platform-grpc';

/** The services that this one asks. */
export const PEERS = ['segments', 'matching', 'crmWriter', 'gateway'] as const;

export type Clients = ClientsOf<(typeof PEERS)[number]>;
