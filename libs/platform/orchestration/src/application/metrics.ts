import { Counter, Gauge, Histogram, type Registry } from '@signalbox/platform-telemetry';
import type { RunStore } from './ports.ts';

const ACTIVE = ['queued', 'planning', 'halted', 'applying', 'cancelling'] as const;

/** What an operator sees of plans and runs. */
export class OrchestrationMetrics {
  private readonly runs: Counter<'kind' | 'state'>;
  private readonly records: Counter<'kind' | 'outcome'>;
  private readonly plans: Histogram<'kind' | 'outcome'>;
  private readonly runSeconds: Histogram<'kind' | 'state'>;
  private readonly batches: Counter<'kind'>;

  constructor(private readonly registry: Registry, private readonly service: string) {
    const name = (rest: string) => `signalbox_${service}_${rest}`;
    const registers = [registry];
    this.runs = new Counter({ name: name('runs_ended_total'), help: 'Runs that ended, by the state they ended in.', labelNames: ['kind', 'state'], registers });
    this.records = new Counter({ name: name('records_settled_total'), help: 'Records of runs that got an outcome.', labelNames: ['kind', 'outcome'], registers });
    this.batches = new Counter({ name: name('batches_dispatched_total'), help: 'Batches of changes sent to the writer.', labelNames: ['kind'], registers });
    this.plans = new Histogram({ name: name('plan_duration_seconds'), help: 'Time to make a plan.', labelNames: ['kind', 'outcome'], buckets: [0.1, 0.5, 1, 3, 10, 60, 600], registers });
    this.runSeconds = new Histogram({ name: name('run_duration_seconds'), help: 'Time from the request to the end of a run.', labelNames: ['kind', 'state'], buckets: [1, 3, 10, 30, 120, 600, 3600], registers });
  }

  /** Gauges that are read from the store whenever somebody looks. A batch that stays unanswered means that the writer has stopped. */
  watch(store: Pick<RunStore, 'activity'>): void {
    const name = (rest: string) => `signalbox_${this.service}_${rest}`;
    const oldest = new Gauge({ name: name('oldest_batch_seconds'), help: 'Age of the oldest batch without an answer.', registers: [this.registry] });
    const active = new Gauge({
      name: name('runs_active'), help: 'Runs that have not ended, by state.', labelNames: ['state'], registers: [this.registry],
      async collect() {
        const { runs, oldestBatchSeconds } = await store.activity();
        oldest.set(oldestBatchSeconds);
        for (const state of ACTIVE) active.set({ state }, runs.find((r) => r.state === state)?.count ?? 0);
      },
    });
  }

  planMade(kind: string, outcome: string, seconds: number): void {
    this.plans.observe({ kind, outcome }, seconds);
  }

  runEnded(kind: string, state: string, seconds: number): void {
    this.runs.inc({ kind, state });
    this.runSeconds.observe({ kind, state }, Math.max(0, seconds));
  }

  settled(kind: string, outcome: string, count: number): void {
    if (count > 0) this.records.inc({ kind, outcome }, count);
  }

  dispatched(kind: string): void {
    this.batches.inc({ kind });
  }
}
