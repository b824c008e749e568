import { orchestrations } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import type { AnyKind } from '../domain/kind.ts';
import type { StepName, Steps } from '../application/ports.ts';
import { FailPoints, type Failure } from './fail-points.ts';

/** A CRM, companies and a saved orchestration of the kind, ready to run: the same each time that one is opened. */
export interface KindWorld {
  /** Starts the mechanism. Leases must be short (under a second), so that a dead one is taken over soon. */
  start(steps: Steps): Promise<{ stop(): Promise<void> }>;
  /** Asks the started mechanism for a run; joins one that is under way. Gives its id. */
  requestRun(): Promise<string>;
  run(id: string): Promise<orchestrations.Run>;
  records(planId: string): Promise<orchestrations.PlanRecord[]>;
  /** What the CRM holds, in a form that does not depend on ids and times that it chose itself. */
  crmState(): Promise<unknown>;
  close(): Promise<void>;
}

export interface KindHarness {
  open(): Promise<KindWorld>;
  /** Longest time of one run, in milliseconds. Default 30 000. */
  timeoutMs?: number;
}

const { RunState } = orchestrations;
const ENDED = new Set<orchestrations.RunState>([RunState.FINISHED, RunState.CANCELLED, RunState.FAILED]);
/** Every step that a run passes through from its request to its end. */
const CRASH_AFTER: StepName[] = ['request', 'claim', 'begin', 'refresh', 'expect', 'append', 'seal', 'advance', 'results'];

interface Ended {
  crm: unknown;
  run: orchestrations.Run;
  records: orchestrations.PlanRecord[];
  died: boolean;
  seen: ReadonlyMap<StepName, number>;
}

/** The mechanism of a world, started again once it has died. */
class Restarting {
  private readonly failing: FailPoints;
  private process: { stop(): Promise<void> } | undefined;
  private restarted = false;

  constructor(private readonly world: KindWorld, failure: Failure) {
    this.failing = new FailPoints(failure);
  }

  async start(): Promise<void> {
    this.process = await this.world.start(this.failing);
    this.failing.arm();
  }

  async restartWhenDead(): Promise<void> {
    if (!this.failing.dead || this.restarted) return;
    this.restarted = true;
    await this.process?.stop();
    this.process = await this.world.start(new FailPoints({ mode: 'none' }));
  }

  stop = (): Promise<void> | undefined => this.process?.stop();
  report = () => ({ died: this.failing.dead, seen: this.failing.seen });
}

async function runThrough(harness: KindHarness, failure: Failure): Promise<Ended> {
  const world = await harness.open();
  const mechanism = new Restarting(world, failure);
  try {
    await mechanism.start();
    let id: string | undefined;
    const run = await waitFor(async () => {
      await mechanism.restartWhenDead();
      id ??= await world.requestRun();
      const now = await world.run(id);
      return ENDED.has(now.state) ? now : undefined;
    }, { timeoutMs: harness.timeoutMs ?? 30_000, what: 'the end of the run' });
    return { run, crm: await world.crmState(), records: await world.records(run.planId), ...mechanism.report() };
  } finally {
    await mechanism.stop();
    await world.close();
  }
}

function expectWhole({ run, records }: Ended): void {
  const counts = run.counts as orchestrations.RunCounts;
  expect({ state: run.state, problem: run.problem }).toEqual({ state: RunState.FINISHED, problem: '' });
  expect(counts.remaining).toBe(0);
  expect(counts.succeeded + counts.skipped + counts.failed + counts.unknownThenSettled).toBe(counts.planned);
  expect(records).toHaveLength(counts.planned);
  const inState = (state: orchestrations.RecordState) => records.filter((r) => r.state === state).length;
  const { RecordState } = orchestrations;
  expect([inState(RecordState.SUCCEEDED), inState(RecordState.SKIPPED), inState(RecordState.FAILED), inState(RecordState.UNKNOWN_THEN_SETTLED)])
    .toEqual([counts.succeeded, counts.skipped, counts.failed, counts.unknownThenSettled]);
}

/**
 * What every kind owes: each step executed twice, and a crash after each step, end in the same CRM as a clean run, with
 * every record counted once.
 */
export function describeKind(kind: Pick<AnyKind, 'name'>, harness: KindHarness): void {
  describe(`the kind ${kind.name}, whatever happens on the way`, () => {
    let clean: Ended;
    beforeAll(async () => {
      clean = await runThrough(harness, { mode: 'none' });
    }, (harness.timeoutMs ?? 30_000) + 30_000);

    it('ends a clean run with every record counted', () => {
      expectWhole(clean);
      expect(clean.run.counts?.succeeded).toBeGreaterThan(0);
    });

    it('ORC-9 ends in the same CRM when every step is executed twice', async () => {
      const twice = await runThrough(harness, { mode: 'twice' });
      expectWhole(twice);
      expect(twice.crm).toEqual(clean.crm);
    });

    it.each(CRASH_AFTER)('ORC-9 ends in the same CRM when the process dies after the step "%s"', async (after) => {
      const times = clean.seen.get(after) ?? 0;
      expect(times).toBeGreaterThan(0);
      // How often the other steps come depends on the clock; these two come once for each batch.
      const repeats = after === 'append' || after === 'results';
      for (const occurrence of new Set([1, repeats ? Math.ceil(times / 2) : 1])) {
        const crashed = await runThrough(harness, { mode: 'crash', after, occurrence });
        expect({ occurrence, died: crashed.died }).toEqual({ occurrence, died: true });
        expectWhole(crashed);
        expect(crashed.crm).toEqual(clean.crm);
      }
    }, 2 * (harness.timeoutMs ?? 30_000) + 30_000);
  });
}
