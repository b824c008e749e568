import { sharedPart } from '@signalbox/platform-postgres/testing';

/** The Kafka brokers of this test run; the first spec to ask starts the one that the run shares. Prefix your topics. */
export async function testKafkaBrokers(): Promise<string[]> {
  const given = process.env.KAFKA_BROKERS;
  if (given) return given.split(',').map((broker) => broker.trim());
  const part = await sharedPart<{ brokers: string[] }>('kafka');
  if (!part) throw new Error('Tests need Kafka: run them with jest\'s root configuration, or set KAFKA_BROKERS.');
  return part.brokers;
}
