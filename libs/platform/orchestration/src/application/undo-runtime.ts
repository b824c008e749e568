import { z } from 'zod';
import type { Definition, OrchestrationKind } from '../domain/kind.ts';
import { describeUndo, planUndo, usualValues, type UndoFact, type UndoState, type WrittenRecord } from '../domain/undo.ts';
import type { Mechanism } from './mechanism.ts';
import { PlanLost } from './plan-claims.ts';
import type { CrmPicture, FactStream, KindRuntime, WriteTarget } from './ports.ts';
import type { Undoable } from './request-undo.ts';

const AT_ONCE = 1_000;
const AFTER_ALL = Number.MAX_SAFE_INTEGER;

/**
 * Taking a run back, in the shape of a kind: its facts are the records that the run has written, the last first, each with the
 * record as the CRM has it now. Whatever the kind of the run was; its limits hold for the way back, too. One for each plan.
 */
export class UndoRuntime implements KindRuntime<UndoFact, UndoState, undefined> {
  readonly kind: OrchestrationKind<UndoFact, UndoState, undefined>;
  private state: UndoState = { known: new Set(), writable: new Set(), usual: new Map() };

  constructor(private readonly m: Mechanism, private readonly undone: Undoable) {
    const { name, label, description, entitlement, guardrails } = undone.runtime.kind;
    this.kind = {
      name, label, description, entitlement, guardrails, object: undone.target.object, needsSegment: false, needsMappingProfile: false, settingsSchema: z.unknown(),
      validate: () => [], begin: () => this.state, plan: planUndo, describe: describeUndo,
    };
  }

  facts(_definition: Definition, _signal?: AbortSignal): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  target(): WriteTarget {
    return this.undone.target;
  }

  async refresh(_definition: Definition, signal: AbortSignal): Promise<CrmPicture> {
    const { run, target } = this.undone;
    const { fields, ...picture } = await this.m.crm.refresh(run.workspaceId, target, signal);
    const writable = await this.m.crm.writable(run.workspaceId, target);
    const sample = await this.withPresent(await this.page(AFTER_ALL));
    this.state = { since: run.startedAt ?? run.queuedAt, known: new Set(fields), writable: new Set(writable), usual: usualValues(sample.filter((fact) => fact.action === 'create')) };
    return picture;
  }

  open(_definition: Definition, _facts: undefined, signal: AbortSignal): FactStream<UndoFact> {
    return { expected: this.undone.written, batches: this.batches(signal) };
  }

  private async *batches(signal: AbortSignal): AsyncGenerator<UndoFact[]> {
    for (let before = AFTER_ALL; ;) {
      if (signal.aborted) throw new PlanLost();
      const page = await this.page(before);
      if (page.length > 0) yield await this.withPresent(page);
      if (page.length < AT_ONCE) return;
      before = page.at(-1)!.position;
    }
  }

  private page(before: number): Promise<WrittenRecord[]> {
    const { run } = this.undone;
    return this.m.undos.written(run.workspaceId, run.id, run.planId, before, AT_ONCE);
  }

  private async withPresent(written: readonly WrittenRecord[]): Promise<UndoFact[]> {
    const { run, target } = this.undone;
    const created = written.some((record) => record.action === 'create');
    const present = await this.m.crm.records(run.workspaceId, target, written.map((record) => record.crmId), created);
    return written.map((record) => ({ ...record, present: present.get(record.crmId) }));
  }
}
