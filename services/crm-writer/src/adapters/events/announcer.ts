import { crmWriter, TOPICS } from '@signalbox/contracts';
import type { Outbox } from '@signalbox/platform-messaging';
import type { Transaction } from '@signalbox/platform-postgres';
import type { Announcer } from '../../application/ports.ts';
import type { ChangeBatch, SettledChange } from '../../domain/changes.ts';
import { OUTCOME, toCounts, toFieldChange } from '../grpc/messages.ts';

export class EventAnnouncer implements Announcer {
  constructor(private readonly outbox: Outbox) {}

  async batchCompleted(tx: Transaction, batch: ChangeBatch, results: readonly SettledChange[], calls: Record<string, number>): Promise<void> {
    const companies = new Map(batch.changes.map((c) => [c.changeId, c.companyId]));
    const message = crmWriter.ChangeBatchCompleted.fromPartial({
      workspaceId: batch.workspaceId, runId: batch.runId, batchId: batch.batchId, connectionId: batch.connectionId, object: batch.object,
      results: results.map((r) => ({
        changeId: r.changeId, companyId: companies.get(r.changeId) ?? '', outcome: OUTCOME[r.state], crmId: r.crmId, code: r.code, message: r.message, beforeImage: r.beforeImage.map(toFieldChange),
      })),
      apiCalls: toCounts(calls),
    });
    await this.outbox.add(tx, TOPICS.changeBatchCompleted, [message]);
  }
}
