import { startCrmWriter } from '@signalbox/crm-writer';
import { startGateway } from '@signalbox/gateway';
import { startLeadConversion } from '@signalbox/lead-conversion';
import { startMatching } from '@signalbox/matching';
import { startOrchestrations } from '@signalbox/orchestrations';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@signalbox/platform-postgres';
import type { Environment } from '@signalbox/platform-config';
import type { RunningService } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';
import { startScheduler } from '@signalbox/scheduler';
import { startSegments } from '@signalbox/segments';
import { openDataFolder } from './data-folder.ts';
import { freePorts } from './free-ports.ts';
import { serviceConfigs } from './service-configs.ts';

export interface StandaloneOptions {
  /** Folder with everything that is kept. */
  dataDir: string;
  /** Port of the console and the API on 127.0.0.1; 0 for any free one. */
  httpPort: number;
  logger: Logger;
  /** Settings by their SIGNALBOX_ names; what makes this shape what it is stays as it is. Default none. */
  environment?: Environment;
  /** Told what is being started, for progress. */
  onStep?: (step: string) => void;
  /** Called when PostgreSQL ends without having been asked to. */
  onDatabaseExit?: (reason: string) => void;
}

export interface RunningStandalone {
  /** Address of the console; the API is at /api/v1. */
  url: string;
  postgres: EmbeddedPostgres;
  services: RunningService[];
  stop(): Promise<void>;
}

/** Name of the product's database on the embedded PostgreSQL. */
export const DATABASE = 'signalbox';

/** All services in this process, each in a container of its own, on an embedded PostgreSQL and the PostgreSQL log. */
export async function startStandalone(options: StandaloneOptions): Promise<RunningStandalone> {
  const folder = openDataFolder(options.dataDir);
  const step = options.onStep ?? (() => undefined);
  step('PostgreSQL');
  const postgres = await startEmbeddedPostgres({ dataDir: folder.postgres, maxConnections: 120, onExit: options.onDatabaseExit });
  const services: RunningService[] = [];
  const stop = async () => {
    for (const service of services.splice(0).reverse()) await service.stop();
    await postgres.stop();
  };
  try {
    const configs = serviceConfigs({ databaseUrl: await postgres.createDatabase(DATABASE), folder, ports: await freePorts(7), httpPort: options.httpPort }, options.environment);
    const overrides = { logger: options.logger, ownsProcess: false };
    // Orchestrations come last: they take up runs at once, and need all the others for them.
    const starts: [string, () => Promise<RunningService>][] = [
      ['segments', () => startSegments(configs.segments, overrides)],
      ['matching', () => startMatching(configs.matching, overrides)],
      ['crm-writer', () => startCrmWriter(configs.crmWriter, overrides)],
      ['scheduler', () => startScheduler(configs.scheduler, overrides)],
      ['lead-conversion', () => startLeadConversion(configs.leadConversion, overrides)],
      ['gateway', () => startGateway(configs.gateway, overrides)],
      ['orchestrations', () => startOrchestrations(configs.orchestrations, overrides)],
    ];
    for (const [name, start] of starts) {
      step(name);
      services.push(await start());
    }
    const gateway = services.find((s) => s.name === 'gateway') as RunningService;
    return { url: `http://127.0.0.1:${gateway.httpPort}`, postgres, services: [...services], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
