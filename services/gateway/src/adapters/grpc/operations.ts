import { operations } from '@signalbox/contracts';
import { notFound } from '@signalbox/kernel';
import type { ServiceTokens } from '@signalbox/platform-auth';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';

type Client = GrpcClient<typeof operations.OperationsServiceDefinition>;
type Call = { bearerToken: string };

export interface OperationsAddresses {
  segmentsAddress: string;
  matchingAddress: string;
  orchestrationsAddress: string;
  crmWriterAddress: string;
  schedulerAddress: string;
}

const time = (message: operations.ParkedMessage): number => message.parkedAt?.getTime() ?? 0;
const compare = (a: operations.ParkedMessage, b: operations.ParkedMessage): number => time(b) - time(a) || (a.id < b.id ? 1 : -1);

/** The messages that were put aside in all the services that consume topics, as one list. */
export class ParkedMessages {
  constructor(private readonly clients: ReadonlyMap<string, Client>) {}

  /** Newest first. A service's cursor is the place of a message in this order, so it serves for all of them. */
  async list(request: { runId: string; limit: number; cursor: string }, call: Call): Promise<operations.ListParkedMessagesResponse> {
    const { runId, limit, cursor } = request;
    const pages = await Promise.all([...this.clients.values()].map((client) => client.listParkedMessages({ runId, page: { limit, cursor } }, call)));
    const all = pages.flatMap((page) => page.messages).sort(compare);
    const messages = all.slice(0, limit);
    const last = all.length > limit || pages.some((page) => page.page?.nextCursor) ? messages.at(-1) : undefined;
    return { messages, page: { nextCursor: last ? Buffer.from(JSON.stringify([last.parkedAt?.toISOString(), last.id])).toString('base64url') : '', total: -1 } };
  }

  async replay(service: string, id: string, call: Call): Promise<void> {
    await this.of(service).replayParkedMessage({ id }, call);
  }

  discard(service: string, id: string, call: Call): Promise<operations.DiscardParkedMessageResponse> {
    return this.of(service).discardParkedMessage({ id }, call);
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }

  private of(service: string): Client {
    const client = this.clients.get(service);
    if (!client) throw notFound('gateway.parked.service_unknown', `No service "${service.slice(0, 50)}" parks messages. Use one of ${[...this.clients.keys()].join(', ')}.`, { field: 'service' });
    return client;
  }
}

export function openParkedMessages(addresses: OperationsAddresses, tokens: ServiceTokens): ParkedMessages {
  const client = (address: string) => createGrpcClient(operations.OperationsServiceDefinition, { address, tokens });
  return new ParkedMessages(new Map([
    ['crm-writer', client(addresses.crmWriterAddress)], ['orchestrations', client(addresses.orchestrationsAddress)],
    ['matching', client(addresses.matchingAddress)], ['scheduler', client(addresses.schedulerAddress)],
    ['segments', client(addresses.segmentsAddress)],
  ]));
}
