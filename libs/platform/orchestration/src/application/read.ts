import type { orchestrations } from '@signalbox/contracts';
import { notFound } from '@signalbox/kernel';
import { outdatedBecause } from '../domain/freshness.ts';
import type { Mechanism } from './mechanism.ts';
import type { PlanRow, RecordFilter, RunRow } from './ports.ts';
import { toPlanMessage, toRunMessage } from './to-contract.ts';

/** Plans, their records and runs as the contract shows them. */
export class PlanAndRunReader {
  constructor(private readonly m: Mechanism) {}

  async plan(workspaceId: string, id: string): Promise<orchestrations.Plan> {
    const plan = await this.findPlan(workspaceId, id);
    if (!plan) throw notFound('orchestrations.plan.unknown', `There is no plan ${id}.`, { field: 'id' });
    return plan;
  }

  /** Records after a position, in order. */
  records(workspaceId: string, planId: string, filter: RecordFilter, after: number, limit: number): Promise<orchestrations.PlanRecord[]> {
    return this.m.plans.list(workspaceId, planId, filter, after, limit);
  }

  async run(workspaceId: string, id: string): Promise<orchestrations.Run> {
    const run = await this.m.runs.find(workspaceId, id);
    if (!run) throw notFound('orchestrations.run.unknown', `There is no run ${id}.`, { field: 'id' });
    return this.show(run);
  }

  async runs(workspaceId: string, orchestrationId: string, before: string, limit: number): Promise<orchestrations.Run[]> {
    const rows = await this.m.runs.list(workspaceId, orchestrationId, before, limit);
    return Promise.all(rows.map((row) => this.show(row)));
  }

  async show(run: RunRow, joined = false): Promise<orchestrations.Run> {
    const [counts, plan, undoneBy] = await Promise.all([
      this.m.runs.counts(run.workspaceId, run.id), this.findPlan(run.workspaceId, run.planId, run.state === 'halted'), this.m.undos.newestOf(run.workspaceId, run.id),
    ]);
    return toRunMessage(run, { counts, plan, joined, undoneBy: undoneBy?.id, now: new Date() });
  }

  private async findPlan(workspaceId: string, id: string, mayStillBeWritten = false): Promise<orchestrations.Plan | undefined> {
    const plan = await this.m.plans.find(workspaceId, id);
    if (!plan) return undefined;
    const outdated = plan.runId === '' || mayStillBeWritten ? await this.outdated(plan) : '';
    const toWriteByAction = plan.undoesRunId && plan.state === 'ready' ? await this.m.undos.plannedCounts(workspaceId, id) : [];
    return { ...toPlanMessage(plan, await this.m.plans.skips(workspaceId, id), outdated), toWriteByAction };
  }

  private async outdated(plan: PlanRow): Promise<string> {
    const definition = plan.state === 'ready' ? await this.m.definitions.find(plan.workspaceId, plan.orchestrationId) : undefined;
    return definition ? outdatedBecause(plan, definition) : '';
  }
}
