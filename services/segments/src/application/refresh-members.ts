import { inOrder } from '../domain/rules/dependencies.ts';
import type { Measures, Members, Segments } from './ports.ts';

/** A change that arrives while a pass is under way is taken by one more; what comes later is the next call's. */
const MOST_PASSES = 5;

/** Brings the members of dynamic segments up to date: each after those that it is built from. */
export class RefreshMembers {
  constructor(
    private readonly segments: Segments,
    private readonly members: Members,
    private readonly measures: Measures,
    private readonly monotonicMs: () => number,
  ) {}

  /**
   * @param deadlineMs time on the monotonic clock after which no further segment is begun: the rest is left to the next call
   * @returns whether everything was up to date at the end
   */
  async refresh(workspaceId: string, deadlineMs = Infinity): Promise<boolean> {
    for (let pass = 0; pass < MOST_PASSES; pass += 1) {
      const stale = await this.members.stale(workspaceId);
      if (stale.size === 0) return true;
      if (!(await this.pass(workspaceId, stale, deadlineMs))) return false;
    }
    return false;
  }

  private async pass(workspaceId: string, stale: ReadonlySet<string>, deadlineMs: number): Promise<boolean> {
    const { graph } = await this.segments.facts(workspaceId);
    const changed = new Set<string>();
    const failures: unknown[] = [];
    for (const segment of inOrder(graph)) {
      if (!stale.has(segment.id) && !segment.dependsOn.some((id) => changed.has(id))) continue;
      if (this.monotonicMs() > deadlineMs) return false;
      const began = this.monotonicMs();
      try {
        if (await this.members.evaluate(workspaceId, segment.id)) changed.add(segment.id);
        this.measures.evaluated((this.monotonicMs() - began) / 1000);
      } catch (error) {
        // One segment that cannot be evaluated does not hold up the others.
        this.measures.evaluationFailed();
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return true;
  }
}
