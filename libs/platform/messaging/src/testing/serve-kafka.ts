/** Run by jest's global set-up when a spec first asks for Kafka: one broker for the run, gone when standard input closes. */
import { startTestKafka } from './start-test-kafka.ts';

process.on('SIGINT', () => undefined); // Ctrl-C reaches jest too, which then closes our standard input
try {
  const kafka = await startTestKafka();
  process.stdin.resume();
  process.stdin.once('close', () => void kafka.stop().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ brokers: kafka.brokers })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: (error as Error).message })}\n`, () => process.exit(1));
}
