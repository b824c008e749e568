import { crmWriter, matching, TOPICS } from '@signalbox/contracts';
import { messagingMigrations, Outbox, OutboxRelay, PostgresLogBroker } from '@signalbox/platform-messaging';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { waitFor } from '@signalbox/testing';
import { ACCOUNTS_GROUP, OPPORTUNITIES_GROUP } from '../adapters/events/crm-consumers.ts';

export type RecordsTold = Omit<Parameters<typeof crmWriter.CrmRecordsChanged.fromPartial>[0], 'workspaceId'>;
export type AccountsTold = Omit<Parameters<typeof matching.CompanyAccountsChanged.fromPartial>[0], 'workspaceId'>;
export type Progress = 'OPEN' | 'WON' | 'LOST';

/** A deal as crm-writer tells it. */
export const deal = (crmId: string, accountId: string, progress: Progress, more: { deleted?: boolean } = {}) => ({ crmId, object: 'Opportunity', accountId, progress: crmWriter.Progress[progress], ...more });

/** Tells what crm-writer and matching tell, from a database and an outbox of its own, over the broker of the harness. */
export class CrmTeller {
  private readonly outbox = new Outbox();

  private constructor(private readonly own: TestDatabase, private readonly broker: PostgresLogBroker, private readonly relay: OutboxRelay) {}

  static async open(brokerUrl: string): Promise<CrmTeller> {
    const own = await testDatabase({ schema: 'teller', migrations: [...messagingMigrations] });
    const broker = await PostgresLogBroker.open({ url: brokerUrl, pollMs: 100 });
    await broker.createTopics(Object.values(TOPICS));
    const relay = new OutboxRelay({ database: own.database, broker, pollMs: 100 });
    await relay.start();
    return new CrmTeller(own, broker, relay);
  }

  async records(workspaceId: string, ...messages: RecordsTold[]): Promise<void> {
    await this.own.database.transaction((tx) => this.outbox.add(tx, TOPICS.crmRecordsChanged, messages.map((m) => crmWriter.CrmRecordsChanged.fromPartial({ workspaceId, connectionId: 'sf', object: 'Opportunity', ...m }))));
  }

  async accounts(workspaceId: string, ...messages: AccountsTold[]): Promise<void> {
    await this.own.database.transaction((tx) => this.outbox.add(tx, TOPICS.companyAccountsChanged, messages.map((m) => matching.CompanyAccountsChanged.fromPartial({ workspaceId, connectionId: 'sf', ...m }))));
  }

  /** Waits until everything told has been taken in. */
  async heard(): Promise<void> {
    await waitFor(async () => (await this.own.database.query('select 1 from outbox limit 1')).length === 0, { what: 'everything to be told' });
    await waitFor(async () => {
      const lags = [...await this.broker.lag(OPPORTUNITIES_GROUP, [TOPICS.crmRecordsChanged.name]), ...await this.broker.lag(ACCOUNTS_GROUP, [TOPICS.companyAccountsChanged.name])];
      return lags.every(({ lag }) => lag === 0);
    }, { what: 'everything to be taken in' });
  }

  async close(): Promise<void> {
    await this.relay.stop();
    await this.broker.close();
    await this.own.close();
  }
}
