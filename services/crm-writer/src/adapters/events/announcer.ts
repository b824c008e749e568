import { crmWriter, TOPICS } from '@signalbox/contracts';
import type { Outbox } from '@signalbox/platform-messaging';
import type { Transaction } from '@signalbox/platform-postgres';
import type { Announcer } from '../../application/ports.ts';
import type { Change, ChangeBatch, FieldValue, SettledChange } from '../../domain/changes.ts';
import { OUTCOME, toCounts, toFieldChange } from '../grpc/messages.ts';

/** Of a record that was deleted the ledger keeps everything; a message with a thousand such would be too large, so it has what the change names. */
function told(batch: ChangeBatch, result: SettledChange, change: Change | undefined): FieldValue[] {
  if (batch.operation !== 'delete') return result.beforeImage;
  const named = new Set(change?.fields.map((f) => f.field));
  return result.beforeImage.filter((f) => named.has(f.field));
}

export class EventAnnouncer implements Announcer {
  constructor(private readonly outbox: Outbox) {}

  async batchCompleted(tx: Transaction, batch: ChangeBatch, results: readonly SettledChange[], calls: Record<string, number>): Promise<void> {
    const byId = new Map(batch.changes.map((c) => [c.changeId, c]));
    const message = crmWriter.ChangeBatchCompleted.fromPartial({
      workspaceId: batch.workspaceId, runId: batch.runId, batchId: batch.batchId, connectionId: batch.connectionId, object: batch.object,
      results: results.map((r) => ({
        changeId: r.changeId, companyId: byId.get(r.changeId)?.companyId ?? '', outcome: OUTCOME[r.state], crmId: r.crmId, code: r.code, message: r.message, beforeImage: told(batch, r, byId.get(r.changeId)).map(toFieldChange), contactId: r.contactId,
      })),
      apiCalls: toCounts(calls),
    });
    await this.outbox.add(tx, TOPICS.changeBatchCompleted, [message]);
  }
}
