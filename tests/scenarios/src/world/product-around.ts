import { randomBytes } from 'node:crypto';
import { crmWriter, gateway, segments } from '@signalbox/contracts';
import { crmWriterSettings, startCrmWriter } from '@signalbox/crm-writer';
import { gatewaySettings, startGateway } from '@signalbox/gateway';
import { leadConversionSettings, startLeadConversion } from '@signalbox/lead-conversion';
import { matchingSettings, startMatching } from '@signalbox/matching';
import { ServiceTokens } from '@signalbox/platform-auth';
import { readConfig, type ConfigDefinition, type ConfigOf } from '@signalbox/platform-config';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger } from '@signalbox/platform-telemetry';
import { segmentsSettings, startSegments } from '@signalbox/segments';

/** Everything around orchestrations, real, in this process: gateway, segments, matching, crm-writer and lead-conversion on one database. */
export class ProductAround {
  readonly logger = createLogger({ service: 'spec', level: process.env['SPEC_LOG_LEVEL'] ?? 'silent' });
  private readonly services: RunningService[] = [];

  private constructor(
    readonly test: TestDatabase,
    private readonly environment: Record<string, string>,
    readonly tokens: ServiceTokens,
  ) {}

  workspaceId = '';
  segments!: GrpcClient<typeof segments.SegmentsServiceDefinition>;
  crmWriter!: GrpcClient<typeof crmWriter.CrmWriterServiceDefinition>;
  access!: GrpcClient<typeof gateway.AccessServiceDefinition>;

  static async start(): Promise<ProductAround> {
    const key = randomBytes(32);
    const test = await testDatabase({ schema: 'unused' });
    const around = new ProductAround(test, {
      SIGNALBOX_DATABASE_URL: test.url, SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: test.url, SIGNALBOX_DATABASE_POOL_SIZE: '4',
      SIGNALBOX_SERVICE_KEY: key.toString('hex'), SIGNALBOX_SECRETS_KEY: key.toString('hex'),
    }, new ServiceTokens(key, 'spec'));
    await around.startServices();
    return around;
  }

  config<D extends ConfigDefinition>(definition: D, more: Record<string, string> = {}): ConfigOf<D> {
    return readConfig(definition, { ...this.environment, ...more });
  }

  async stop(): Promise<void> {
    this.segments?.close();
    this.crmWriter?.close();
    this.access?.close();
    for (const service of this.services.splice(0).reverse()) await service.stop();
    await this.test.close();
  }

  private async startServices(): Promise<void> {
    const overrides = { logger: this.logger, ownsProcess: false };
    const add = async (name: string, starting: Promise<RunningService>) => {
      const service = await starting;
      this.services.push(service);
      this.environment[`SIGNALBOX_${name}_ADDRESS`] = `127.0.0.1:${service.grpcPort}`;
      return service;
    };
    const door = await add('GATEWAY', startGateway(this.config(gatewaySettings), overrides));
    const seg = await add('SEGMENTS', startSegments(this.config(segmentsSettings), overrides));
    await add('MATCHING', startMatching(this.config(matchingSettings), overrides));
    const writer = await add('CRM_WRITER', startCrmWriter(this.config(crmWriterSettings, { SIGNALBOX_CRM_SETTLE_QUIET_MS: '300', SIGNALBOX_CRM_MEND_RETRY_MS: '300' }), overrides));
    await add('LEAD_CONVERSION', startLeadConversion(this.config(leadConversionSettings), overrides));
    this.segments = createGrpcClient(segments.SegmentsServiceDefinition, { address: `127.0.0.1:${seg.grpcPort}`, tokens: this.tokens });
    this.crmWriter = createGrpcClient(crmWriter.CrmWriterServiceDefinition, { address: `127.0.0.1:${writer.grpcPort}`, tokens: this.tokens });
    this.access = createGrpcClient(gateway.AccessServiceDefinition, { address: `127.0.0.1:${door.grpcPort}`, tokens: this.tokens });
    this.workspaceId = await this.setUp(`http://127.0.0.1:${door.httpPort}`);
  }

  private async setUp(url: string): Promise<string> {
    const response = await fetch(`${url}/api/v1/setup`, {
      method: 'POST', headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ workspaceName: 'Kinds', timeZone: 'Europe/Berlin', email: 'spec@signalbox.example', password: randomBytes(12).toString('hex') }),
    });
    const answer = (await response.json()) as { workspace?: { id: string } };
    if (!answer.workspace) throw new Error(`The set-up answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer.workspace.id;
  }
}
