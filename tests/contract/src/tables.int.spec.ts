import { crmWriterSettings, migrateCrmWriter } from '@signalbox/crm-writer';
import { gatewaySettings, migrateGateway } from '@signalbox/gateway';
import { matchingSettings, migrateMatching } from '@signalbox/matching';
import { migrateOrchestrations, orchestrationsSettings } from '@signalbox/orchestrations';
import { readConfig, type ConfigDefinition, type ConfigOf } from '@signalbox/platform-config';
import { PostgresLogBroker } from '@signalbox/platform-messaging';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { migrateScheduler, schedulerSettings } from '@signalbox/scheduler';
import { migrateSegments, segmentsSettings } from '@signalbox/segments';
import { readServiceSettings } from '@signalbox/dev/settings';

interface Table {
  /** schema.table */
  name: string;
  columns: string[];
  /** Columns of the primary key, in its order. */
  key: string[];
}

/** Tables whose rows belong to no workspace, or are not yet known to: each with its reason. */
const WITHOUT_WORKSPACE: Record<string, string> = {
  'gateway.sign_in_failures': 'counts attempts by address before anyone is known to belong to a workspace',
  'matching.index_keys': 'begins with a space, which is one connection of one workspace: the row of matching.index_positions that has it',
  'matching.index_words': 'begins with a space, as matching.index_keys',
  'matching.index_pending': 'begins with a space, as matching.index_keys',
  'broker.topic': 'the catalogue of topics, as a Kafka cluster has one',
  'broker.partition': 'where a partition begins and ends: transport that workspaces share',
  'broker.record': 'an event in transit; its key begins with its workspace, as on Kafka',
  'broker.member': 'which processes read a topic: transport that workspaces share',
  'broker.group_partition': 'how far a group has read: transport that workspaces share',
};

/** Services that keep nothing, with where what they work on is kept. */
const WITHOUT_TABLES: Record<string, string> = {
  'lead-conversion': 'plans for orchestrations, which keeps definitions, plans and runs',
};

const TABLES = `
  select t.table_schema || '.' || t.table_name as name,
    (select array_agg(c.column_name::text order by c.ordinal_position) from information_schema.columns c
      where c.table_schema = t.table_schema and c.table_name = t.table_name) as columns,
    coalesce((select array_agg(k.column_name::text order by k.ordinal_position)
      from information_schema.table_constraints p join information_schema.key_column_usage k using (constraint_schema, constraint_name)
      where p.table_schema = t.table_schema and p.table_name = t.table_name and p.constraint_type = 'PRIMARY KEY'), '{}') as key
  from information_schema.tables t
  where t.table_type = 'BASE TABLE' and t.table_schema not in ('pg_catalog', 'information_schema')
  order by 1`;

let test: TestDatabase;
let tables: Table[];
const migrated = new Set<string>();

beforeAll(async () => {
  test = await testDatabase({ schema: 'unused' });
  const key = '5b'.repeat(32);
  const environment = { SIGNALBOX_DATABASE_URL: test.url, SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: test.url, SIGNALBOX_SERVICE_KEY: key, SIGNALBOX_SECRETS_KEY: key };
  const migrate = async <D extends ConfigDefinition>(name: string, settings: D, run: (config: ConfigOf<D>) => Promise<string[]>) => {
    expect(await run(readConfig(settings, environment))).not.toEqual([]);
    migrated.add(name);
  };
  await migrate('gateway', gatewaySettings, migrateGateway);
  await migrate('segments', segmentsSettings, migrateSegments);
  await migrate('matching', matchingSettings, migrateMatching);
  await migrate('orchestrations', orchestrationsSettings, migrateOrchestrations);
  await migrate('crm-writer', crmWriterSettings, migrateCrmWriter);
  await migrate('scheduler', schedulerSettings, migrateScheduler);
  await (await PostgresLogBroker.open({ url: test.url })).close();
  // TypeORM's own list of what has run.
  tables = (await test.database.query<Table>(TABLES)).filter(({ name }) => !name.endsWith('.migrations'));
}, 120_000);
afterAll(() => test?.close());

describe('every table of every service', () => {
  it('is looked at here', async () => {
    expect([...migrated, ...Object.keys(WITHOUT_TABLES)].sort()).toEqual((await readServiceSettings()).map(({ name }) => name).sort());
    expect(new Set(tables.map(({ name }) => name.split('.')[0]))).toEqual(new Set([...[...migrated].map((name) => name.replaceAll('-', '_')), 'broker']));
  });

  it('carries the workspace first, or is left out with a reason', () => {
    expect(tables.filter(({ name, columns }) => columns[0] !== 'workspace_id' && !(name in WITHOUT_WORKSPACE)).map(({ name }) => name)).toEqual([]);
  });

  it('is keyed by the workspace first, so that it can be split by it', () => {
    expect(tables.filter(({ name, key }) => key[0] !== 'workspace_id' && !(name in WITHOUT_WORKSPACE)).map(({ name, key }) => `${name} (${key.join(', ')})`)).toEqual([]);
  });

  it('that is left out exists, and has no workspace', () => {
    const without = tables.filter(({ columns }) => !columns.includes('workspace_id')).map(({ name }) => name);
    expect(Object.keys(WITHOUT_WORKSPACE).sort()).toEqual(without.sort());
  });
});
