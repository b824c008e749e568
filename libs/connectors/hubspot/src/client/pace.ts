/** With less than this share of ten seconds' calls left, we slow down instead of running into the limit. */
const LOW = 0.1;
/** Searches have a limit of their own, five a second for the whole account, and their answers do not tell how much is left. */
const BETWEEN_SEARCHES_MS = 250;

/** Keeps calls within the limits of the account that its headers tell, which other systems use up as well. */
export class Pace {
  private notBefore = 0;
  private nextSearch = 0;

  /** How long to wait before a call, in milliseconds; a search's place is taken at once. */
  waitMs(isSearch: boolean, now: number): number {
    const at = Math.max(now, this.notBefore, isSearch ? this.nextSearch : 0);
    if (isSearch) this.nextSearch = at + BETWEEN_SEARCHES_MS;
    return at - now;
  }

  /** Takes in the headers of an answer. */
  saw(headers: Record<string, string>, now: number): void {
    const [most, remaining, interval] = ['max', 'remaining', 'interval-milliseconds'].map((name) => Number(headers[`x-hubspot-ratelimit-${name}`] ?? NaN));
    if (!(most! > 0) || !(remaining! >= 0) || !(interval! > 0)) return;
    // The window rolls: spread over it, the calls that are left last until the earlier ones no longer count.
    if (remaining! < most! * LOW) this.notBefore = Math.max(this.notBefore, now + interval! / (remaining! + 1));
  }
}
