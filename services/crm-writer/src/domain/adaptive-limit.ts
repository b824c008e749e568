/** How much slower than usual an answer may be without the limit ceasing to grow. */
const QUICK = 2;
/** Weight of the newest answer in what is usual. */
const NEWEST = 0.05;

/**
 * How many calls may be under way at once: as many as allowed at first; half as many after each refusal; one more after as many
 * quick answers as are under way (additive increase, multiplicative decrease).
 */
export class AdaptiveLimit {
  private present: number;
  private halvings = 0;
  private usualMs: number | undefined;

  constructor(private readonly most: number) {
    this.present = Math.max(1, most);
  }

  get limit(): number {
    return Math.floor(this.present);
  }

  /** A call begins; what it gives goes to `ended`. */
  began(): number {
    return this.halvings;
  }

  /** Refusals of calls that were under way when the limit was halved say nothing new. */
  ended(begunAt: number, { ms, refused }: { ms: number; refused: boolean }): void {
    if (refused) {
      if (begunAt < this.halvings) return;
      this.halvings += 1;
      this.present = Math.max(1, this.limit / 2);
      return;
    }
    const quick = this.usualMs === undefined || ms <= this.usualMs * QUICK;
    this.usualMs = this.usualMs === undefined ? ms : this.usualMs + (ms - this.usualMs) * NEWEST;
    if (quick) this.present = Math.min(Math.max(1, this.most), this.present + 1 / this.limit);
  }
}
