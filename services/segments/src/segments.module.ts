import { performance } from 'node:perf_hooks';
import type { ModuleMetadata, Provider } from '@nestjs/common';
import type { Database } from '@signalbox/platform-postgres';
import { BROKER, DATABASE, OPERATIONS, addOutboxRelay, openBroker, openDatabase, operationsHandlers, systemClock, uuidV7Ids, type SharedParts } from '@signalbox/platform-service';
import { STALE_CHANNEL } from './adapters/postgres/stale.ts';
import { MIGRATIONS, SCHEMA } from './adapters/postgres/migrations.ts';
import { PgCompanyNews } from './adapters/postgres/company-news.ts';
import { countCompanies, PgCompanies } from './adapters/postgres/pg-companies.ts';
import { PgImports } from './adapters/postgres/pg-imports.ts';
import { PgMembers } from './adapters/postgres/pg-members.ts';
import { PgPublishedNames } from './adapters/postgres/published-names.ts';
import { PgSegments } from './adapters/postgres/pg-segments.ts';
import type { UseCases } from './adapters/grpc/segments-handlers.ts';
import { pause } from './adapters/timers.ts';
import { ChangeMembers } from './application/change-members.ts';
import { ImportCompanies } from './application/import-companies.ts';
import { TELLING, telling } from './application/publish-companies.ts';
import { PublishSegments } from './application/publish-segments.ts';
import { Queries } from './application/queries.ts';
import { RECONCILING, reconciling } from './application/reconcile.ts';
import { RefreshMembers } from './application/refresh-members.ts';
import { SaveSegment } from './application/save-segment.ts';
import { UpsertCompanies } from './application/upsert-companies.ts';
import { WorkspaceTurns, type WorkspaceTurnsOptions, type WorkspaceWork } from './application/workspace-turns.ts';
import { addCrm } from './crm.module.ts';
import { createMeasures } from './measures.ts';
import type { SegmentsConfig } from './segments.config.ts';

export const USE_CASES = Symbol('UseCases');

const monotonicMs = () => performance.now();

interface Built {
  useCases: UseCases;
  refresher: RefreshMembers;
}

function build(shared: SharedParts, config: SegmentsConfig, database: Database): Built {
  const measures = createMeasures(shared.metrics, () => countCompanies(database));
  const companies = new PgCompanies(database, uuidV7Ids);
  const segments = new PgSegments(database);
  const members = new PgMembers(database);
  const imports = new PgImports(database, uuidV7Ids);
  const news = new PgCompanyNews(database);
  const refresher = new RefreshMembers(segments, members, measures, monotonicMs);
  const useCases: UseCases = {
    companies, segments, members, imports, news,
    queries: new Queries(companies, segments, members),
    save: new SaveSegment(segments, refresher, uuidV7Ids, monotonicMs),
    publish: new PublishSegments(segments, new PgPublishedNames(database), news),
    changeMembers: new ChangeMembers(members, refresher, monotonicMs),
    importCompanies: new ImportCompanies(imports, refresher, measures, uuidV7Ids, systemClock, monotonicMs, pause, { maxBytes: config.importMaxBytes }),
    upsertCompanies: new UpsertCompanies(companies, refresher, monotonicMs),
  };
  return { useCases, refresher };
}

/** Work that is woken by a notification of changed companies or segments, and by time. */
function addTurns(shared: SharedParts, config: SegmentsConfig, database: Database, name: string, work: WorkspaceWork, rests: Pick<WorkspaceTurnsOptions, 'leastRestMs' | 'restFactor' | 'turnMs'>): void {
  const turns = new WorkspaceTurns(work, { ...rests, everyMs: config.segmentsRefreshMs, monotonicMs, pause, onProblem: (message, error) => shared.logger.error({ err: error }, message) });
  let stopListening: () => Promise<void> = async () => undefined;
  shared.lifecycle.add({
    name,
    async start() {
      stopListening = await database.listen(STALE_CHANNEL, (workspaceId) => turns.notify(workspaceId));
      turns.start();
    },
    async stop() {
      await stopListening();
      await turns.stop();
    },
  });
}

/** Parts in the order in which they start: database, broker, relay, reconciler, company news, what follows the CRMs. */
export async function segmentsModule(shared: SharedParts, config: SegmentsConfig): Promise<ModuleMetadata> {
  const database = await openDatabase(shared, config, { schema: SCHEMA, migrations: MIGRATIONS });
  const broker = await openBroker(shared, config);
  addOutboxRelay(shared, database, broker);
  const built = build(shared, config, database);
  const { members, imports, news } = built.useCases;
  shared.lifecycle.add({ name: 'abandoned imports', start: async () => { await imports.failAbandoned(systemClock.now()); } });
  addTurns(shared, config, database, 'reconciler', reconciling(built.refresher, members, imports, systemClock), RECONCILING);
  addTurns(shared, config, database, 'company news', telling(news, monotonicMs), TELLING);
  addCrm(shared, config, database, broker);
  const providers: Provider[] = [
    { provide: DATABASE, useValue: database },
    { provide: BROKER, useValue: broker },
    { provide: USE_CASES, useValue: built.useCases },
    { provide: OPERATIONS, useValue: operationsHandlers(database, 'segments') },
  ];
  return { providers };
}
