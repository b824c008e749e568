import type { Database } from '@signalbox/platform-postgres';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Broker } from '../broker.ts';
import { messagingMigrations } from '../inbox/held-migration.ts';
import { type BrokerDescription, openBroker } from './open-broker.ts';
import { startProcess, type TestProcess } from './child-process.ts';
import type { ProcessTask } from './process-main.ts';

class CreateEffects1770000000000 implements MigrationInterface {
  name = 'CreateEffects1770000000000';

  async up(runner: QueryRunner): Promise<void> {
    // No key: an effect that happens twice shows as two rows.
    await runner.query('create table effect (at bigint generated always as identity, entity text not null, n int not null)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table effect');
  }
}

export const SCHEMA = 'service';

/** The database, the broker, and everything a test starts, ended after the test in reverse order. */
export class SuiteContext {
  database!: Database;
  databaseUrl!: string;
  description!: BrokerDescription;
  private test!: TestDatabase;
  private readonly endings: (() => Promise<unknown>)[] = [];

  async begin(describeBroker: (databaseUrl: string) => Promise<BrokerDescription>): Promise<void> {
    this.test = await testDatabase({ migrations: [...messagingMigrations, CreateEffects1770000000000], schema: SCHEMA, poolSize: 10 });
    this.database = this.test.database;
    this.databaseUrl = this.test.url;
    this.description = await describeBroker(this.test.url);
  }

  async end(): Promise<void> {
    await this.test.close();
  }

  /** A broker connection of its own, as another process would have. */
  async broker(): Promise<Broker> {
    const broker = await openBroker(this.description);
    this.after(() => broker.close());
    return broker;
  }

  process(task: Pick<ProcessTask, 'role' | 'group' | 'topic'>): TestProcess {
    const started = startProcess({ ...task, broker: this.description, databaseUrl: this.databaseUrl, schema: SCHEMA });
    this.after(() => started.kill());
    return started;
  }

  /** Ended after the test. */
  after(ending: () => Promise<unknown>): void {
    this.endings.push(ending);
  }

  async endTest(): Promise<void> {
    for (const ending of this.endings.splice(0).reverse()) await ending();
    for (const table of ['effect', 'outbox', 'inbox', 'parked_messages', 'held_messages']) await this.database.execute(`delete from ${table}`);
  }

  async effects(): Promise<string[]> {
    return (await this.database.query<{ entity: string; n: number }>('select entity, n from effect order by at')).map((row) => `${row.entity} ${row.n}`);
  }
}
