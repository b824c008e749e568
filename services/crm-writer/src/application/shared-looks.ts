/** How long a look waits for others that want the same. */
const GATHER_MS = 100;
/** Nobody asks for one that is older. */
const KEPT_MS = 60_000;

/** Monotonic time, in milliseconds. */
export interface LookTime {
  now(): number;
  wait(ms: number): Promise<void>;
}

/**
 * Looks at the CRM that several batches want are made once: for those that ask while a look waits to begin, and for those that ask so soon
 * after it began that it is fresh enough for them. So ten batches that are written side by side cost a look, or two, and not ten.
 */
export class SharedLooks {
  /** Looks that have not begun. */
  private readonly coming = new Map<string, Promise<void>>();
  /** The newest look that has begun and did not fail. */
  private readonly newest = new Map<string, { began: number; ended: Promise<void> }>();

  constructor(private readonly time: LookTime) {}

  /** Resolves when a look has ended that began after this call, or up to `freshMs` before it; `look` is made by whoever asked first. */
  run(what: string, freshMs: number, look: () => Promise<void>): Promise<void> {
    const newest = this.newest.get(what);
    if (newest && this.time.now() - newest.began < freshMs) return newest.ended;
    const known = this.coming.get(what);
    if (known) return known;
    const mine = this.time.wait(GATHER_MS).then(() => this.begin(what, look));
    this.coming.set(what, mine);
    return mine;
  }

  private begin(what: string, look: () => Promise<void>): Promise<void> {
    this.coming.delete(what);
    const one = { began: this.time.now(), ended: look() };
    for (const [other, { began }] of this.newest) if (one.began - began > KEPT_MS) this.newest.delete(other);
    this.newest.set(what, one);
    one.ended.catch(() => {
      if (this.newest.get(what) === one) this.newest.delete(what);
    });
    return one.ended;
  }
}
