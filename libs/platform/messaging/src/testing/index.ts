export { describeBroker } from './describe-broker.ts';
export type { BrokerDescription } from './open-broker.ts';
export { startTestKafka } from './start-test-kafka.ts';
export { testKafkaBrokers } from './test-brokers.ts';
