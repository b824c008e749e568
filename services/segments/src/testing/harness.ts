import { segments } from '@signalbox/contracts';
import { ServiceTokens } from '@signalbox/platform-auth';
import { readConfig } from '@signalbox/platform-config';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger } from '@signalbox/platform-telemetry';
import { segmentsSettings, startSegments } from '../index.ts';

export type SegmentsClient = GrpcClient<segments.SegmentsServiceDefinition>;

export interface Harness {
  database: TestDatabase;
  service: RunningService;
  client: SegmentsClient;
  stop(): Promise<void>;
}

const KEY = '07'.repeat(32);
export const serviceTokens = new ServiceTokens(new Uint8Array(32).fill(7), 'spec');

export const environmentFor = (databaseUrl: string) => ({
  SIGNALBOX_DATABASE_URL: databaseUrl, SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: databaseUrl, SIGNALBOX_SERVICE_KEY: KEY,
});

export function startOn(databaseUrl: string, environment: Record<string, string> = {}): Promise<RunningService> {
  const config = readConfig(segmentsSettings, { ...environmentFor(databaseUrl), ...environment });
  return startSegments(config, { logger: createLogger({ service: 'spec', level: process.env['SPEC_LOG'] ?? 'silent' }), ownsProcess: false });
}

/** The running service on a database of its own, and a client that calls it as the product does. */
export async function startHarness(environment: Record<string, string> = {}): Promise<Harness> {
  const database = await testDatabase();
  const service = await startOn(database.url, environment);
  const client = createGrpcClient(segments.SegmentsServiceDefinition, { address: `127.0.0.1:${service.grpcPort}`, tokens: serviceTokens });
  return {
    database, service, client,
    async stop() {
      client.close();
      await service.stop();
      await database.close();
    },
  };
}

type Bytes = Uint8Array | string;

/** An import of these pieces of a file. */
export function importFile(client: SegmentsClient, workspaceId: string, pieces: Iterable<Bytes> | AsyncIterable<Bytes>, fileName = 'companies.csv'): Promise<segments.CompanyImport> {
  async function* requests() {
    yield { part: { $case: 'start' as const, start: { fileName, sizeBytes: 0 } } };
    for await (const piece of pieces) yield { part: { $case: 'chunk' as const, chunk: Buffer.from(piece as Uint8Array) } };
  }
  return client.importCompanies(requests(), { workspaceId });
}

export const importText = (client: SegmentsClient, workspaceId: string, text: Bytes) => importFile(client, workspaceId, [text]);
