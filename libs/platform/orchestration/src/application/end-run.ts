import { type orchestrations } from '@signalbox/contracts';
import { fatal } from '@signalbox/kernel';
import type { Transaction } from '@signalbox/platform-postgres';
import { remainingOf } from '../domain/counts.ts';
import { mayFollow, type RunStateName } from '../domain/run-state.ts';
import type { Mechanism } from './mechanism.ts';
import type { RunRow } from './ports.ts';
import { runStateOf, toCounts } from './to-contract.ts';

/** Moves a run on. @throws Fatal when the state may not follow: that is a mistake in the mechanism, never in the input. */
export function enter(run: RunRow, state: RunStateName): void {
  if (run.state === state) return;
  if (!mayFollow(run.state, state)) throw fatal('orchestrations.run.transition', 'The run cannot go on from here.', { detail: `${run.id}: ${run.state} -> ${state}` });
  run.state = state;
}

/** Ends a run whose row is locked: every record has its outcome, and whoever asked for it is told, in one transaction. */
export async function endRun(m: Mechanism, tx: Transaction, run: RunRow, state: 'finished' | 'cancelled' | 'failed'): Promise<void> {
  if (remainingOf(run.tally) !== 0) throw fatal('orchestrations.run.counts', 'The run cannot end while records have no outcome.', { detail: { run: run.id, tally: run.tally } });
  enter(run, state);
  await m.runs.save(tx, run);
  const counts = toCounts(run, await m.runs.counts(run.workspaceId, run.id, tx));
  const occurrences = await m.runs.occurrences(tx, run.workspaceId, run.id);
  const event = (occurrenceId: string): orchestrations.RunFinished => ({
    workspaceId: run.workspaceId, runId: run.id, orchestrationId: run.orchestrationId, state: runStateOf(run.state), counts, occurrenceId, reason: '',
  });
  await m.announcer.finished(tx, occurrences.length > 0 ? occurrences.map(event) : [event('')]);
  m.metrics.runEnded(run.kind, state, (Date.now() - run.queuedAt.getTime()) / 1000);
}
