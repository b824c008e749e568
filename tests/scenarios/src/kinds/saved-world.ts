import type { orchestrations } from '@signalbox/contracts';
import { plainSteps, type Steps } from '@signalbox/platform-orchestration';
import type { KindWorld } from '@signalbox/platform-orchestration/testing';
import type { ProductAround } from '../world/product-around.ts';
import { startedMechanism, type OrchestrationsClient } from './started.ts';

/** One saved orchestration and a CRM of its own, through the real services; only orchestrations is started and killed. */
export abstract class SavedWorld implements KindWorld {
  protected orchestrationId = '';
  private client: OrchestrationsClient | undefined;

  protected constructor(protected readonly around: ProductAround) {}

  protected get as(): { workspaceId: string } {
    return { workspaceId: this.around.workspaceId };
  }

  protected get api(): OrchestrationsClient {
    if (!this.client) throw new Error('orchestrations is not running');
    return this.client;
  }

  /** What has to be there before the run, its preview included; orchestrations runs meanwhile. Sets `orchestrationId`. */
  protected abstract prepare(): Promise<void>;

  /** The world, once it is prepared; orchestrations is stopped again. */
  protected async prepared(): Promise<this> {
    const process = await this.start(plainSteps);
    try {
      await this.prepare();
    } finally {
      await process.stop();
    }
    return this;
  }

  async start(steps: Steps): Promise<{ stop(): Promise<void> }> {
    const { client, stop } = await startedMechanism(this.around, steps);
    this.client = client;
    return { stop };
  }

  async requestRun(): Promise<string> {
    return (await this.api.runNow({ orchestrationId: this.orchestrationId }, this.as)).id;
  }

  run = (id: string): Promise<orchestrations.Run> => this.api.getRun({ id }, this.as);

  async records(planId: string): Promise<orchestrations.PlanRecord[]> {
    return (await this.api.listPlanRecords({ planId, page: { limit: 1_000 } }, this.as)).records;
  }

  abstract crmState(): Promise<unknown>;

  abstract close(): Promise<void>;
}
