import { asSignalboxError, conflict } from '@signalbox/kernel';
import { CallCounter, objectOf } from '@signalbox/connectors-sdk';
import type { Transaction } from '@signalbox/platform-postgres';
import { rowOf, type ChangeBatch, type ChangeOutcome, type OpenIntent, type SettledChange } from '../domain/changes.ts';
import type { Connection } from '../domain/connection.ts';
import { ownWrites } from '../domain/mirror.ts';
import { assignFound, settledByAsking, type Settled } from './outcomes.ts';
import type { BatchParts } from './write-batch.ts';

export interface GivingUp {
  signal: AbortSignal;
  /** Why the batch was put aside, in words. */
  reason: string;
  /** Gives the message up together with what `work` stores. */
  complete(work: (tx: Transaction) => Promise<void>): Promise<void>;
}

type Parts = Pick<BatchParts, 'connections' | 'sessions' | 'ledger' | 'announcer' | 'manifestOf' | 'settleQuietMs' | 'onWritten' | 'onCalls'>;

/** What cannot be stored may be what the batch was put aside for: its lines are kept without what should have been written. */
const emptied = (batch: ChangeBatch): ChangeBatch => ({ ...batch, changes: batch.changes.map((c) => ({ ...c, companyId: '', crmId: '', fields: [], identity: undefined })) });

/**
 * Ends a batch that cannot be written, without losing a record or guessing: what has an outcome is reported as it is, writes
 * whose answer was lost are settled by asking the CRM, and everything that is certainly not written fails with the reason.
 */
export class GiveUpBatch {
  constructor(private readonly parts: Parts) {}

  /** @throws Conflict `crm_writer.give_up.unsettled` when the CRM cannot be asked, or may still get a write: nothing is given up then */
  async run(batch: ChangeBatch, giving: GivingUp): Promise<SettledChange[]> {
    const { ledger, announcer, connections } = this.parts;
    const connection = await connections.find(batch.workspaceId, batch.connectionId);
    const open = await ledger.openOf(batch);
    const counter = new CallCounter();
    if (connection && open.length > 0) await this.settle(batch, connection, open, counter, giving.signal);
    const begun = await ledger.begin(emptied(batch), new Map());
    const unasked = new Set(connection ? [] : open.map((o) => o.changeId));
    const rest = [...begun.fresh, ...begun.open].map(({ changeId }) => failed(changeId, giving.reason, unasked.has(changeId)));
    await ledger.record(batch, rest, []);
    const calls = counter.take();
    let results: SettledChange[] = [];
    await giving.complete(async (tx) => {
      await ledger.addCalls(tx, batch, calls);
      results = await ledger.settledOf(tx, batch);
      await announcer.batchCompleted(tx, batch, results, await ledger.callsOf(tx, batch));
    });
    const provider = connection?.provider ?? '';
    this.parts.onWritten(provider, rest);
    this.parts.onCalls(provider, calls);
    return results;
  }

  private async settle(batch: ChangeBatch, connection: Connection, open: readonly OpenIntent[], counter: CallCounter, signal: AbortSignal): Promise<void> {
    const settled = await this.ask(batch, connection, open, counter, signal);
    const byId = new Map(batch.changes.map((c) => [c.changeId, c]));
    const identity = objectOf(this.parts.manifestOf(connection.provider), batch.object)?.identity;
    const outcomes = settled.found.map((f) => settledByAsking(f, batch.operation));
    if (outcomes.length > 0) await this.parts.ledger.record(batch, outcomes, ownWrites(batch.operation, outcomes, byId, identity));
    this.parts.onWritten(connection.provider, outcomes);
    if (settled.open.length > 0) throw unsettled(settled.open.length, 'they may still appear there.', 'Try again in a minute.');
  }

  private async ask(batch: ChangeBatch, connection: Connection, open: readonly OpenIntent[], counter: CallCounter, signal: AbortSignal): Promise<Settled> {
    const byId = new Map(batch.changes.map((c) => [c.changeId, c]));
    try {
      const session = (await this.parts.sessions.open(connection)).forWork({ counter, signal, purpose: 'write' });
      const rows = open.map((intent) => ({ ...rowOf(byId.get(intent.changeId)!, batch.operation), attemptedAt: intent.attemptedAt }));
      const answers = await session.settle({ object: batch.object, operation: batch.operation, rows, externalIdField: batch.externalIdField, quietMs: this.parts.settleQuietMs });
      const crmIds = answers.flatMap((a) => a.crmIds);
      const claimed = batch.operation === 'create' ? await this.parts.ledger.claimed(batch, crmIds, open.map((o) => o.changeId)) : new Set<string>();
      return assignFound(answers, claimed);
    } catch (thrown) {
      const error = asSignalboxError(thrown);
      throw unsettled(open.length, `it could not be asked: ${error.publicMessage}`, 'Mend the connection, then try again.', error);
    }
  }
}

const unsettled = (count: number, why: string, remedy: string, cause?: Error) => conflict('crm_writer.give_up.unsettled',
  `The CRM's answer to ${count} of the writes was lost, and ${why} Nothing was given up. ${remedy}`, { field: 'id', cause });

function failed(changeId: string, reason: string, unasked: boolean): ChangeOutcome {
  const message = unasked
    ? 'The answer to this write was lost, and the connection was deleted before the CRM could be asked. Look for the record in the CRM.'
    : `Its batch was given up, and this record was not written. The batch was held up because: ${reason}`;
  return { changeId, state: 'failed', crmId: '', code: unasked ? 'connection_missing' : 'given_up', message };
}
