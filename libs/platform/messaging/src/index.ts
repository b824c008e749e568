export type {
  Broker, BrokerRecord, Headers, MessagingLogger, OutgoingRecord, SubscribeOptions, Subscription, TopicLag, TopicSpec,
} from './broker.ts';
export { DEFAULT_PARTITIONS, HEADER } from './topic.ts';
export type { Topic } from './topic.ts';
export { continueTrace, currentTraceparent } from './trace.ts';
export { PostgresLogBroker } from './postgres-log/postgres-log-broker.ts';
export type { PostgresLogBrokerOptions } from './postgres-log/postgres-log-broker.ts';
export { KafkaBroker } from './kafka/kafka-broker.ts';
export type { KafkaBrokerOptions } from './kafka/kafka-broker.ts';
export { messagingMigrations } from './inbox/held-migration.ts';
export { countHeld, releaseHeld } from './inbox/held.ts';
export { MAX_PAYLOAD_BYTES, Outbox } from './outbox/outbox.ts';
export type { AddOptions } from './outbox/outbox.ts';
export { OutboxRelay } from './outbox/relay.ts';
export type { OutboxRelayOptions } from './outbox/relay.ts';
export { consume, consumeWithEffects } from './inbox/consume.ts';
export type { ConsumeOptions, ConsumeWithEffectsOptions, EffectContext, MessageContext, Outcome, TransactionContext } from './inbox/consume.ts';
export { discardParked, listParked, replayParked } from './inbox/parked.ts';
export type { ListParkedOptions, ParkedFilter, ParkedMessage } from './inbox/parked.ts';
export { removeDoneInboxRows } from './inbox/retention.ts';
