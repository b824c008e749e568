/** A wait that a signal can end early; a signal given while nobody waits is kept for the next wait. */
export class WakeUp {
  private pending = false;
  private wake: (() => void) | undefined;

  signal(): void {
    this.pending = true;
    this.wake?.();
  }

  /** Resolves at the next signal, at once when one is pending, or after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.pending) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
      this.wake = undefined;
    }
    this.pending = false;
  }
}
