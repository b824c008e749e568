/** Whether the service can do its work now: every check must pass, and it must not be stopping. */
export class Readiness {
  private readonly checks = new Map<string, () => Promise<unknown>>();
  private stopping = false;

  add(name: string, check: () => Promise<unknown>): void {
    this.checks.set(name, check);
  }

  beginStopping(): void {
    this.stopping = true;
  }

  /** What is wrong, by check; empty when ready. */
  async problems(): Promise<Record<string, string>> {
    if (this.stopping) return { service: 'stopping' };
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
