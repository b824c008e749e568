import { TOPICS, crmWriter, type orchestrations, type types } from '@signalbox/contracts';
import { conflict } from '@signalbox/kernel';
import { discardParked, type ParkedMessage } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import type { GiveUpBatch } from '../../application/give-up-batch.ts';
import { OPERATIONS, batchLock, readBatch } from './change-batches.ts';

const { ChangeOperation } = crmWriter;

/** A batch of an operation that we do not know was never begun; under which name its records fail is all the same. */
function readable(payload: Uint8Array): orchestrations.ChangeBatchRequested {
  const message = TOPICS.changeBatchRequested.decode(payload);
  return OPERATIONS[message.operation] ? message : { ...message, operation: message.changes.some((c) => c.crmId) ? ChangeOperation.UPDATE : ChangeOperation.CREATE };
}

/** Gives up on a parked change batch: every record gets its outcome, and the message is done with in the same transaction. */
export const giveUpParked = (database: Database, giveUp: GiveUpBatch) => async (parked: ParkedMessage): Promise<types.NamedCount[]> => {
  const batch = readBatch(readable(parked.payload));
  const taken = await database.tryAdvisoryLock(batchLock(batch), ({ signal }) => giveUp.run(batch, {
    signal, reason: parked.reason,
    complete: (work) => database.transaction(async (tx) => {
      await discardParked(tx, parked);
      await work(tx);
    }),
  }));
  if (!taken) throw conflict('crm_writer.batch_in_progress', 'The batch is being written at this moment. Look again in a minute.', { field: 'id' });
  const counts = new Map<string, number>();
  for (const { state } of taken.result) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count }));
};
