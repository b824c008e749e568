import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crmWriterSettings, migrateCrmWriter, startCrmWriter } from '@signalbox/crm-writer';
import { gatewaySettings, migrateGateway, startGateway } from '@signalbox/gateway';
import { matchingSettings, migrateMatching, startMatching } from '@signalbox/matching';
import { migrateOrchestrations, orchestrationsSettings, startOrchestrations } from '@signalbox/orchestrations';
import { readConfig } from '@signalbox/platform-config';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger } from '@signalbox/platform-telemetry';
import { migrateScheduler, schedulerSettings, startScheduler } from '@signalbox/scheduler';
import { migrateSegments, segmentsSettings, startSegments } from '@signalbox/segments';
import { waitFor } from '@signalbox/testing';
import pg from 'pg';
import { describeSchema, fill, rowsOf, tablesOf } from './schema.ts';

const STATES = fileURLToPath(new URL('states/', import.meta.url));
const overrides = { ownsProcess: false, logger: createLogger({ service: 'spec', level: 'silent' }) };

interface Service {
  migrate(environment: Record<string, string>): Promise<unknown>;
  start(environment: Record<string, string>): Promise<RunningService>;
}

const SERVICES: Record<string, Service> = {
  gateway: { migrate: (e) => migrateGateway(readConfig(gatewaySettings, e)), start: (e) => startGateway(readConfig(gatewaySettings, e), overrides) },
  segments: { migrate: (e) => migrateSegments(readConfig(segmentsSettings, e)), start: (e) => startSegments(readConfig(segmentsSettings, e), overrides) },
  matching: { migrate: (e) => migrateMatching(readConfig(matchingSettings, e)), start: (e) => startMatching(readConfig(matchingSettings, e), overrides) },
  scheduler: { migrate: (e) => migrateScheduler(readConfig(schedulerSettings, e)), start: (e) => startScheduler(readConfig(schedulerSettings, e), overrides) },
  'crm-writer': { migrate: (e) => migrateCrmWriter(readConfig(crmWriterSettings, e)), start: (e) => startCrmWriter(readConfig(crmWriterSettings, e), overrides) },
  orchestrations: { migrate: (e) => migrateOrchestrations(readConfig(orchestrationsSettings, e)), start: (e) => startOrchestrations(readConfig(orchestrationsSettings, e), overrides) },
};

function environmentOf(url: string): Record<string, string> {
  const key = randomBytes(32).toString('hex');
  return { SIGNALBOX_DATABASE_URL: url, SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: url, SIGNALBOX_SERVICE_KEY: key, SIGNALBOX_SECRETS_KEY: key, SIGNALBOX_DATABASE_POOL_SIZE: '3' };
}

/** A database of its own, and a connection to it that is not the service's. */
async function emptyDatabase(): Promise<{ test: TestDatabase; client: pg.Client; close(): Promise<void> }> {
  const test = await testDatabase({ schema: 'unused' });
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  return { test, client, close: async () => { await client.end(); await test.close(); } };
}

const states = readdirSync(STATES).sort().flatMap((date) => readdirSync(`${STATES}${date}`).map((file) => ({ date, name: file.replace('.sql', ''), file: `${STATES}${date}/${file}` })));

it('every service has a state to begin with', () => {
  expect([...new Set(states.map((s) => s.name))].sort()).toEqual(Object.keys(SERVICES).sort());
});

describe.each(states)('$name as it was on $date', ({ name, file }) => {
  const schema = name.replace('-', '_');
  const service = SERVICES[name] as Service;
  let old: Awaited<ReturnType<typeof emptyDatabase>>;
  let environment: Record<string, string>;
  let tables: Awaited<ReturnType<typeof tablesOf>>;

  beforeAll(async () => {
    old = await emptyDatabase();
    environment = environmentOf(old.test.url);
    await old.client.query(readFileSync(file, 'utf8'));
    await old.client.query('reset search_path');
    tables = await tablesOf(old.client, schema);
  });
  afterAll(() => old?.close());

  it('keeps every row of every table, takes what the version before still writes, and starts', async () => {
    expect(tables.length).toBeGreaterThan(3);
    await fill(old.client, schema, tables, 1);
    const before = await rowsOf(old.client, schema, tables);
    await service.migrate(environment);
    expect(await rowsOf(old.client, schema, tables)).toEqual(before);
    for (const rows of Object.values(before)) expect(rows).toHaveLength(1);
    // As the version before does, which knows only the columns of its time.
    await fill(old.client, schema, tables, 2);
    // A service that cannot publish is not ready, and there is no such topic as a made-up row names.
    if (tables.some((t) => t.name === 'outbox')) await old.client.query(`delete from ${schema}.outbox`);
    const running = await service.start(environment);
    try {
      await waitFor(async () => (await fetch(`http://127.0.0.1:${running.httpPort}/readyz`)).ok, { what: `${name} to be ready`, timeoutMs: 10_000 });
    } finally {
      await running.stop();
    }
  });

  it('has the schema of a new installation afterwards: no migration was edited that had run already', async () => {
    const fresh = await emptyDatabase();
    try {
      await service.migrate(environmentOf(fresh.test.url));
      expect(await describeSchema(old.client, schema)).toEqual(await describeSchema(fresh.client, schema));
    } finally {
      await fresh.close();
    }
  });
});
