/**
 * Jest's global set-up: a small server on 127.0.0.1 that starts the parts specs share (one PostgreSQL, one Kafka broker)
 * when a spec first asks for them, so that a run of unit specs starts nothing. Plain JavaScript, because jest loads this
 * file before its own transforms. Each part is a child process that prints one JSON line when it is ready and ends when
 * its standard input closes, so nothing is left running even when jest is killed.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PLATFORM = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const PARTS = {
  postgres: 'postgres/src/testing/serve-postgres.ts',
  kafka: 'messaging/src/testing/serve-kafka.ts',
};

function startPart(script) {
  const child = spawn(process.execPath, ['--conditions=signalbox:source', '--disable-warning=ExperimentalWarning', resolve(PLATFORM, script)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = new Promise((done) => child.once('exit', done));
  const ready = new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) done(text.slice(0, text.indexOf('\n')));
    });
    child.once('error', fail);
    void ended.then(() => fail(new Error(text || `${script} ended before it was ready; its reason is above.`)));
  });
  ready.catch(() => undefined); // whoever asks gets the reason
  return { ready, stop: () => { child.stdin.end(); return ended; } };
}

export default async function setup() {
  const token = randomBytes(16).toString('hex');
  const running = new Map();
  const server = createServer((request, response) => {
    // A kept connection that this server closes while a worker asks again on it would fail that worker's spec.
    response.setHeader('connection', 'close');
    const part = request.url === `/${token}/postgres` ? 'postgres' : request.url === `/${token}/kafka` ? 'kafka' : undefined;
    if (!part) return response.writeHead(404).end();
    if (!running.has(part)) running.set(part, startPart(PARTS[part]));
    running.get(part).ready.then(
      (line) => response.writeHead(200, { 'content-type': 'application/json' }).end(line),
      (error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  process.env.SIGNALBOX_TEST_PARTS = `http://127.0.0.1:${server.address().port}/${token}`;
  globalThis.__signalboxTestParts = async () => {
    server.close();
    server.closeAllConnections();
    await Promise.all([...running.values()].map((part) => part.stop()));
  };
}
