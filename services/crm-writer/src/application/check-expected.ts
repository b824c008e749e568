import type { ConnectorSession } from '@signalbox/connectors-sdk';
import type { Change, ChangeBatch, ChangeOutcome } from '../domain/changes.ts';
import type { Connection } from '../domain/connection.ts';
import { departure } from '../domain/expected.ts';
import type { LookForNews } from './look-for-news.ts';
import type { Mirror } from './ports.ts';

/** ORC-11: right before the write, the records that somebody has changed since this was planned are found, by one query for the batch. */
export class CheckExpected {
  constructor(private readonly mirror: Mirror, private readonly news: LookForNews) {}

  /** Outcomes of the changes whose record is no longer what it was when they were planned. */
  async run(connection: Connection, session: ConnectorSession, batch: ChangeBatch, changes: readonly Change[]): Promise<ChangeOutcome[]> {
    await this.news.changed(connection, session, batch);
    const standing = await this.mirror.standing(batch, changes.map((c) => c.crmId));
    return changes.map((change) => departure(change, batch.operation, standing.get(change.crmId), batch.plannedAtSequence)).filter((o) => o !== undefined);
  }
}
