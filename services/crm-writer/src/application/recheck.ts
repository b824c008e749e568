import { isSignalboxError } from '@signalbox/kernel';
import type { ConnectorSession } from '@signalbox/connectors-sdk';
import type { Change, ChangeBatch, ChangeOutcome } from '../domain/changes.ts';
import type { Connection } from '../domain/connection.ts';
import type { Matching, Mirror } from './ports.ts';
import type { RefreshMirror } from './refresh-mirror.ts';

/**
 * CNA-8: the look at the CRM at the moment of writing. One cheap query asks for what others have added since the mirror
 * last looked; only when the mirror knows of news since the plan is matching asked again.
 */
export class Recheck {
  constructor(private readonly mirror: Mirror, private readonly matching: Matching, private readonly refresh: RefreshMirror) {}

  /** Outcomes of the changes whose company has appeared in the CRM since the plan was made. */
  async run(connection: Connection, session: ConnectorSession, batch: ChangeBatch, changes: readonly Change[]): Promise<ChangeOutcome[]> {
    const asked = changes.filter((change) => change.identity !== undefined);
    if (asked.length === 0) return [];
    await this.lookForNews(connection, session, batch);
    const news = await this.mirror.newsAfter(batch, batch.plannedAtSequence);
    if (news === undefined) return [];
    await this.matching.waitFor(batch.workspaceId, batch.connectionId, news);
    const found = await this.matching.find(batch.workspaceId, batch.connectionId, asked);
    return asked.flatMap((change): ChangeOutcome[] => {
      const match = found.get(change.changeId);
      if (!match) return [];
      const message = `An account for this company has appeared in the CRM since the preview: ${match.crmId}. ${match.reason}`.trim();
      return [{ changeId: change.changeId, state: 'skipped', crmId: match.crmId, code: 'appeared_since_preview', message }];
    });
  }

  private async lookForNews(connection: Connection, session: ConnectorSession, batch: ChangeBatch): Promise<void> {
    const known = await this.mirror.position(batch);
    if (!known?.position || !known.pulledAt) {
      await this.refresh.run(connection, batch.object);
      return;
    }
    const exceptWithField = known.fields.includes(batch.externalIdField) ? batch.externalIdField : undefined;
    try {
      const page = await session.changedSince(batch.object, { position: known.recheckPosition ?? known.position, fields: known.fields, exceptWithField });
      // With nothing new there is nothing to note: the next look begins where this one did.
      if (page.records.length > 0) await this.mirror.takeNews(batch, page.records, page.position);
    } catch (error) {
      // A field that the mirror asks for may be gone: a pull begins with the CRM's present description.
      if (!isSignalboxError(error) || error.kind !== 'Invalid') throw error;
      await this.refresh.run(connection, batch.object);
    }
  }
}
