/** One sign-in for all callers. One that is refused is tried again by the next; one that has expired is made anew once per call. */
export class SharedSignIn<S> {
  private current: Promise<S> | undefined;
  private established: S | undefined;

  /** @param ended whether a sign-in is known to be over; it is made anew before it is used */
  constructor(private readonly establish: () => Promise<S>, private readonly ended: (signedIn: S) => boolean = () => false) {}

  get(): Promise<S> {
    if (this.established !== undefined && this.ended(this.established)) this.forget(this.current);
    if (this.current) return this.current;
    const attempt = this.establish();
    this.current = attempt;
    attempt.then((signedIn) => { if (this.current === attempt) this.established = signedIn; }, () => this.forget(attempt));
    return attempt;
  }

  /** Does the work with the sign-in, and once more with a new one when `expired` says of its error that nothing was done for want of one. */
  async run<T>(work: (signedIn: S) => Promise<T>, expired: (error: unknown) => boolean): Promise<T> {
    const session = this.get();
    try {
      return await work(await session);
    } catch (error) {
      if (!expired(error)) throw error;
      this.forget(session);
      return work(await this.get());
    }
  }

  private forget(attempt: Promise<S> | undefined): void {
    if (this.current !== attempt) return;
    this.current = undefined;
    this.established = undefined;
  }
}
