import { Allowance, asksForLess, CallGate, HttpExchange, NoAnswerError, readPatiently, type ConnectInput, type ConnectorParts, type ReadJudgement, type WorkOptions } from '@signalbox/connectors-sdk';
import type { HubspotSettings } from '../settings.ts';
import type { Wire } from './apis.ts';
import { CallFailure } from './call-failure.ts';
import { explain } from './explain.ts';
import { Pace } from './pace.ts';
import { signIn, type SignedIn } from './sign-in.ts';
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
export class HubspotClient {
  readonly allowance: Allowance;
  readonly parts: ConnectorParts;
  readonly settings: HubspotSettings;
  private readonly exchange: HttpExchange;
  private readonly gate: CallGate;
  private readonly pace = new Pace();
  private signedIn: SignedIn | undefined;
  private signingIn: Promise<SignedIn> | undefined;

  constructor(input: ConnectInput, settings: HubspotSettings) {
    this.settings = settings;
    this.parts = input.parts;
    this.exchange = new HttpExchange({ ca: settings.ca });
    this.allowance = new Allowance({ reservePercent: settings.reservePercent, system: 'HubSpot' }, input.usage);
    this.gate = new CallGate(this.allowance, input.parts, input.budget);
  }

  /**
   * A call that only reads: short troubles are sat out here.
   * @throws SignalboxError
   */
  async read<T>(call: HubspotCall<T>, work: WorkOptions): Promise<HubspotAnswer<T>> {
    return readPatiently(() => this.send(call, work), (thrown) => this.judge(thrown), this.parts, work.signal, LONGEST_WAIT_MS);
  }

  /**
   * One call, repeated only after a token that had ended, which did nothing. For writes: the caller judges a failure.
   * @throws CallFailure for this call; SignalboxError when it could not be made at all
   */
  async send<T>(call: HubspotCall<T>, work: WorkOptions): Promise<HubspotAnswer<T>> {
    const session = await this.session();
    try {
      return await this.once(session.accessToken, call, work);
    } catch (thrown) {
      if (!(thrown instanceof CallFailure) || thrown.status !== 401) throw thrown;
      if (this.signedIn === session) this.signedIn = undefined;
      if (this.settings.grant.kind !== 'oauth') throw explain(thrown, this.now().getTime());
      return await this.again(call, work);
    }
  }

  close(): void {
    this.exchange.close();
  }

  now(): Date {
    return this.parts.clock.now();
  }

  private judge(thrown: unknown): ReadJudgement | undefined {
    if (!(thrown instanceof CallFailure)) return undefined;
    const { status, headers } = thrown;
    return { error: explain(thrown, this.now().getTime()), pauseAsked: [423, 429, 477].includes(status) || headers['retry-after'] !== undefined };
  }

  /** With a new token; if that is refused as well, a person has to look at it. */
  private async again<T>(call: HubspotCall<T>, work: WorkOptions): Promise<HubspotAnswer<T>> {
    try {
      return await this.once((await this.session()).accessToken, call, work);
    } catch (thrown) {
      throw thrown instanceof CallFailure && thrown.status === 401 ? explain(thrown, this.now().getTime()) : thrown;
    }
  }

  private async session(): Promise<SignedIn> {
    if (this.signedIn && this.signedIn.renewAt > this.now().getTime()) return this.signedIn;
    this.signingIn ??= this.establish();
    return this.signingIn;
  }

  private async establish(): Promise<SignedIn> {
    try {
      this.signedIn = await signIn(this.exchange, this.settings, this.now());
      return this.signedIn;
    } finally {
      this.signingIn = undefined;
    }
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
    const date = Date.parse(transport.answer?.headers['date'] ?? '');
    return { body, at: Number.isNaN(date) ? undefined : new Date(date) };
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
