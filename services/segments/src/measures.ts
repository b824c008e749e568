import type { Broker } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import { TOPICS } from '@signalbox/contracts';
import { Counter, Gauge, Histogram, type Registry } from '@signalbox/platform-telemetry';
import { ACCOUNTS_GROUP, OPPORTUNITIES_GROUP } from './adapters/events/crm-consumers.ts';
import { crmFactsStanding } from './adapters/postgres/crm-follows.ts';
import type { Measures } from './application/ports.ts';

/** What the use cases count, as metrics. */
export function createMeasures(registry: Registry, countCompanies: () => Promise<number>): Measures {
  const registers = [registry];
  const rows = new Counter({ name: 'signalbox_segments_import_rows_total', help: 'Rows of imported files, by what became of them.', labelNames: ['outcome'] as const, registers });
  const imports = new Counter({ name: 'signalbox_segments_imports_total', help: 'Imports, by how they ended.', labelNames: ['outcome'] as const, registers });
  const seconds = new Histogram({ name: 'signalbox_segments_evaluation_seconds', help: 'Time to bring one segment up to date.', buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60], registers });
  const failures = new Counter({ name: 'signalbox_segments_evaluation_failures_total', help: 'Evaluations of a segment that failed and are tried again.', registers });
  new Gauge({
    name: 'signalbox_segments_companies', help: 'Companies, over all workspaces.', registers,
    async collect() {
      this.set(await countCompanies());
    },
  });
  return {
    importRows: (outcome, count) => rows.inc({ outcome }, count),
    importEnded: (outcome) => imports.inc({ outcome }),
    evaluated: (s) => seconds.observe(s),
    evaluationFailed: () => failures.inc(),
  };
}

/** What is known of the CRMs and how far that has come; asked when somebody scrapes. */
export function createCrmMeasures(registry: Registry, database: Database, broker: Broker): void {
  const registers = [registry];
  new Gauge({
    name: 'signalbox_segments_crm_facts', help: 'What is kept of the CRMs, over all workspaces, as the database estimates it.', labelNames: ['kind'] as const, registers,
    async collect() {
      const { opportunities, accounts } = await crmFactsStanding(database);
      this.set({ kind: 'opportunity' }, opportunities);
      this.set({ kind: 'company_account' }, accounts);
    },
  });
  new Gauge({
    name: 'signalbox_segments_crm_connections_awaited', help: 'Connections that rules go by and that are not yet followed, with those that fail.', registers,
    async collect() {
      this.set((await crmFactsStanding(database)).awaited);
    },
  });
  new Gauge({
    name: 'signalbox_segments_lag_messages', help: 'Messages about CRMs published and not yet taken in.', labelNames: ['consumer'] as const, registers,
    async collect() {
      for (const [group, topic] of [[OPPORTUNITIES_GROUP, TOPICS.crmRecordsChanged], [ACCOUNTS_GROUP, TOPICS.companyAccountsChanged]] as const) {
        const lags = await broker.lag(group, [topic.name]);
        this.set({ consumer: group }, lags.reduce((sum, l) => sum + l.lag, 0));
      }
    },
  });
}
