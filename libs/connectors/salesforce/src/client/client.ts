import { backoffMs, retryable } from '@signalbox/kernel';
import { Allowance, HttpExchange, NoAnswerError, type ConnectInput, type ConnectorParts, type WorkOptions } from '@signalbox/connectors-sdk';
import { Connection } from 'jsforce/lib/core.js';
import type { SalesforceSettings } from '../settings.ts';
import { CallFailure } from './call-failure.ts';
import { explain } from './explain.ts';
import { signIn, type SignedIn } from './sign-in.ts';
import { GuardedTransport } from './transport.ts';

export interface SalesforceCall {
  /** Name under which it is counted, e.g. "query". */
  operation: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From `/services/…`, or relative to the API version's root. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface SalesforceAnswer<T> {
  body: T;
  /** The CRM's own clock when it answered, when it said so. */
  at: Date | undefined;
}

const CALL_TIMEOUT_MS = 150_000;
const READ_ATTEMPTS = 4;
const READ_BACKOFF = { initialMs: 300, maximumMs: 5_000, factor: 3, jitter: 0.5 };
/** A wait longer than this is not sat out here but handed to the caller. */
const LONGEST_WAIT_MS = 5_000;

/** One org: sign-in shared by all callers, allowance watched, calls counted, errors explained. Built on jsforce's Connection. */
export class SalesforceClient {
  readonly allowance: Allowance;
  readonly parts: ConnectorParts;
  readonly settings: SalesforceSettings;
  private readonly exchange: HttpExchange;
  private signedIn: Promise<{ connection: Connection; facts: SignedIn }> | undefined;

  constructor(input: ConnectInput, settings: SalesforceSettings) {
    this.settings = settings;
    this.parts = input.parts;
    this.exchange = new HttpExchange({ ca: settings.ca });
    this.allowance = new Allowance({ reservePercent: settings.reservePercent, system: 'Salesforce' }, input.usage);
  }

  /** Who we are signed in as. */
  async facts(): Promise<SignedIn> {
    return (await this.session()).facts;
  }

  /** `/services/data/vNN.N` + path, as subrequests of Composite want it. */
  versioned(path: string): string {
    return `/services/data/v${this.settings.apiVersion}${path}`;
  }

  /**
   * A call that only reads: short troubles are sat out here.
   * @throws SignalboxError
   */
  async read<T>(call: SalesforceCall, work: WorkOptions): Promise<SalesforceAnswer<T>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.send<T>(call, work);
      } catch (thrown) {
        if (!(thrown instanceof CallFailure)) throw thrown;
        const error = explain(thrown, this.now().getTime());
        const wait = waitFor(thrown, error.afterMs, attempt, this.parts.random());
        if (error.kind !== 'Retryable' || attempt >= READ_ATTEMPTS || wait > LONGEST_WAIT_MS) throw error;
        await this.parts.wait(wait, work.signal);
      }
    }
  }

  /**
   * One call, repeated only after an expired session, which did nothing. For writes: the caller judges a failure.
   * @throws CallFailure for this call; SignalboxError when it could not be made at all
   */
  async send<T>(call: SalesforceCall, work: WorkOptions): Promise<SalesforceAnswer<T>> {
    const session = this.session();
    const { connection } = await session;
    try {
      return await this.once<T>(connection, call, work);
    } catch (thrown) {
      if (!(thrown instanceof CallFailure) || thrown.status !== 401) throw thrown;
      // Signed in again once. Not by jsforce's own refresh, which repeats for as long as the answer is 401.
      if (this.signedIn === session) this.signedIn = undefined;
      return await this.once<T>((await this.session()).connection, call, work);
    }
  }

  close(): void {
    this.exchange.close();
  }

  now(): Date {
    return this.parts.clock.now();
  }

  private session(): Promise<{ connection: Connection; facts: SignedIn }> {
    if (this.signedIn) return this.signedIn;
    const attempt = this.establish();
    this.signedIn = attempt;
    attempt.catch(() => {
      if (this.signedIn === attempt) this.signedIn = undefined;
    });
    return attempt;
  }

  private async establish() {
    const facts = await signIn(this.exchange, this.settings, this.now());
    const connection = new Connection({ instanceUrl: facts.instanceUrl, accessToken: facts.accessToken, version: this.settings.apiVersion });
    return { connection, facts };
  }

  private async once<T>(connection: Connection, call: SalesforceCall, work: WorkOptions): Promise<SalesforceAnswer<T>> {
    if (work.signal?.aborted) throw retryable('connector.stopping', 'Signalbox is stopping; the rest is done after the restart.', 1_000);
    this.allowance.check(this.now());
    const transport = new GuardedTransport(this.exchange, CALL_TIMEOUT_MS);
    const { host } = new URL(connection.instanceUrl);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers };
    let answered: unknown;
    try {
      answered = await connection.request({ method: call.method, url: call.path, body, headers }, { transport } as object);
    } catch (thrown) {
      if (thrown instanceof NoAnswerError) throw new CallFailure({ operation: call.operation, host, noAnswer: thrown });
      if (!transport.answer) throw thrown;
      throw new CallFailure({ operation: call.operation, host, answer: transport.answer });
    } finally {
      this.note(connection, transport, call, work);
    }
    const answer = transport.answer!;
    const isData = answer.status === 204 || (answer.status < 300 && typeof answered === 'object' && answered !== null);
    if (!isData) throw new CallFailure({ operation: call.operation, host, answer });
    const date = Date.parse(answer.headers['date'] ?? '');
    return { body: answered as T, at: Number.isNaN(date) ? undefined : new Date(date) };
  }

  private note(connection: Connection, transport: GuardedTransport, call: SalesforceCall, work: WorkOptions): void {
    work.counter?.add(call.operation);
    const usage = transport.answer ? connection.limitInfo.apiUsage : undefined;
    if (usage) this.allowance.saw(usage.used, usage.limit, this.now());
  }
}

function waitFor(failure: CallFailure, afterMs: number | undefined, attempt: number, random: number): number {
  // A cut-off or a failure of the server is worth an early second try; a pause that was asked for is kept.
  const asked = failure.status === 429 || failure.status === 403 || failure.headers['retry-after'] !== undefined;
  return asked ? (afterMs ?? 0) : backoffMs(READ_BACKOFF, attempt, random);
}
