import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { Database, type MigrationClass } from '../database.ts';
import { quoteName } from '../parameters.ts';
import { sharedPart } from './shared-part.ts';

export interface TestDatabaseOptions {
  /** Run once per run of jest into a template, which every database of the same migrations is copied from. */
  migrations?: MigrationClass[];
  /** Default 'test'. */
  schema?: string;
  /** Default 4. */
  poolSize?: number;
}

export interface TestDatabase {
  /** Address of the database, for code that opens its own connections. Open them on the same schema. */
  url: string;
  database: Database;
  /** Closes `database` and drops the whole database, whoever is still connected. */
  close(): Promise<void>;
}

/** Address of the PostgreSQL server of this test run: TEST_POSTGRES_URL, or the embedded one that the run shares. */
export async function testPostgresUrl(): Promise<string> {
  const given = process.env.TEST_POSTGRES_URL;
  if (given) return given;
  const part = await sharedPart<{ url: string }>('postgres');
  if (!part) throw new Error('Tests need a PostgreSQL: run them with jest\'s root configuration, or set TEST_POSTGRES_URL.');
  return part.url;
}

/** A migrated database of its own: call it once per spec file, and `close` it in afterAll. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { migrations = [], schema = 'test' } = options;
  const server = await testPostgresUrl();
  const template = await migratedTemplate(server, migrations, schema);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(server, (client) => client.query(`create database ${quoteName(name)} template ${quoteName(template)}`));
  const url = withDatabase(server, name);
  const database = await Database.open({ url, schema, migrations, poolSize: options.poolSize, applicationName: 'spec' });
  return {
    url,
    database,
    close: async () => {
      await database.close();
      await onServer(server, (client) => client.query(`drop database if exists ${quoteName(name)} with (force)`));
    },
  };
}

/** The template of these migrations, made by whoever comes first; a half-made one never carries the final name. */
async function migratedTemplate(server: string, migrations: MigrationClass[], schema: string): Promise<string> {
  const hash = createHash('sha256').update(schema);
  for (const migration of migrations) hash.update(migration.name).update(migration.toString());
  const name = `template_${hash.digest('hex').slice(0, 24)}`;
  await onServer(server, async (client) => {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount) return;
    const half = `half_${name}`;
    await client.query(`drop database if exists ${quoteName(half)} with (force)`);
    await client.query(`create database ${quoteName(half)}`);
    const database = await Database.open({ url: withDatabase(server, half), schema, migrations, poolSize: 2 });
    try {
      await database.migrate();
    } finally {
      await database.close();
    }
    await client.query(`alter database ${quoteName(half)} rename to ${quoteName(name)}`);
  });
  return name;
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.toString();
}
