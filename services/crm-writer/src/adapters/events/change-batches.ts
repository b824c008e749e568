import { crmWriter, type orchestrations, TOPICS } from '@signalbox/contracts';
import { invalid, retryable } from '@signalbox/kernel';
import { consume, consumeWithEffects, type Broker, type Outcome, type Subscription } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import type { Logger } from '@signalbox/platform-telemetry';
import type { ClaimRecords } from '../../application/claim-records.ts';
import type { ConnectionStore } from '../../application/ports.ts';
import type { WriteBatch } from '../../application/write-batch.ts';
import type { ChangeBatch, WriteOperation } from '../../domain/changes.ts';

export interface BatchConsumerParts {
  database: Database;
  broker: Broker;
  logger: Logger;
  connections: ConnectionStore;
  write: WriteBatch;
  claims: ClaimRecords;
  /** Provider of this deployment; empty for all. */
  provider: string;
  concurrency: number;
  onOutcome(outcome: Outcome): void;
}

/** One group per deployment, so that each provider's batches have a lag and replicas of their own. */
export const groupOf = (provider: string): string => (provider ? `crm-writer.${provider}` : 'crm-writer');

/** Held by whoever is at work on a batch. */
export const batchLock = ({ workspaceId, batchId }: Pick<ChangeBatch, 'workspaceId' | 'batchId'>): string => `crm-writer batch ${workspaceId} ${batchId}`;

const BUSY_RETRY_MS = 1_000;

const { ChangeOperation } = crmWriter;
/** Operations that can be written, by the contract's names. */
export const OPERATIONS: Partial<Record<crmWriter.ChangeOperation, WriteOperation>> = {
  [ChangeOperation.CREATE]: 'create', [ChangeOperation.UPDATE]: 'update', [ChangeOperation.DELETE]: 'delete', [ChangeOperation.CONVERT]: 'convert',
};

export function readBatch(message: orchestrations.ChangeBatchRequested): ChangeBatch {
  const operation = OPERATIONS[message.operation];
  if (!operation) {
    throw invalid('crm_writer.operation_unknown', `The change batch ${message.batchId} names no operation that can be written.`, { field: 'operation' });
  }
  return {
    workspaceId: message.workspaceId, batchId: message.batchId, runId: message.runId, connectionId: message.connectionId, object: message.object,
    operation, externalIdField: message.externalIdField, plannedAtSequence: message.plannedAtSequence, checkBefore: message.checkBefore,
    changes: message.changes.map((change) => ({
      changeId: change.changeId, companyId: change.companyId, crmId: change.crmId,
      fields: change.fields.map((f) => ({ field: f.field, before: f.before, after: f.clear ? null : f.after })),
      identity: change.identity && { name: change.identity.name, website: change.identity.website, country: change.identity.country },
      conversion: change.conversion && { accountId: change.conversion.accountId, contactId: change.conversion.contactId, status: change.conversion.status },
    })),
  };
}

async function isOurs(parts: BatchConsumerParts, message: orchestrations.ChangeBatchRequested): Promise<boolean> {
  if (!parts.provider) return true;
  const provider = message.provider || (await parts.connections.find(message.workspaceId, message.connectionId))?.provider;
  return provider === parts.provider;
}

/** Takes change batches off their topic and has them written, batches of one lane one after the other; and notes which runs were cancelled (ORC-9). */
export async function followChangeBatches(parts: BatchConsumerParts): Promise<Subscription> {
  // First, so that a restart knows of cancellations before it goes on with batches.
  const cancellations = await followCancellations(parts);
  try {
    const batches = await followRequests(parts);
    return { stop: async () => { await Promise.all([batches.stop(), cancellations.stop()]); } };
  } catch (error) {
    await cancellations.stop();
    throw error;
  }
}

/** Deployments of several providers share the database, so one of them taking an event is enough. */
function followCancellations({ database, broker, logger }: BatchConsumerParts): Promise<Subscription> {
  return consume({
    database, broker, logger, group: 'crm-writer.cancellations', topic: TOPICS.runCancelled,
    async handle({ workspaceId, runId, cancelledAt }, { tx }) {
      await tx.execute('insert into cancelled_runs (workspace_id, run_id, cancelled_at) values ($1, $2, $3) on conflict do nothing', [workspaceId, runId, cancelledAt ?? new Date()]);
    },
  });
}

function followRequests(parts: BatchConsumerParts): Promise<Subscription> {
  const { database, broker, logger, concurrency } = parts;
  return consumeWithEffects({
    database, broker, logger, concurrency, group: groupOf(parts.provider), topic: TOPICS.changeBatchRequested, onOutcome: parts.onOutcome,
    async handle(message, context) {
      if (!(await isOurs(parts, message))) return;
      const batch = readBatch(message);
      // The same batch may come under two event ids; two at work on it at once would not see each other's intents in time.
      const taken = await database.tryAdvisoryLock(batchLock(batch), (lock) => {
        const signal = AbortSignal.any([lock.signal, context.signal]);
        return parts.claims.during(batch, signal, () => parts.write.run(batch, { signal, complete: (work) => context.complete(work) }));
      });
      if (!taken) throw retryable('crm_writer.batch_in_progress', 'Another process is at work on this batch.', BUSY_RETRY_MS);
    },
  });
}
