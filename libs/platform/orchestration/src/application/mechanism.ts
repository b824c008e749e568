import type { IdSource } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import type { Logger } from '@signalbox/platform-telemetry';
import type { DispatchSettings } from '../domain/batches.ts';
import type { OrchestrationMetrics } from './metrics.ts';
import type { CrmView, UndoStore } from './undo-ports.ts';
import type { Announcer, AnyRuntime, Definitions, PlanStore, RunStore, Steps } from './ports.ts';

/** Everything that the parts of the mechanism share; one per service. */
export interface Mechanism {
  database: Database;
  plans: PlanStore;
  runs: RunStore;
  undos: UndoStore;
  /** The CRM as it is now, for plans that take a run back. */
  crm: CrmView;
  definitions: Definitions;
  announcer: Announcer;
  /** Kinds by name. */
  kinds: ReadonlyMap<string, AnyRuntime>;
  ids: IdSource;
  dispatch: DispatchSettings;
  steps: Steps;
  metrics: OrchestrationMetrics;
  logger: Logger;
}
