import { Counter, Gauge, Histogram, type Registry } from '@signalbox/platform-telemetry';
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
