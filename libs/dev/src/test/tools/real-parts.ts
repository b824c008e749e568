import { spawnSync } from 'node:child_process';
import { FAILED, PASSED, addUp, type Outcome } from '../check.ts';
import { findChromium } from './environment.ts';
import { needPackages, onPath } from './packages.ts';

const runs = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Chromium drives the console's tests. */
async function browser(): Promise<void> {
  if (findChromium()) return;
  await needPackages('Chromium (for the tests of the console)', ['chromium'], 'Elsewhere: install Chromium or Google Chrome, or set CHROMIUM_PATH to its program.');
}

/** A Kafka broker: a given one, one in Docker, or its jars from Maven. The messaging library's test entry starts it. */
async function kafka(): Promise<void> {
  if (process.env.KAFKA_BROKERS || (onPath('java') && onPath('mvn')) || runs('docker', 'info')) return;
  await needPackages('A Kafka broker (for the tests on the cluster shape)', ['default-jre-headless', 'maven'], 'Elsewhere: install Java 17 or later with Maven, or start Docker, or set KAFKA_BROKERS to host:port of a broker that may be filled with test topics.');
}

/** Python runs one of the third-party clients that the Salesforce sandbox must satisfy unmodified. Its spec makes the environment for it. */
async function python(): Promise<void> {
  if (runs('python3', '-c', 'import ensurepip, venv')) return;
  await needPackages('Python 3 with venv (for a third-party client of the sandbox)', ['python3', 'python3-venv'], 'Elsewhere: install Python 3.9 or later.');
}

/** Everything that specs need from the machine. Each missing part fails by itself, and says what to install. */
export async function realParts(): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const [name, part] of Object.entries({ browser, kafka, python })) {
    try {
      await part();
      console.log(`   ${name}: there`);
      outcomes.push(PASSED);
    } catch (error) {
      console.log(`   ${name}: ${(error as Error).message}`);
      outcomes.push(FAILED);
    }
  }
  return addUp(outcomes);
}
