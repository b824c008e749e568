import type { Broker } from '../broker.ts';
import { KafkaBroker } from '../kafka/kafka-broker.ts';
import { PostgresLogBroker } from '../postgres-log/postgres-log-broker.ts';

/** Enough to open the same broker in another process; plain JSON. */
export type BrokerDescription =
  | { kind: 'postgres'; url: string }
  | { kind: 'kafka'; brokers: string[]; topicPrefix: string };

/** Short, so that a test sees the end of a killed member. */
const LEASE_MS = 3000;

export function openBroker(description: BrokerDescription): Promise<Broker> {
  if (description.kind === 'postgres') return PostgresLogBroker.open({ url: description.url, leaseMs: LEASE_MS });
  const { brokers, topicPrefix } = description;
  return KafkaBroker.open({ brokers, topicPrefix, sessionTimeoutMs: LEASE_MS });
}
