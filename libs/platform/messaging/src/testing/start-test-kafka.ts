import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort } from '@signalbox/platform-postgres/testing';
import { kafkaJars } from './kafka-jars.ts';
import { type KafkaProcess, startKafkaProcess } from './kafka-process.ts';

const run = promisify(execFile);
const IMAGE = 'apache/kafka:4.1.0';

/**
 * A real Kafka for tests: the cluster named by KAFKA_BROKERS, else a container where Docker runs, else the broker's jars through
 * Maven and a local Java. Rejects with what to install when none of them is there; specs never skip.
 */
export async function startTestKafka(): Promise<KafkaProcess> {
  const given = process.env.KAFKA_BROKERS;
  if (given) return { brokers: given.split(',').map((broker) => broker.trim()), stop: async () => undefined };
  const reasons: string[] = [];
  for (const [way, start] of [['Docker', inDocker], ['Maven and Java', fromJars]] as const) {
    try {
      return await start();
    } catch (error) {
      reasons.push(`${way}: ${lastLine(error)}`);
    }
  }
  throw new Error(`These tests need a Kafka broker and none could be started.\n  ${reasons.join('\n  ')}\n`
    + 'Set KAFKA_BROKERS=host:port to use a running one, or start Docker, or install Maven and Java 17 (on Debian: apt-get install maven).');
}

async function fromJars(): Promise<KafkaProcess> {
  await run('java', ['-version']);
  return startKafkaProcess(await kafkaJars());
}

async function inDocker(): Promise<KafkaProcess> {
  await run('docker', ['info'], { timeout: 10_000 });
  const { GenericContainer, Wait } = await import('testcontainers');
  const port = await freePort();
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  return { brokers: [`127.0.0.1:${port}`], stop: async () => { await container.stop(); } };
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr || message || String(error)).trim().split('\n').at(-1)!.slice(0, 300);
}
