/** Counts API calls by operation. */
export class CallCounter {
  private readonly counts = new Map<string, number>();

  add(operation: string, calls = 1): void {
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + calls);
  }

  /** What was counted since it was last taken. */
  take(): Record<string, number> {
    const taken = Object.fromEntries(this.counts);
    this.counts.clear();
    return taken;
  }
}
