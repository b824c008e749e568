import { asSignalboxError, retryable, type Clock, type SignalboxError } from '@signalbox/kernel';
import { CallCounter, objectOf, type ConnectorManifest, type ConnectorSession } from '@signalbox/connectors-sdk';
import type { Transaction } from '@signalbox/platform-postgres';
import { rowOf, type Change, type ChangeBatch, type ChangeOutcome, type OpenIntent } from '../domain/changes.ts';
import type { Connection } from '../domain/connection.ts';
import { ownWrites, type OwnWrite } from '../domain/mirror.ts';
import { assignFound, settledByAsking, toOutcome } from './outcomes.ts';
import { isAboutConnection, type ConnectionHealth } from './connection-health.ts';
import type { Announcer, ConnectionStore, Ledger, Mirror, Sessions } from './ports.ts';
import type { CheckExpected } from './check-expected.ts';
import type { Recheck } from './recheck.ts';

export interface BatchContext {
  signal: AbortSignal;
  /** Ends the message together with what `work` stores. */
  complete(work: (tx: Transaction) => Promise<void>): Promise<void>;
}

export interface BatchParts {
  connections: ConnectionStore;
  sessions: Sessions;
  ledger: Ledger;
  mirror: Mirror;
  recheck: Recheck;
  expected: CheckExpected;
  health: ConnectionHealth;
  announcer: Announcer;
  manifestOf(provider: string): ConnectorManifest;
  clock: Clock;
  settleQuietMs: number;
  /** How long a batch waits whose connection a person must mend. */
  mendRetryMs: number;
  onWritten(provider: string, outcomes: readonly ChangeOutcome[]): void;
  onCalls(provider: string, calls: Record<string, number>): void;
}

/** Time before a batch is tried again of which an answer was lost. */
const LOST_RETRY_MS = 500;

const ANSWER_LOST = 'The answer to this write was lost, and the connection was deleted before the CRM could be asked. Look for the record in the CRM.';

/** One batch at work: what is left to do of it. */
interface Work {
  batch: ChangeBatch;
  connection: Connection;
  session: ConnectorSession;
  counter: CallCounter;
  byId: Map<string, Change>;
  /** Intents noted, nothing sent yet. */
  unsent: Set<string>;
}

/**
 * Writes a batch of changes with the ledger as its memory: intents first, then whatever was left open is settled by
 * asking, then the CRM is looked at again, then it is written, and each call's outcomes are on record before the next call.
 */
export class WriteBatch {
  constructor(private readonly parts: BatchParts) {}

  async run(batch: ChangeBatch, context: BatchContext): Promise<void> {
    const connection = await this.parts.connections.find(batch.workspaceId, batch.connectionId);
    if (!connection) return this.refuse(batch, context, 'connection_missing', 'The connection was deleted. Connect the CRM again and choose the new connection in the orchestration.');
    const counter = new CallCounter();
    const session = (await this.openSession(connection)).forWork({ counter, signal: context.signal, purpose: 'write' });
    const work: Work = { batch, connection, session, counter, byId: new Map(batch.changes.map((c) => [c.changeId, c])), unsent: new Set() };
    let last: ChangeOutcome[];
    try {
      last = await this.writeAll(work);
    } catch (thrown) {
      throw await this.putOff(work, asSignalboxError(thrown));
    }
    await this.finish(work, last, context);
  }

  private async openSession(connection: Connection): Promise<ConnectorSession> {
    try {
      return await this.parts.sessions.open(connection);
    } catch (thrown) {
      const error = asSignalboxError(thrown);
      await this.parts.health.failed(connection, error);
      throw this.patient(connection, error);
    }
  }

  /** Gives the outcomes of the last call, which are on record once the batch is finished. */
  private async writeAll(work: Work): Promise<ChangeOutcome[]> {
    const { ledger, mirror } = this.parts;
    const { batch } = work;
    const images = batch.operation === 'create' ? new Map<string, Record<string, string>>() : await mirror.valuesOf(batch, batch.changes.map((c) => c.crmId));
    const begun = await ledger.begin(batch, images);
    for (const change of begun.fresh) work.unsent.add(change.changeId);
    const absent = await this.settleOpen(work, begun.open);
    const waiting = [...begun.fresh, ...absent];
    if (begun.cancelled) return waiting.map(({ changeId }) => ({ changeId, state: 'skipped', crmId: '', code: 'cancelled', message: 'The run was cancelled before this record was written.' }));
    const rest = await this.withoutSkipped(work, waiting, begun.createdBefore);
    return this.send(work, rest);
  }

  /** Asks what became of intents without an outcome; gives those that are certainly not in the CRM. */
  private async settleOpen(work: Work, open: readonly OpenIntent[]): Promise<Change[]> {
    if (open.length === 0) return [];
    const { batch, session, byId } = work;
    const rows = open.map((intent) => ({ ...rowOf(byId.get(intent.changeId)!, batch.operation), attemptedAt: intent.attemptedAt }));
    const answers = await session.settle({ object: batch.object, operation: batch.operation, rows, externalIdField: batch.externalIdField, quietMs: this.parts.settleQuietMs });
    const crmIds = answers.flatMap((a) => a.crmIds);
    const claimed = batch.operation === 'create' ? await this.parts.ledger.claimed(batch, crmIds, open.map((o) => o.changeId)) : new Set<string>();
    const settled = assignFound(answers, claimed);
    await this.record(work, settled.found.map((f) => settledByAsking(f, batch.operation)));
    if (settled.open.length > 0) {
      throw retryable('crm_writer.unsettled', `The answer to ${settled.open.length} writes was lost, and they may still appear in the CRM. It is asked again.`, Math.max(LOST_RETRY_MS, this.parts.settleQuietMs / 4));
    }
    await this.parts.ledger.reattempt(batch, settled.absent);
    for (const id of settled.absent) work.unsent.add(id);
    return settled.absent.map((id) => byId.get(id)!);
  }

