/** Fewer rows than this go together only when there are no more. */
const LEAST = 50;

/**
 * How many rows go together, shared by all writes of a connection. Dataverse ends a request after two minutes, and slow plug-ins make a
 * thousand rows take that long: whoever sent them again as they were would never get on. So a lost answer halves what goes next, and
 * calls that went well let it grow back.
 */
export class BatchSize {
  private size: number;

  constructor(private readonly most: number) {
    this.size = most;
  }

  get rows(): number {
    return this.size;
  }

  lost(rows: number): void {
    this.size = Math.max(LEAST, Math.floor(Math.min(this.size, rows) / 2));
  }

  went(rows: number): void {
    if (rows >= this.size) this.size = Math.min(this.most, this.size * 2);
  }
}
