export interface WaitOptions {
  /** Longest wait in milliseconds. Default 15 000. */
  timeoutMs?: number;
  /** Time between looks in milliseconds. Default 25. */
  everyMs?: number;
  /** What is waited for, for the error. */
  what?: string;
}

/** Looks again and again until `condition` gives a truthy value, and returns it; a throw counts as "not yet". */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitOptions = {}): Promise<NonNullable<T>> {
  const { timeoutMs = 15_000, everyMs = 25, what = 'the condition' } = options;
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as NonNullable<T>;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`${what} did not come true within ${timeoutMs} ms; last seen: ${String(last)}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