  private async withoutSkipped(work: Work, changes: readonly Change[], createdBefore: ReadonlyMap<string, string>): Promise<Change[]> {
    const { batch, connection, session } = work;
    if (changes.length === 0) return [];
    if (batch.operation !== 'create') return this.withoutChanged(work, changes);
    const twice = changes.flatMap((change): ChangeOutcome[] => {
      const crmId = createdBefore.get(change.companyId);
      return crmId ? [{ changeId: change.changeId, state: 'skipped', crmId, code: 'created_before', message: `Signalbox created the account ${crmId} for this company in an earlier run.` }] : [];
    });
    const known = new Set(twice.map((o) => o.changeId));
    const appeared = await this.parts.recheck.run(connection, session, batch, changes.filter((c) => !known.has(c.changeId)));
    await this.record(work, [...twice, ...appeared]);
    for (const outcome of appeared) known.add(outcome.changeId);
    return changes.filter((change) => !known.has(change.changeId));
  }

  /** Without those that are no longer what they were when this was planned, where that was asked for. */
  private async withoutChanged(work: Work, changes: readonly Change[]): Promise<Change[]> {
    if (!work.batch.checkBefore) return [...changes];
    const changed = await this.parts.expected.run(work.connection, work.session, work.batch, changes);
    await this.record(work, changed);
    const skipped = new Set(changed.map((o) => o.changeId));
    return changes.filter((change) => !skipped.has(change.changeId));
  }

  private async send(work: Work, changes: readonly Change[]): Promise<ChangeOutcome[]> {
    if (changes.length === 0) return [];
    const { batch, session } = work;
    const request = { object: batch.object, operation: batch.operation, rows: changes.map((change) => rowOf(change, batch.operation)), externalIdField: batch.externalIdField };
    let lost = 0;
    let answered = 0;
    let last: ChangeOutcome[] = [];
    for await (const answers of session.write(request)) {
      const outcomes = answers.map((answer) => toOutcome(answer, batch.operation)).filter((o) => o !== undefined);
      for (const answer of answers) work.unsent.delete(answer.changeId);
      lost += answers.length - outcomes.length;
      answered += answers.length;
      // With every row answered no call follows: these outcomes and the end of the batch are one transaction.
      if (answered === changes.length && lost === 0) last = outcomes;
      else await this.record(work, outcomes);
    }
    if (lost > 0) throw retryable('crm_writer.answer_lost', `The answer to ${lost} writes was lost. The CRM is asked whether it has them.`, LOST_RETRY_MS);
    return last;
  }

  private async record(work: Work, outcomes: readonly ChangeOutcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    await this.parts.ledger.record(work.batch, outcomes, this.ownWrites(work, outcomes));
    for (const outcome of outcomes) work.unsent.delete(outcome.changeId);
    this.parts.onWritten(work.connection.provider, outcomes);
  }

  private ownWrites(work: Work, outcomes: readonly ChangeOutcome[]): OwnWrite[] {
    const identity = objectOf(this.parts.manifestOf(work.connection.provider), work.batch.object)?.identity;
    return ownWrites(work.batch.operation, outcomes, work.byId, identity);
  }

  private async finish(work: Work, last: readonly ChangeOutcome[], context: BatchContext): Promise<void> {
    const { ledger, announcer, health } = this.parts;
    const { batch, connection, counter, session } = work;
    const calls = counter.take();
    this.parts.onCalls(connection.provider, calls);
    await context.complete(async (tx) => {
      if (last.length > 0) await ledger.settle(tx, batch, last);
      await ledger.addCalls(tx, batch, calls);
      await announcer.batchCompleted(tx, batch, await ledger.settledOf(tx, batch), await ledger.callsOf(tx, batch));
      await ledger.mirrorOwn(tx, batch, this.ownWrites(work, last));
    });
    this.parts.onWritten(connection.provider, last);
    // Without a call nothing is known of it.
    if (Object.keys(calls).length > 0) await health.works(connection);
    await health.usage(connection, session.usage());
  }

  /** What was not sent is noted as such, so that the next attempt need not ask about it; then the batch waits. */
  private async putOff(work: Work, error: SignalboxError): Promise<SignalboxError> {
    const { batch, connection, counter, session } = work;
    const calls = counter.take();
    this.parts.onCalls(connection.provider, calls);
    await this.parts.ledger.release(batch, [...work.unsent], calls);
    await this.parts.health.failed(connection, error);
    await this.parts.health.usage(connection, session.usage());
    return this.patient(connection, error);
  }

  /** An error of the connection never costs a batch: it waits until a person has mended the connection. */
  private patient(connection: Connection, error: SignalboxError): SignalboxError {
    if (error.kind === 'Retryable' || !isAboutConnection(connection, error)) return error;
    return retryable(error.code, error.publicMessage, this.parts.mendRetryMs, { cause: error, field: error.field, detail: error.detail });
  }

  private async refuse(batch: ChangeBatch, context: BatchContext, code: string, message: string): Promise<void> {
    const { ledger, announcer } = this.parts;
    const begun = await ledger.begin(batch, new Map());
    const fresh = begun.fresh.map(({ changeId }): ChangeOutcome => ({ changeId, state: 'failed', crmId: '', code, message }));
    const unasked = begun.open.map(({ changeId }): ChangeOutcome => ({ changeId, state: 'failed', crmId: '', code, message: ANSWER_LOST }));
    await ledger.record(batch, [...fresh, ...unasked], []);
    await context.complete(async (tx) => announcer.batchCompleted(tx, batch, await ledger.settledOf(tx, batch), {}));
  }
}
