import { randomUUID } from 'node:crypto';
import { fatal } from '@signalbox/kernel';
import { answeredAt, ApiClient, asksForLess, NoAnswerError, SharedSignIn, type ConnectInput, type HttpAnswer, type ReadJudgement, type WorkOptions } from '@signalbox/connectors-sdk';
import { dynamicsManifest } from '../manifest.ts';
import type { DynamicsSettings } from '../settings.ts';
import { BatchSize } from '../write/batch-size.ts';
import { CallFailure } from './call-failure.ts';
import { explain } from './explain.ts';
import { readBatch, writeBatch, type BatchOperation, type BatchPart, type ChangeSet } from './multipart.ts';
import { signIn, type SignedIn } from './sign-in.ts';

export interface DynamicsCall {
  /** Name under which it is counted, e.g. "createMultiple". */
  operation: string;
  method: 'GET' | 'POST' | 'PATCH';
  /** Below the root of the Web API, or a whole address that Dataverse gave. */
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface DynamicsAnswer<T> {
  body: T;
  /** The CRM's own clock when it answered, when it said so. */
  at: Date | undefined;
}

/** Longer than the two minutes that Dataverse gives a request. */
const CALL_TIMEOUT_MS = 150_000;
export const LEADS_PER_CALL = 100;
/** What the service protection allows a user in five minutes. Dataverse says what is left of it, not what it is. */
const REQUESTS_PER_WINDOW = 6000;
const REMAINING = 'x-ms-ratelimit-burst-remaining-xrm-requests';
const SHARED_HEADERS = { accept: 'application/json', 'odata-version': '4.0', 'odata-maxversion': '4.0' };

/**
 * One environment: sign-in shared by all callers, allowance watched, calls counted, errors explained. Speaks the Web API itself:
 * dynamics-web-api has no way to put it on a guarded transport, and never ends a call whose answer breaks off (see the README).
 */
export class DynamicsClient extends ApiClient<DynamicsSettings> {
  readonly batchSize = new BatchSize(dynamicsManifest.limits.rowsPerCall);
  /** Deletions of one batch, which holds no more than a thousand requests. */
  readonly deletions = new BatchSize(dynamicsManifest.limits.rowsPerCall);
  /** Leads of one batch. Five hundred would fit; but a call may take two minutes, and each lead makes a contact. */
  readonly conversions = new BatchSize(LEADS_PER_CALL);
  readonly host: string;
  private readonly signedIn = new SharedSignIn(() => signIn(this.exchange, this.settings, this.now()));

  constructor(input: ConnectInput, settings: DynamicsSettings) {
    super(input, settings, 'Dynamics 365');
    this.host = new URL(settings.origin).host;
  }

  /** `/api/data/v9.2/` + path, as parts of a batch want it. */
  versioned(path: string): string {
    return `/api/data/v${this.settings.apiVersion}/${path}`;
  }

  /**
   * A call that only reads: short troubles are sat out here.
   * @throws SignalboxError
   */
  read<T>(call: DynamicsCall, work: WorkOptions): Promise<DynamicsAnswer<T>> {
    return this.patiently(() => this.send<T>(call, work), work);
  }

