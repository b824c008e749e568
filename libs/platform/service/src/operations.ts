import { type operations, TOPICS, type types } from '@signalbox/contracts';
import { conflict, invalid, notFound } from '@signalbox/kernel';
import type { Handlers } from '@signalbox/platform-grpc';
import { listParked, replayParked, type ParkedMessage } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';

export type OperationsHandlers = Handlers<typeof operations.OperationsServiceDefinition>;

/**
 * Gives a message up without losing what it stands for, and calls `discardParked` in the transaction that ends this. Gives
 * what became of its records.
 */
export type Discard = (message: ParkedMessage) => Promise<types.NamedCount[]>;

interface Contents {
  runId: string;
  records: number;
}

/** What the messages that a run waits for stand for, by topic. */
const CONTENTS: Record<string, (payload: Uint8Array) => Contents> = {
  [TOPICS.changeBatchRequested.name]: (payload) => {
    const { runId, changes } = TOPICS.changeBatchRequested.decode(payload);
    return { runId, records: changes.length };
  },
  [TOPICS.changeBatchCompleted.name]: (payload) => {
    const { runId, results } = TOPICS.changeBatchCompleted.decode(payload);
    return { runId, records: results.length };
  },
};

/** Undefined when the bytes are no message of the topic. */
function contentsOf({ topic, payload }: ParkedMessage): Contents | undefined {
  try {
    return CONTENTS[topic]?.(payload) ?? { runId: '', records: 0 };
  } catch {
    return undefined;
  }
}

type Place = Pick<ParkedMessage, 'parkedAt' | 'id'>;

const writeCursor = (last: Place): string => Buffer.from(JSON.stringify([last.parkedAt.toISOString(), last.id])).toString('base64url');

function readCursor(cursor: string): Place | undefined {
  if (cursor === '') return undefined;
  try {
    const [at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [string, string];
    const parkedAt = new Date(at);
    if (typeof id === 'string' && !Number.isNaN(parkedAt.getTime())) return { parkedAt, id };
  } catch {
    // Refused below, as any other text that is no cursor of ours.
  }
  throw invalid('paging.cursor_invalid', 'The cursor is not one that a page gave. Begin again without a cursor.', { field: 'page.cursor' });
}

/** The messages that this service has put aside: to be seen, replayed, and where `discards` knows the topic, given up. */
export function operationsHandlers(database: Database, service: string, discards: Readonly<Record<string, Discard>> = {}): OperationsHandlers {
  const toMessage = (parked: ParkedMessage): operations.ParkedMessage => {
    const contents = contentsOf(parked);
    return {
      id: parked.id, service, consumer: parked.consumer, topic: parked.topic, eventId: parked.eventId, reasonCode: parked.reasonCode, reason: parked.reason, attempts: parked.attempts,
      parkedAt: parked.parkedAt, runId: contents?.runId ?? '', records: contents?.records ?? 0, discardable: contents !== undefined && discards[parked.topic] !== undefined,
    };
  };
  return {
    async listParkedMessages({ runId, page }, { principal }) {
      const limit = page?.limit || 50;
      const messages: operations.ParkedMessage[] = [];
      let after = readCursor(page?.cursor ?? '');
      // Until the page is full: a message may mention a run without being of it.
      for (;;) {
        const found = await listParked(database, { workspaceId: principal.workspaceId, limit: limit - messages.length, after, mentions: runId || undefined });
        messages.push(...found.map(toMessage).filter((m) => runId === '' || m.runId === runId));
        after = found.at(-1);
        if (!after || messages.length === limit) return { messages, page: { nextCursor: after ? writeCursor(after) : '', total: -1 } };
      }
    },
    async replayParkedMessage({ id }, { principal }) {
      await replayParked(database, { workspaceId: principal.workspaceId, id });
      return {};
    },
    async discardParkedMessage({ id }, { principal }) {
      const [parked] = await listParked(database, { workspaceId: principal.workspaceId, id, limit: 1 });
      if (!parked) throw notFound('messaging.parked.unknown', `No message is parked under the id ${id}, or it was replayed or given up already.`, { field: 'id' });
      const discard = toMessage(parked).discardable ? discards[parked.topic] : undefined;
      if (!discard) throw conflict('operations.parked.not_discardable', 'This message cannot be given up without losing what it says. Mend its cause, then replay it.', { field: 'id' });
      return { outcomes: await discard(parked) };
    },
  };
}
