import type { ConnectorSession } from '@signalbox/connectors-sdk';
import { isSignalboxError } from '@signalbox/kernel';
import type { ChangeBatch } from '../domain/changes.ts';
import type { Connection } from '../domain/connection.ts';
import type { Mirror } from './ports.ts';
import type { RefreshMirror } from './refresh-mirror.ts';
import type { SharedLooks } from './shared-looks.ts';

/** Batches of a run that begin so soon after a look share it, in milliseconds. */
const SHARED_FOR_MS = 2_000;

/**
 * The look at the CRM at the moment of writing: one cheap query for what has changed since the mirror last looked, into the mirror. One serves the
 * batches of a run that begin within two seconds (deploy/decisions/2026-11-23-batches-of-a-run-share-a-look-for-two-seconds.md).
 */
export class LookForNews {
  constructor(private readonly mirror: Mirror, private readonly refresh: RefreshMirror, private readonly looks: SharedLooks) {}

  /** What others have added: records that carry our own key are left out. */
  async added(connection: Connection, session: ConnectorSession, batch: ChangeBatch): Promise<void> {
    await this.shared(connection, session, batch, true);
  }

  /** Whatever has changed; of what we made, too. Deletions are not among it: the write itself says so. */
  async changed(connection: Connection, session: ConnectorSession, batch: ChangeBatch): Promise<void> {
    await this.shared(connection, session, batch, false);
  }

  /** Whoever made the look may have been told to stop meanwhile: then each looks for itself. */
  private async shared(connection: Connection, session: ConnectorSession, batch: ChangeBatch, withoutOurs: boolean): Promise<void> {
    const what = JSON.stringify([batch.workspaceId, batch.connectionId, batch.runId, batch.object, withoutOurs ? batch.externalIdField : null]);
    // What is deleted cannot be had back as it was.
    const freshMs = batch.operation === 'delete' ? 0 : SHARED_FOR_MS;
    try {
      await this.looks.run(what, freshMs, () => this.look(connection, session, batch, withoutOurs));
    } catch (error) {
      if (!isSignalboxError(error) || error.code !== 'connector.stopping') throw error;
      await this.look(connection, session, batch, withoutOurs);
    }
  }

  private async look(connection: Connection, session: ConnectorSession, batch: ChangeBatch, withoutOurs: boolean): Promise<void> {
    const known = await this.mirror.position(batch);
    if (!known?.position || !known.pulledAt) {
      await this.refresh.run(connection, batch.object);
      return;
    }
    const exceptWithField = withoutOurs && known.fields.includes(batch.externalIdField) ? batch.externalIdField : undefined;
    // A look that left something out says nothing of where one may begin that leaves nothing out.
    const since = withoutOurs ? known.recheckPosition : known.checkPosition;
    try {
      const page = await session.changedSince(batch.object, { position: since ?? known.position, fields: known.fields, exceptWithField });
      // With nothing new there is nothing to note: the next look begins where this one did.
      if (page.records.length === 0) return;
      if (withoutOurs) await this.mirror.takeNews(batch, page.records, page.position);
      else await this.mirror.takeChecked(batch, page.records, page.position);
    } catch (error) {
      // A field that the mirror asks for may be gone: a pull begins with the CRM's present description.
      if (!isSignalboxError(error) || error.kind !== 'Invalid') throw error;
      await this.refresh.run(connection, batch.object);
    }
  }
}
