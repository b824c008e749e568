import { orchestrations } from '@signalbox/contracts';
import { orchestrationsSettings, startOrchestrations } from '@signalbox/orchestrations';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import type { Steps } from '@signalbox/platform-orchestration';
import { waitFor } from '@signalbox/testing';
import type { ProductAround } from '../world/product-around.ts';

export type OrchestrationsClient = GrpcClient<typeof orchestrations.OrchestrationsServiceDefinition>;

/** Orchestrations with short leases and small batches, as the specs of kinds kill it. */
export async function startedMechanism(around: ProductAround, steps: Steps): Promise<{ client: OrchestrationsClient; stop(): Promise<void> }> {
  const config = around.config(orchestrationsSettings, { SIGNALBOX_PLAN_LEASE_MS: '600', SIGNALBOX_LOOK_FOR_WORK_MS: '50', SIGNALBOX_RUN_BATCH_SIZE: '10', SIGNALBOX_RUN_BATCH_WINDOW: '2', SIGNALBOX_RUN_LANES: '2' });
  const service = await startOrchestrations(config, { logger: around.logger, ownsProcess: false, steps });
  const client = createGrpcClient(orchestrations.OrchestrationsServiceDefinition, { address: `127.0.0.1:${service.grpcPort}`, tokens: around.tokens });
  return {
    client,
    stop: async () => {
      client.close();
      await service.stop();
    },
  };
}

/** The preview of an orchestration, once it is made. */
export function previewMade(client: OrchestrationsClient, as: { workspaceId: string }, id: string, timeoutMs = 60_000): Promise<orchestrations.Plan> {
  return waitFor(async () => {
    const { latestPreviewId } = await client.getOrchestration({ id }, as);
    const plan = await client.getPlan({ id: latestPreviewId }, as);
    return plan.state === orchestrations.PlanState.GENERATING ? undefined : plan;
  }, { timeoutMs, what: 'the preview' });
}
