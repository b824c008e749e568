import { invalid } from '@signalbox/kernel';
import { answeredAt, ApiClient, asksForLess, NoAnswerError, SharedSignIn, type ConnectInput, type HttpAnswer, type ReadJudgement, type WorkOptions } from '@signalbox/connectors-sdk';
import { Connection } from 'jsforce/lib/core.js';
import type { SalesforceSettings } from '../settings.ts';
import { CallFailure } from './call-failure.ts';
import { explain } from './explain.ts';
import { signIn, type SignedIn } from './sign-in.ts';
import { soapFault, soapLimit } from './soap.ts';
import { GuardedTransport } from './transport.ts';

export interface SalesforceCall {
  /** Name under which it is counted, e.g. "query". */
  operation: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From `/services/…`, or relative to the API version's root. */
  path: string;
  body?: unknown;
  /** Sent as text/csv instead of a JSON body. */
  csv?: string;
  /** What a good answer holds. Default JSON, or the XML of a SOAP call. */
  answers?: 'csv' | 'nothing';
  /** A SOAP call instead of a REST one: its envelope, in which the session stands. */
  soap?: (sessionId: string) => string;
  headers?: Record<string, string>;
}

export interface SalesforceAnswer<T> {
  body: T;
  headers: Readonly<Record<string, string>>;
  /** The CRM's own clock when it answered, when it said so. */
  at: Date | undefined;
}

const CALL_TIMEOUT_MS = 150_000;
/** SOAP takes sessions that are JWTs from this API version on. */
const JWT_IN_SOAP = 68;

/** One org: sign-in shared by all callers, allowance watched, calls counted, errors explained. Built on jsforce's Connection. */
export class SalesforceClient extends ApiClient<SalesforceSettings> {
  private readonly signedIn = new SharedSignIn(() => this.establish());

  constructor(input: ConnectInput, settings: SalesforceSettings) {
    super(input, settings, 'Salesforce');
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
    return this.patiently(() => this.send<T>(call, work), work);
  }

  /**
   * One call, repeated only after an expired session, which did nothing. For writes: the caller judges a failure.
   * @throws CallFailure for this call; SignalboxError when it could not be made at all
   */
  async send<T>(call: SalesforceCall, work: WorkOptions): Promise<SalesforceAnswer<T>> {
    // Signed in again once. Not by jsforce's own refresh, which repeats for as long as the answer is 401.
    return this.signedIn.run(({ connection }) => this.once<T>(connection, call, work), (thrown) => thrown instanceof CallFailure && thrown.status === 401);
  }

  protected judge(thrown: unknown): ReadJudgement | undefined {
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
    const transport = new GuardedTransport(this.exchange, CALL_TIMEOUT_MS);
    const { host } = new URL(connection.instanceUrl);
    const { body, type } = this.bodyOf(call, connection);
    const headers = { ...(body === undefined ? {} : { 'content-type': type }), ...(call.answers === 'csv' ? { accept: 'text/csv' } : {}), ...call.headers };
    let answered: unknown;
    try {
      const request = { method: call.method, url: call.path, body, headers };
      answered = await this.gate.run(call.operation, work, () => connection.request(request, { transport, responseType: call.answers && 'text/plain' } as object), () => refusesMore(transport));
    } catch (thrown) {
      if (thrown instanceof NoAnswerError) throw new CallFailure({ operation: call.operation, host, noAnswer: thrown });
      if (!transport.answer) throw thrown;
      throw failureOf(call, host, transport.answer);
    } finally {
      this.note(connection, transport, call);
    }
    const answer = transport.answer!;
    if (!isData(call, answer, answered)) throw new CallFailure({ operation: call.operation, host, answer });
    return { body: answered as T, headers: answer.headers, at: answeredAt(answer.headers) };
  }

  private bodyOf(call: SalesforceCall, connection: Connection): { body: string | undefined; type: string } {
    if (call.csv !== undefined) return { body: call.csv, type: 'text/csv; charset=UTF-8' };
    if (!call.soap) return { body: call.body === undefined ? undefined : JSON.stringify(call.body), type: 'application/json' };
    const token = connection.accessToken ?? '';
    if (token.startsWith('eyJ') && Number(this.settings.apiVersion) < JWT_IN_SOAP) {
      throw invalid('salesforce.session_is_jwt', `Salesforce takes no sessions that are JSON Web Tokens for this before API version ${JWT_IN_SOAP}.0. Switch off 'Issue JSON Web Token (JWT)-based access tokens' under Setup > External Client App Manager > your app > Settings, or set the connection's API version to ${JWT_IN_SOAP}.0.`, { field: 'settings.api_version' });
    }
    return { body: call.soap(token), type: 'text/xml; charset=UTF-8' };
  }

  private note(connection: Connection, transport: GuardedTransport, call: SalesforceCall): void {
    const { answer } = transport;
    const usage = answer && (call.soap ? soapLimit(answer.body) : connection.limitInfo.apiUsage);
    if (usage) this.allowance.saw(usage.used, usage.limit, this.now());
  }
}

/** SOAP answers every refusal with 500; what it says is put into REST's words, so that it is judged alike. */
function failureOf({ operation, soap }: SalesforceCall, host: string, answer: HttpAnswer): CallFailure {
  const fault = soap && soapFault(answer);
  if (!fault) return new CallFailure({ operation, host, answer });
  const { errorCode, message, status } = fault;
  return new CallFailure({ operation, host, answer: { ...answer, status }, entries: [{ errorCode, message, fields: [], raw: {} }] });
}

/** Too many at once are told by the same error as too many in a day. */
function refusesMore({ answer }: GuardedTransport): boolean {
  return asksForLess(answer?.status) || (answer !== undefined && answer.status >= 400 && answer.body.includes('REQUEST_LIMIT_EXCEEDED'));
}

/** Whether an answer is of the kind that was asked for, and no web page that stands in its place. */
function isData({ answers }: SalesforceCall, { status, headers }: HttpAnswer, parsed: unknown): boolean {
  if (status === 204) return true;
  if (status >= 300) return false;
  if (answers === 'csv') return /^text\/csv\b/i.test(headers['content-type'] ?? '');
  return answers === 'nothing' ? !/html/i.test(headers['content-type'] ?? '') : typeof parsed === 'object' && parsed !== null;
}
