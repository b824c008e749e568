import { retryable } from '@signalbox/kernel';
import type { StepName, Steps } from '../application/ports.ts';

export type Failure =
  | { mode: 'none' }
  /** Every step is executed, and then executed again. */
  | { mode: 'twice' }
  /** The process ends after the `occurrence`-th (from 1) execution of the step. */
  | { mode: 'crash'; after: StepName; occurrence: number };

/**
 * Steps of a mechanism that repeats itself, or that dies. Dead means: no step has an effect any more, as if the process
 * were gone; what still runs unwinds on an error that no consumer gives a message up for. Inert until armed.
 */
export class FailPoints implements Steps {
  /** How often each step was executed since arming. */
  readonly seen = new Map<StepName, number>();
  dead = false;
  private armed = false;

  constructor(private readonly failure: Failure) {}

  arm(): void {
    this.armed = true;
  }

  async run<T>(name: StepName, step: () => Promise<T>): Promise<T> {
    if (this.dead) throw ended();
    const result = await step();
    if (!this.armed) return result;
    const count = (this.seen.get(name) ?? 0) + 1;
    this.seen.set(name, count);
    if (this.failure.mode === 'twice') await step();
    // Another step may have ended the process while this one ran; what it has committed stays.
    if (this.dead || (this.failure.mode === 'crash' && this.failure.after === name && this.failure.occurrence === count)) {
      this.dead = true;
      throw ended();
    }
    return result;
  }
}

const ended = () => retryable('testing.process_ended', 'The process has ended (by a test).', 20);
