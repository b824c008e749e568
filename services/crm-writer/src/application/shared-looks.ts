/** How long a look waits for others that want the same. */
const GATHER_MS = 100;

/**
 * Looks at the CRM that several batches want at the same moment are made once: the batches of one run begin together, and each only needs
 * a look that begins after it has asked. So ten batches cost a look, or two, and not ten.
 */
export class SharedLooks {
  /** Looks that have not begun. */
  private readonly coming = new Map<string, Promise<void>>();

  constructor(private readonly wait: (ms: number) => Promise<void>) {}

  /** Resolves when a look has ended that began after this call; `look` is made by whoever asked first. */
  run(what: string, look: () => Promise<void>): Promise<void> {
    const known = this.coming.get(what);
    if (known) return known;
    const mine = this.wait(GATHER_MS).then(() => {
      this.coming.delete(what);
      return look();
    });
    this.coming.set(what, mine);
    return mine;
  }
}
