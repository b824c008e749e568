import { orchestrations } from '@signalbox/contracts';
import { isSignalboxError, type SignalboxError } from '@signalbox/kernel';
import { ServiceTokens } from '@signalbox/platform-auth';
import { readConfig } from '@signalbox/platform-config';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import type { RunningService } from '@signalbox/platform-service';
import { waitFor } from '@signalbox/testing';
import { migrations } from '../adapters/postgres/migration.ts';
import { orchestrationsSettings } from '../orchestrations.config.ts';
import { startOrchestrations } from '../start.ts';
import { Neighbourhood } from './neighbourhood.ts';

const KEY = '07'.repeat(32);
export const W = { workspaceId: 'w1' };
const { PlanState, RunState } = orchestrations;

/** The service as a deployment runs it, on a database of its own, with its neighbours answering by their contract. */
export class OrchestrationsWorld {
  private stopped: Promise<void> | undefined;

  private constructor(
    readonly test: TestDatabase,
    readonly around: Neighbourhood,
    private readonly service: RunningService,
    readonly client: GrpcClient<typeof orchestrations.OrchestrationsServiceDefinition>,
    readonly tokens: ServiceTokens,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<OrchestrationsWorld> {
    const test = await testDatabase({ migrations, schema: 'orchestrations' });
    const key = Buffer.from(KEY, 'hex');
    const around = await Neighbourhood.start(test.url, key);
    const config = readConfig(orchestrationsSettings, {
      SIGNALBOX_DATABASE_URL: test.url, SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: test.url, SIGNALBOX_SERVICE_KEY: KEY, SIGNALBOX_LOG_LEVEL: 'error',
      SIGNALBOX_GATEWAY_ADDRESS: around.address, SIGNALBOX_SEGMENTS_ADDRESS: around.address, SIGNALBOX_MATCHING_ADDRESS: around.address, SIGNALBOX_CRM_WRITER_ADDRESS: around.address,
      ...settings,
    });
    const service = await startOrchestrations(config, { ownsProcess: false });
    const tokens = new ServiceTokens(key, 'spec');
    const client = createGrpcClient(orchestrations.OrchestrationsServiceDefinition, { address: `127.0.0.1:${service.grpcPort}`, tokens });
    return new OrchestrationsWorld(test, around, service, client, tokens);
  }

  get http(): string {
    return `http://127.0.0.1:${this.service.httpPort}`;
  }

  stopService(): Promise<void> {
    this.stopped ??= this.service.stop();
    return this.stopped;
  }

  async stop(): Promise<void> {
    await this.stopService();
    this.client.close();
    await this.around.stop();
    await this.test.close();
  }

  profile(more: Partial<orchestrations.MappingProfile> = {}): Promise<orchestrations.MappingProfile> {
    const profile = orchestrations.MappingProfile.fromPartial({
      name: 'Accounts', connectionId: 'c1', object: 'Account', externalIdField: 'Signalbox_Id__c',
      mappings: [{ companyField: 'name', crmField: 'Name' }, { companyField: 'website', crmField: 'Website' }, { companyField: 'employees', crmField: 'NumberOfEmployees' }],
      ...more,
    });
    return this.client.createMappingProfile({ profile }, W);
  }

  /** A complete orchestration on the segment "seg", saved. */
  async saved(more: Partial<orchestrations.Orchestration> = {}): Promise<orchestrations.Orchestration> {
    return this.client.createOrchestration({ orchestration: await this.draft(more) }, W);
  }

  async draft(more: Partial<orchestrations.Orchestration> = {}): Promise<orchestrations.Orchestration> {
    const mappingProfileId = more.mappingProfileId ?? (await this.profile()).id;
    return orchestrations.Orchestration.fromPartial({ name: 'New accounts', kind: 'create_accounts', segmentId: 'seg', connectionId: 'c1', ...more, mappingProfileId });
  }

  /** The newest preview, once it is made. */
  preview(orchestrationId: string): Promise<orchestrations.Plan> {
    return waitFor(async () => {
      const { latestPreviewId } = await this.client.getOrchestration({ id: orchestrationId }, W);
      const plan = await this.client.getPlan({ id: latestPreviewId }, W);
      return plan.state === PlanState.GENERATING ? undefined : plan;
    }, { what: 'the preview' });
  }

  run(id: string, ...states: orchestrations.RunState[]): Promise<orchestrations.Run> {
    const wanted = states.length > 0 ? states : [RunState.FINISHED, RunState.CANCELLED, RunState.FAILED];
    return waitFor(async () => {
      const run = await this.client.getRun({ id }, W);
      return wanted.includes(run.state) ? run : undefined;
    }, { what: `the run in ${wanted.join(' or ')}` });
  }

  async records(planId: string): Promise<orchestrations.PlanRecord[]> {
    const records: orchestrations.PlanRecord[] = [];
    for await (const part of this.client.streamPlanRecords({ planId }, W)) records.push(...part.records);
    return records;
  }
}

/** The error that a call ends with. */
export async function refusedWith(call: Promise<unknown>): Promise<SignalboxError> {
  const error = await call.then(() => undefined, (e: unknown) => e);
  if (!isSignalboxError(error)) throw new Error(`expected the call to be refused, got ${String(error)}`);
  return error;
}
