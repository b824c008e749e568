import type { Database } from '@signalbox/platform-postgres';
import type { Logger } from '@signalbox/platform-telemetry';
import type { NightlySyncs } from '../application/nightly-sync.ts';
import type { RequestDueRuns } from '../application/request-due-runs.ts';
import { WAKE_CHANNEL } from './postgres/scheduler-transaction.ts';

export interface WorkerParts {
  database: Database;
  logger: Logger;
  due: RequestDueRuns;
  syncs: NightlySyncs;
  everyMs: number;
  onSettled: (schedules: number) => void;
}

/** One job that is done again and again: at a beat, and at once when woken. A failure is logged and the next beat tries again. */
class Beat {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly everyMs: number,
    private readonly work: () => Promise<void>,
    private readonly onProblem: (error: unknown) => void,
  ) {}

  wake(): void {
    if (this.stopped) return;
    this.again = true;
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    clearTimeout(this.timer);
    while (this.again && !this.stopped) {
      this.again = false;
      await this.work().catch(this.onProblem);
    }
    this.running = undefined;
    if (!this.stopped) this.timer = setTimeout(() => this.wake(), this.everyMs);
  }
}

/** Looks what is due, and which workspaces' zones are to be asked for: two beats, so that a gateway that is away delays no run. */
export class Worker {
  private readonly beats: Beat[];
  private stopListening: () => Promise<void> = async () => undefined;

  constructor(private readonly parts: WorkerParts) {
    const { logger, due, syncs, everyMs, onSettled } = parts;
    this.beats = [
      new Beat(everyMs, async () => onSettled(await due.run()), (error) => logger.error({ err: error }, 'what is due could not be settled; trying again')),
      new Beat(everyMs, async () => void (await syncs.followZones()), (error) => logger.error({ err: error }, 'the zones of workspaces could not be followed; trying again')),
    ];
  }

  async start(): Promise<void> {
    const wake = (): void => this.beats.forEach((beat) => beat.wake());
    this.stopListening = await this.parts.database.listen(WAKE_CHANNEL, wake);
    wake();
  }

  async stop(): Promise<void> {
    await this.stopListening();
    await Promise.all(this.beats.map((beat) => beat.stop()));
  }
}
