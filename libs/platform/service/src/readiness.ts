/** Whether the service can do its work now: every check must pass, and it must not be stopping. */
export class Readiness {
  private readonly checks = new Map<string, () => Promise<unknown>>();
  private readonly end = new AbortController();

  /** Aborted when the service begins to stop: what would never end by itself, such as a stream to a watcher, ends then. */
  get stopping(): AbortSignal {
    return this.end.signal;
  }

  add(name: string, check: () => Promise<unknown>): void {
    this.checks.set(name, check);
  }

  beginStopping(): void {
    this.end.abort();
  }

  /** What is wrong, by check; empty when ready. */
  async problems(): Promise<Record<string, string>> {
    if (this.end.signal.aborted) return { service: 'stopping' };
    const found: Record<string, string> = {};
    for (const [name, check] of this.checks) {
      try {
        await check();
      } catch (error) {
        found[name] = error instanceof Error ? error.message : String(error);
      }
    }
    return found;
  }
}
