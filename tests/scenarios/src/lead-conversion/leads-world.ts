import { matching, orchestrations, type crmWriter } from '@signalbox/contracts';
import { orchestrationsSettings, startOrchestrations } from '@signalbox/orchestrations';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import type { RunningService } from '@signalbox/platform-service';
import { waitFor } from '@signalbox/testing';
import { previewMade } from '../kinds/started.ts';
import { ProductAround } from '../world/product-around.ts';
import type { CrmStage } from './crm-stage.ts';
import { connectCrm, segmentOf } from './given.ts';

const { RunState } = orchestrations;
/** After this time without another attempt there is none on its way. */
const QUIET_MS = 2_000;
const ENDED = new Set<orchestrations.RunState>([RunState.FINISHED, RunState.CANCELLED, RunState.FAILED, RunState.HALTED]);

/** Converting leads through the real services. */
export class LeadsWorld {
  private constructor(readonly around: ProductAround, private readonly service: RunningService, readonly client: GrpcClient<typeof orchestrations.OrchestrationsServiceDefinition>, readonly engine: GrpcClient<typeof matching.MatchingServiceDefinition>) {}

  static async start(): Promise<LeadsWorld> {
    const around = await ProductAround.start();
    const config = around.config(orchestrationsSettings, { SIGNALBOX_LOOK_FOR_WORK_MS: '100' });
    const service = await startOrchestrations(config, { logger: around.logger, ownsProcess: false });
    const { tokens } = around;
    return new LeadsWorld(
      around, service, createGrpcClient(orchestrations.OrchestrationsServiceDefinition, { address: `127.0.0.1:${service.grpcPort}`, tokens }),
      createGrpcClient(matching.MatchingServiceDefinition, { address: config.matchingAddress, tokens }),
    );
  }

  get as(): { workspaceId: string } {
    return { workspaceId: this.around.workspaceId };
  }

  async stop(): Promise<void> {
    this.client.close();
    this.engine.close();
    await this.service.stop();
    await this.around.stop();
  }

  connect = (given: crmWriter.CreateConnectionRequest): Promise<string> => connectCrm(this.around, given);

  segment = (companies: { name: string; website: string }[]): Promise<string> => segmentOf(this.around, companies);

  /** Puts another CRM in the place of a connection's. */
  async reconnect(id: string, { name, baseUrl, settings, secrets }: crmWriter.CreateConnectionRequest): Promise<void> {
    await this.around.crmWriter.updateConnection({ id, name, baseUrl, settings, secrets }, this.as);
    await this.around.crmWriter.testConnection({ id }, this.as);
  }

  save(name: string, segmentId: string, connectionId: string, settings: object): Promise<orchestrations.Orchestration> {
    return this.client.createOrchestration({ orchestration: { name, kind: 'convert_leads', segmentId, connectionId, settingsJson: JSON.stringify(settings) } }, this.as);
  }

  preview = (id: string, timeoutMs?: number): Promise<orchestrations.Plan> => previewMade(this.client, this.as, id, timeoutMs);

  async records(planId: string): Promise<orchestrations.PlanRecord[]> {
    const all: orchestrations.PlanRecord[] = [];
    for (let cursor = ''; ;) {
      const { records, page } = await this.client.listPlanRecords({ planId, page: { limit: 1_000, cursor } }, this.as);
      all.push(...records);
      cursor = page?.nextCursor ?? '';
      if (cursor === '') return all;
    }
  }

  async run(orchestrationId: string, confirmation = ''): Promise<orchestrations.Run> {
    const { id } = await this.client.runNow({ orchestrationId, confirmation }, this.as);
    return this.ended(id);
  }

  /** A run that has planned and all of whose batches stand before their first conversion, for so many seconds: what is done then its plan does not know. Gives how to wait for its end. */
  async heldUp(stage: CrmStage, orchestrationId: string, seconds = 6): Promise<(timeoutMs?: number) => Promise<orchestrations.Run>> {
    stage.trouble({ kind: 'closed', seconds });
    stage.resetRequests();
    const { id } = await this.client.runNow({ orchestrationId }, this.as);
    let [held, since] = [0, Date.now()];
    await waitFor(() => {
      const now = stage.requests().faults['rate-limited'] ?? 0;
      if (now > held) [held, since] = [now, Date.now()];
      return held > 0 && Date.now() - since > QUIET_MS;
    }, { timeoutMs: 120_000, everyMs: 10, what: 'every batch of conversions to be held up' });
    stage.calm();
    return (timeoutMs) => this.ended(id, timeoutMs);
  }

  ended(id: string, timeoutMs = 60_000): Promise<orchestrations.Run> {
    return waitFor(async () => {
      const run = await this.client.getRun({ id }, this.as);
      return ENDED.has(run.state) ? run : undefined;
    }, { timeoutMs, what: 'the end of the run' });
  }
}
