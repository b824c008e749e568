import { retryable } from '@signalbox/kernel';
import { Allowance, HttpExchange, NoAnswerError, readPatiently, SharedSignIn, type ConnectInput, type ConnectorParts, type ReadJudgement, type WorkOptions } from '@signalbox/connectors-sdk';
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

/** One org: sign-in shared by all callers, allowance watched, calls counted, errors explained. Built on jsforce's Connection. */
export class SalesforceClient {
  readonly allowance: Allowance;
  readonly parts: ConnectorParts;
  readonly settings: SalesforceSettings;
  private readonly exchange: HttpExchange;
  private readonly signedIn = new SharedSignIn(() => this.establish());

  constructor(input: ConnectInput, settings: SalesforceSettings) {
    this.settings = settings;
    this.parts = input.parts;
    this.exchange = new HttpExchange({ ca: settings.ca });
    this.allowance = new Allowance({ reservePercent: settings.reservePercent, system: 'Salesforce' }, input.usage);
  }

  /** Who we are signed in as. */
  async facts(): Promise<SignedIn> {
    return (await this.signedIn.get()).facts;
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
    return readPatiently(() => this.send<T>(call, work), (thrown) => this.judge(thrown), this.parts, work.signal);
  }

  /**
   * One call, repeated only after an expired session, which did nothing. For writes: the caller judges a failure.
   * @throws CallFailure for this call; SignalboxError when it could not be made at all
   */
  async send<T>(call: SalesforceCall, work: WorkOptions): Promise<SalesforceAnswer<T>> {
    // Signed in again once. Not by jsforce's own refresh, which repeats for as long as the answer is 401.
    return this.signedIn.run(({ connection }) => this.once<T>(connection, call, work), (thrown) => thrown instanceof CallFailure && thrown.status === 401);
  }

  close(): void {
    this.exchange.close();
  }

  now(): Date {
    return this.parts.clock.now();
  }

  private judge(thrown: unknown): ReadJudgement | undefined {
    if (!(thrown instanceof CallFailure)) return undefined;
    const pauseAsked = thrown.status === 429 || thrown.status === 403 || thrown.headers['retry-after'] !== undefined;
    return { error: explain(thrown, this.now().getTime()), pauseAsked };
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
