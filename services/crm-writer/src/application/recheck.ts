import type { ConnectorSession } from '@signalbox/connectors-sdk';
import type { Change, ChangeBatch, ChangeOutcome } from '../domain/changes.ts';
import type { Connection } from '../domain/connection.ts';
import type { LookForNews } from './look-for-news.ts';
import type { Matching, Mirror } from './ports.ts';

/**
 * CNA-8: the look at the CRM at the moment of writing. One cheap query asks for what others have added since the mirror
 * last looked; only when the mirror knows of news since the plan is matching asked again.
 */
export class Recheck {
  constructor(private readonly mirror: Mirror, private readonly matching: Matching, private readonly news: LookForNews) {}

  /** Outcomes of the changes whose company has appeared in the CRM since the plan was made. */
  async run(connection: Connection, session: ConnectorSession, batch: ChangeBatch, changes: readonly Change[]): Promise<ChangeOutcome[]> {
    const asked = changes.filter((change) => change.identity !== undefined);
    if (asked.length === 0) return [];
    await this.news.added(connection, session, batch);
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
}
