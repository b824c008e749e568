import { objectOf, type ConnectorManifest } from '@signalbox/connectors-sdk';
import type { Connection } from '../domain/connection.ts';
import type { AccountRecord, AccountRecords, Sessions } from './ports.ts';
import type { RefreshMirror } from './refresh-mirror.ts';

/** Enough to say what there is. */
const MOST_EACH = 5;

/**
 * What belongs to accounts: contacts, opportunities and whatever else names its account. Where such an object is mirrored the mirror
 * says it; where it is not the CRM is asked, since whoever deletes an account must know what would go with it.
 */
export class RecordsOfAccounts {
  constructor(private readonly mirrored: AccountRecords, private readonly sessions: Sessions, private readonly refreshing: RefreshMirror, private readonly manifestOf: (provider: string) => ConnectorManifest) {}

  /** Brings those of the mirrors up to date that there are. */
  async refresh(connection: Connection): Promise<void> {
    for (const object of await this.mirrored.objects(connection, this.belonging(connection))) await this.refreshing.run(connection, object);
  }

  /** At most five of each object and account. */
  async find(connection: Connection, accountIds: readonly string[]): Promise<AccountRecord[]> {
    const manifest = this.manifestOf(connection.provider);
    const objects = this.belonging(connection);
    const mirrored = new Set(await this.mirrored.objects(connection, objects));
    const found: AccountRecord[] = [];
    for (const object of objects) {
      const field = objectOf(manifest, object)!.account!;
      found.push(...(mirrored.has(object) ? await this.mirrored.of(connection, object, field, accountIds, MOST_EACH) : await this.ask(connection, object, field, accountIds)));
    }
    return found;
  }

  private belonging(connection: Connection): string[] {
    return this.manifestOf(connection.provider).objects.filter((o) => o.account !== undefined).map((o) => o.name);
  }

  private async ask(connection: Connection, object: string, field: string, accountIds: readonly string[]): Promise<AccountRecord[]> {
    const session = (await this.sessions.open(connection)).forWork({ purpose: 'read' });
    const records = await session.lookup(object, { field, values: accountIds, fields: [field] });
    const count = new Map<string, number>();
    return records.flatMap((record): AccountRecord[] => {
      const accountId = record.fields[field] ?? '';
      const n = (count.get(accountId) ?? 0) + 1;
      count.set(accountId, n);
      return n <= MOST_EACH ? [{ accountId, object, crmId: record.id, name: record.name }] : [];
    });
  }
}
