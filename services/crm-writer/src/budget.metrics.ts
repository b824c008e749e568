import { Counter, Gauge, Histogram, type Registry } from '@signalbox/platform-telemetry';

export interface BudgetMetrics {
  onWaited(provider: string, purpose: string, seconds: number): void;
  onSpent(provider: string, purpose: string): void;
  /** Says how connections that wait are counted, when somebody scrapes. */
  countWaiting(count: () => Promise<number>): void;
}

/** What the shared API budgets cost in time. */
export function budgetMetrics(registry: Registry): BudgetMetrics {
  const registers = [registry];
  const waits = new Histogram({ name: 'signalbox_crm_writer_budget_wait_seconds', help: 'Time that calls to CRMs waited for their turn in the shared budget.', labelNames: ['provider', 'purpose'] as const, buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60], registers });
  const spent = new Counter({ name: 'signalbox_crm_writer_budget_spent_total', help: 'Calls to CRMs that were put off because the budget of the day is spent.', labelNames: ['provider', 'purpose'] as const, registers });
  let count = () => Promise.resolve(0);
  new Gauge({
    name: 'signalbox_crm_writer_budget_waiting_connections', help: 'Connections whose work waits for the API budget of the next day.', registers,
    async collect() {
      this.set(await count());
    },
  });
  return {
    onWaited: (provider, purpose, seconds) => waits.observe({ provider, purpose }, seconds),
    onSpent: (provider, purpose) => spent.inc({ provider, purpose }),
    countWaiting: (how) => { count = how; },
  };
}
