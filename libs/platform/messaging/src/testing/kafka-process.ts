import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@signalbox/platform-postgres/testing';

export interface KafkaProcess {
  brokers: string[];
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const CLUSTER_ID = 'c2lnbmFsYm94dGVzdGluZw';
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** One broker that is its own controller (KRaft), on free ports of 127.0.0.1, its data in a folder that goes with it. */
export async function startKafkaProcess(jars: string): Promise<KafkaProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'signalbox-test-kafka-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  await writeFile(join(dir, 'server.properties'), properties(dir, port, controllerPort));
  // What `kafka-storage format` would write; doing it here saves the start of a second JVM.
  await writeFile(join(dir, 'meta.properties'), `version=1\ncluster.id=${CLUSTER_ID}\nnode.id=1\n`);
  const child = spawn('java', [
    '-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
    '-cp', join(jars, '*'), 'kafka.Kafka', join(dir, 'server.properties'),
  ], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  const keep = (data: Buffer) => { output = (output + data.toString()).slice(-4000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = () => end(child, dir);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Kafka ended while it started: ${output}`)));
  });
  failed.catch(() => undefined); // after the start an exit is the business of whoever uses the broker
  try {
    await Promise.race([failed, answers(port)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers: [`127.0.0.1:${port}`], stop };
}

function properties(dir: string, port: number, controllerPort: number): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': dir,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'default.replication.factor': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'controller.quorum.election.timeout.ms': 200,
    'num.io.threads': 2,
    'num.network.threads': 2,
    'log.cleaner.dedupe.buffer.size': 2_097_152,
  }).map(([name, value]) => `${name}=${value}\n`).join('');
}

/** Until the broker takes connections (its listener opens when it has joined its own cluster). */
async function answers(port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const open = await new Promise<boolean>((answer) => {
      const socket = connect(port, '127.0.0.1', () => { socket.destroy(); answer(true); });
      socket.once('error', () => answer(false));
    });
    if (open) return;
    await pause(50);
  }
  throw new Error(`Kafka did not answer on 127.0.0.1:${port} within ${START_TIMEOUT_MS / 1000} s.`);
}

async function end(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL'); // a test broker has nothing to keep, and an orderly end takes seconds
    await gone;
  }
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}
