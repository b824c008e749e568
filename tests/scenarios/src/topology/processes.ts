import { randomBytes } from 'node:crypto';
import { startTestKafka } from '@signalbox/platform-messaging/testing';
import { testDatabase } from '@signalbox/platform-postgres/testing';
import { freePorts } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import { builtMain, endChild, startChild, type Child } from './child.ts';
import type { Topology } from './topology.ts';

const SERVICES = ['gateway', 'segments', 'matching', 'crm-writer', 'scheduler', 'orchestrations', 'lead-conversion'] as const;

interface Placed {
  name: string;
  httpPort: number;
  env: Record<string, string>;
}

async function place(databaseUrl: string, kafkaBrokers: string): Promise<Placed[]> {
  const free = await freePorts(2 * SERVICES.length);
  const ports = SERVICES.map((name, i) => ({ name, http: free[2 * i] ?? 0, grpc: free[2 * i + 1] ?? 0 }));
  const addresses = Object.fromEntries(ports.map((p) => [`SIGNALBOX_${p.name.replace('-', '_').toUpperCase()}_ADDRESS`, `127.0.0.1:${p.grpc}`]));
  const shared = {
    ...addresses, SIGNALBOX_DATABASE_URL: databaseUrl, SIGNALBOX_BROKER: 'kafka', SIGNALBOX_KAFKA_BROKERS: kafkaBrokers,
    SIGNALBOX_TOPIC_PREFIX: `s${randomBytes(4).toString('hex')}.`, SIGNALBOX_SERVICE_KEY: randomBytes(32).toString('hex'), SIGNALBOX_SECRETS_KEY: randomBytes(32).toString('hex'),
    SIGNALBOX_DATABASE_POOL_SIZE: '4', SIGNALBOX_LOG_LEVEL: 'info',
  };
  return ports.map((p) => ({ name: p.name, httpPort: p.http, env: { ...shared, SIGNALBOX_HTTP_PORT: String(p.http), SIGNALBOX_GRPC_PORT: String(p.grpc) } }));
}

/** Every service as a process of its own, events over a real Kafka: the shape of a cluster. */
export async function startProcessesTopology(): Promise<Topology> {
  const kafka = await startTestKafka();
  const database = await testDatabase();
  const placed = await place(database.url, kafka.brokers.join(','));
  let children: Child[] = [];
  const startAll = async () => {
    children = placed.map((p) => startChild([builtMain(p.name)], p.env));
    await Promise.all(placed.map((p, i) => waitFor(async () => {
      if (children[i]?.process.exitCode !== null) throw new Error(`${p.name} ended: ${children[i]?.output()}`);
      return (await fetch(`http://127.0.0.1:${p.httpPort}/readyz`)).ok;
    }, { timeoutMs: 90_000, everyMs: 200, what: p.name })));
  };
  const endAll = (signal: NodeJS.Signals) => Promise.all(children.map((child) => endChild(child, signal)));
  const topology: Topology = {
    url: `http://127.0.0.1:${placed[0]?.httpPort}`,
    kill: async () => void (await endAll('SIGKILL')),
    resume: startAll,
    async stop() {
      await endAll('SIGTERM');
      await database.close();
      await kafka.stop();
    },
  };
  await startAll().catch(async (error: unknown) => {
    await topology.stop();
    throw error;
  });
  return topology;
}