  /**
   * One call, repeated only after an expired session, which did nothing. For writes: the caller judges a failure.
   * @throws CallFailure for this call; SignalboxError when it could not be made at all
   */
  async send<T>(call: DynamicsCall, work: WorkOptions): Promise<DynamicsAnswer<T>> {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }), ...call.headers };
    const answer = await this.exchanged(call, headers, body, work);
    const failure = () => new CallFailure({ operation: call.operation, host: this.host, answer });
    if (answer.status === 204) return { body: undefined as T, at: answeredAt(answer.headers) };
    if (answer.status !== 200 && answer.status !== 201) throw failure();
    try {
      const parsed: unknown = JSON.parse(answer.body);
      if (typeof parsed !== 'object' || parsed === null) throw failure();
      return { body: parsed as T, at: answeredAt(answer.headers) };
    } catch {
      throw failure();
    }
  }

  /** Reads many things with one call. @throws SignalboxError when the call, or any of them, fails */
  readBatch(operation: string, paths: readonly string[], headers: Record<string, string>, work: WorkOptions): Promise<DynamicsAnswer<unknown[]>> {
    return this.patiently(async () => {
      const { parts, at } = await this.batch(operation, paths.map((path) => ({ method: 'GET', path: this.versioned(path), headers })), work);
      const bodies = parts.map((part): unknown => {
        if (part?.status !== 200) throw this.failureOf(operation, part);
        return JSON.parse(part.body);
      });
      return { body: bodies, at };
    }, work);
  }

  /** Requests and change sets that stand for themselves, in one call; an answer for each, or undefined where there is none. @throws CallFailure, SignalboxError */
  async batch(operation: string, operations: readonly (BatchOperation | ChangeSet)[], work: WorkOptions): Promise<{ parts: (BatchPart | undefined)[]; at: Date | undefined }> {
    const boundary = `batch_${randomUUID()}`;
    const headers = { 'content-type': `multipart/mixed; boundary=${boundary}`, prefer: 'odata.continue-on-error' };
    const answer = await this.exchanged({ operation, method: 'POST', path: '$batch' }, headers, writeBatch(operations, boundary), work);
    const parts = answer.status === 200 ? readBatch(answer.headers['content-type'] ?? '', answer.body) : undefined;
    if (!parts) throw new CallFailure({ operation, host: this.host, answer });
    return { parts: operations.map((_, i) => parts[i]), at: answeredAt(answer.headers) };
  }

  /** A part of a batch that failed; one without an answer may have been done. */
  failureOf(operation: string, part: BatchPart | undefined): CallFailure {
    return new CallFailure({ operation, host: this.host, answer: part ?? { status: 500, headers: {}, body: '' } });
  }

  protected judge(thrown: unknown): ReadJudgement | undefined {
    if (!(thrown instanceof CallFailure)) return undefined;
    return { error: explain(thrown, this.now().getTime()), pauseAsked: thrown.status === 429 || thrown.headers['retry-after'] !== undefined };
  }

  /** The answer whatever its status, 401 apart. @throws CallFailure when there is none, or when the session is refused twice */
  private exchanged(call: DynamicsCall, headers: Record<string, string>, body: string | undefined, work: WorkOptions): Promise<HttpAnswer> {
    const url = this.addressOf(call.path);
    return this.signedIn.run(async ({ accessToken }: SignedIn) => {
      let status = 0;
      const answer = await this.gate.run(call.operation, work, async () => {
        const received = await this.sent(call, url, { ...SHARED_HEADERS, ...headers, authorization: `Bearer ${accessToken}` }, body);
        status = received.status;
        return received;
      }, () => asksForLess(status));
      const remaining = Number(answer.headers[REMAINING] ?? NaN);
      if (Number.isFinite(remaining)) this.allowance.saw(Math.max(0, REQUESTS_PER_WINDOW - remaining), REQUESTS_PER_WINDOW, this.now());
      if (answer.status === 401) throw new CallFailure({ operation: call.operation, host: this.host, answer });
      return answer;
    }, (thrown) => thrown instanceof CallFailure && thrown.status === 401);
  }

  private async sent(call: DynamicsCall, url: string, headers: Record<string, string>, body: string | undefined): Promise<HttpAnswer> {
    try {
      return await this.exchange.send({ method: call.method, url, headers, body, timeoutMs: CALL_TIMEOUT_MS });
    } catch (thrown) {
      if (thrown instanceof NoAnswerError) throw new CallFailure({ operation: call.operation, host: this.host, noAnswer: thrown });
      throw thrown;
    }
  }

  /** Links of Dataverse are whole addresses. One that leads elsewhere would take the token along, so it is not followed. */
  private addressOf(path: string): string {
    if (!/^https?:/i.test(path)) return `${this.settings.origin}${this.versioned(path)}`;
    const link = URL.parse(path);
    if (link?.origin !== this.settings.origin || !link.pathname.startsWith('/api/data/')) {
      throw fatal('dynamics.link_elsewhere', `Dynamics 365 at ${this.host} gave a link to ${link?.host ?? 'another place'}, which is not followed, so that credentials go nowhere else. Set the address of the connection to the one that the environment itself uses.`, { field: 'base_url' });
    }
    return path;
  }
}
