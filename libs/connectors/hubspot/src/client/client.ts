import { answeredAt, ApiClient, asksForLess, NoAnswerError, SharedSignIn, type ConnectInput, type ReadJudgement, type WorkOptions } from '@signalbox/connectors-sdk';
import type { HubspotSettings } from '../settings.ts';
import type { Wire } from './apis.ts';
import { CallFailure } from './call-failure.ts';
import { explain } from './explain.ts';
import { Pace } from './pace.ts';
import { signIn } from './sign-in.ts';
import { GuardedTransport } from './transport.ts';

export interface HubspotCall<T> {
  /** Name under which it is counted, e.g. "batch.upsert". */
  operation: string;
  /** The call itself, by HubSpot's client. */
  run(wire: Wire): Promise<T>;
}

export interface HubspotAnswer<T> {
  body: T;
  /** The CRM's own clock when it answered, when it said so. */
  at: Date | undefined;
}

const CALL_TIMEOUT_MS = 120_000;
/** As long as the window of the limit that is met most: ten seconds later a read goes on. */
const LONGEST_WAIT_MS = 10_000;

/** One account: sign-in shared by all callers, limits watched, calls counted, errors explained. Built on HubSpot's client. */
export class HubspotClient extends ApiClient<HubspotSettings> {
  private readonly pace = new Pace();
  private readonly signedIn = new SharedSignIn(() => signIn(this.exchange, this.settings, this.now()), ({ renewAt }) => renewAt <= this.now().getTime());

  constructor(input: ConnectInput, settings: HubspotSettings) {
    super(input, settings, 'HubSpot');
  }

  /**
   * A call that only reads: short troubles are sat out here.
   * @throws SignalboxError
   */
  async read<T>(call: HubspotCall<T>, work: WorkOptions): Promise<HubspotAnswer<T>> {
    return this.patiently(() => this.send(call, work), work, LONGEST_WAIT_MS);
  }

  /**
   * One call, repeated only after a token that had ended, which did nothing. For writes: the caller judges a failure.
   * @throws CallFailure for this call; SignalboxError when it could not be made at all
   */
  async send<T>(call: HubspotCall<T>, work: WorkOptions): Promise<HubspotAnswer<T>> {
    // A service key does not end: a new sign-in would give the same one.
    const mayBeOver = (thrown: unknown) => this.settings.grant.kind === 'oauth' && thrown instanceof CallFailure && thrown.status === 401;
    return this.signedIn.run(({ accessToken }) => this.once(accessToken, call, work), mayBeOver);
  }

  protected judge(thrown: unknown): ReadJudgement | undefined {
    if (!(thrown instanceof CallFailure)) return undefined;
    const { status, headers } = thrown;
    return { error: explain(thrown, this.now().getTime()), pauseAsked: [423, 429, 477].includes(status) || headers['retry-after'] !== undefined };
  }

  private async once<T>(accessToken: string, call: HubspotCall<T>, work: WorkOptions): Promise<HubspotAnswer<T>> {
    await this.pacedBy(call, work);
    const transport = new GuardedTransport(this.exchange, CALL_TIMEOUT_MS, this.settings.apiVersion);
    const { host } = new URL(this.settings.origin);
    let body: T;
    try {
      body = await this.gate.run(call.operation, work, () => call.run({ origin: this.settings.origin, accessToken, transport }), () => asksForLess(transport.answer?.status));
    } catch (thrown) {
      if (thrown instanceof NoAnswerError) throw new CallFailure({ operation: call.operation, host, noAnswer: thrown });
      if (!transport.answer) throw thrown;
      throw new CallFailure({ operation: call.operation, host, answer: transport.answer });
    } finally {
      if (transport.answer) this.note(transport.answer.headers);
    }
    return { body, at: answeredAt(transport.answer?.headers) };
  }

  /** Before the shared budget is asked: what it gives is used at once. */
  private async pacedBy(call: HubspotCall<unknown>, work: WorkOptions): Promise<void> {
    this.gate.check(work);
    const wait = this.pace.waitMs(call.operation === 'search', this.now().getTime());
    if (wait > 0) await this.parts.wait(wait, work.signal);
  }

  private note(headers: Record<string, string>): void {
    this.pace.saw(headers, this.now().getTime());
    const [allowed, left] = ['daily', 'daily-remaining'].map((name) => Number(headers[`x-hubspot-ratelimit-${name}`] ?? NaN));
    if (allowed! > 0 && left! >= 0) this.allowance.saw(allowed! - left!, allowed!, this.now());
  }
}
