import type { Broker, Outcome } from '@signalbox/platform-messaging';
import { Counter, Gauge, Histogram, type Registry } from '@signalbox/platform-telemetry';
import type { ChangeOutcome } from './domain/changes.ts';

export interface CrmWriterMetrics {
  onWritten(provider: string, outcomes: readonly ChangeOutcome[]): void;
  onCalls(provider: string, calls: Record<string, number>): void;
  onOutcome(outcome: Outcome): void;
}

/** What the service counts. The lag is asked of the broker when somebody scrapes. */
export function crmWriterMetrics(registry: Registry, broker: Broker, group: string, topic: string): CrmWriterMetrics {
  const registers = [registry];
  const writes = new Counter({ name: 'signalbox_crm_writer_writes_total', help: 'Changes by what came of them.', labelNames: ['provider', 'outcome'] as const, registers });
  const calls = new Counter({ name: 'signalbox_crm_writer_api_calls_total', help: 'API calls to CRMs by operation.', labelNames: ['provider', 'operation'] as const, registers });
  const batches = new Counter({ name: 'signalbox_crm_writer_batches_total', help: 'Attempts at change batches: done, skipped, retried (put off, nothing lost) or parked.', labelNames: ['outcome'] as const, registers });
  const duration = new Histogram({ name: 'signalbox_crm_writer_batch_duration_seconds', help: 'Time of an attempt at a change batch.', buckets: [0.05, 0.2, 0.5, 1, 2, 5, 15, 60, 300], registers });
  new Gauge({
    name: 'signalbox_crm_writer_lag_messages', help: 'Change batches published and not yet done.', registers,
    async collect() {
      const lags = await broker.lag(group, [topic]);
      this.set(lags.reduce((sum, l) => sum + l.lag, 0));
    },
  });
  return {
    onWritten: (provider, outcomes) => {
      for (const { state } of outcomes) writes.inc({ provider, outcome: state });
    },
    onCalls: (provider, counts) => {
      for (const [operation, n] of Object.entries(counts)) calls.inc({ provider, operation }, n);
    },
    onOutcome: ({ outcome, seconds }) => {
      batches.inc({ outcome });
      duration.observe(seconds);
    },
  };
}
