import { ClientError, Metadata, Status, createChannel, createClientFactory, type CallOptions, type Client, type ClientMiddlewareCall, type CompatServiceDefinition } from 'nice-grpc';
import { RPCS } from '@signalbox/contracts';
import { backoffMs } from '@signalbox/kernel';
import type { ServiceTokens } from '@signalbox/platform-auth';
import { childTraceparent, currentContext } from '@signalbox/platform-telemetry';
import { ERROR_TRAILER, fromClientError } from './error-mapping.ts';

/** Options that every call through a client of ours takes. */
export interface CallerOptions {
  /** Workspace on whose behalf the call is made. Required, unless `bearerToken` is given. */
  workspaceId?: string;
  /** Pass this token on instead of the service's own. */
  bearerToken?: string;
  /** Overrides the deadline of the contract, in milliseconds. */
  timeoutMs?: number;
}

export type GrpcClient<D extends CompatServiceDefinition> = Client<D, CallerOptions> & { close(): void };

export interface GrpcClientOptions {
  /** host:port */
  address: string;
  tokens: ServiceTokens;
}

const ATTEMPTS = 4;
const BACKOFF = { initialMs: 50, maximumMs: 1_000, factor: 3, jitter: 0.5 };
/** Answers that say "the server never saw it" or "ask again": safe to repeat where the contract allows it. */
const REPEATABLE = new Set([Status.UNAVAILABLE]);

type Options = CallOptions & Partial<CallerOptions>;

function authorise(tokens: ServiceTokens) {
  return async function* <Req, Res>(call: ClientMiddlewareCall<Req, Res>, options: Options) {
    const { workspaceId, bearerToken, timeoutMs: _timeoutMs, ...rest } = options;
    const metadata = Metadata(rest.metadata);
    if (!bearerToken && workspaceId === undefined) throw new Error(`${call.method.path}: the call names no workspace`);
    metadata.set('authorization', `Bearer ${bearerToken ?? (await tokens.mint(workspaceId ?? ''))}`);
    metadata.set('traceparent', childTraceparent(currentContext()?.traceparent));
    return yield* call.next(call.request, { ...rest, metadata });
  };
}

async function* mapErrors<Req, Res>(call: ClientMiddlewareCall<Req, Res>, options: Options) {
  let trailer: Uint8Array | undefined;
  const onTrailer = (t: Metadata) => {
    trailer = t.get(ERROR_TRAILER) as Uint8Array | undefined;
    options.onTrailer?.(t);
  };
  try {
    return yield* call.next(call.request, { ...options, onTrailer });
  } catch (error) {
    if (error instanceof ClientError) throw Object.assign(fromClientError(error.path, error.code, error.details, trailer), { grpcStatus: error.code, fromService: trailer !== undefined });
    throw error;
  }
}

async function* deadline<Req, Res>(call: ClientMiddlewareCall<Req, Res>, options: Options) {
  const timeoutMs = options.timeoutMs ?? RPCS[call.method.path]?.timeoutMs ?? 10_000;
  if (timeoutMs === 0) return yield* call.next(call.request, options);
  const ending = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, ending]) : ending;
  try {
    return yield* call.next(call.request, { ...options, signal });
  } catch (error) {
    if (ending.aborted && !options.signal?.aborted) throw fromClientError(call.method.path, Status.DEADLINE_EXCEEDED, `no answer in ${timeoutMs} ms`, undefined);
    throw error;
  }
}

async function* repeat<Req, Res>(call: ClientMiddlewareCall<Req, Res>, options: Options) {
  const rule = RPCS[call.method.path];
  const mayRepeat = rule !== undefined && rule.idempotency !== 'NONE' && !call.requestStream && !call.responseStream;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return yield* call.next(call.request, options);
    } catch (error) {
      const { grpcStatus, fromService } = error as { grpcStatus?: Status; fromService?: boolean };
      if (!mayRepeat || fromService || grpcStatus === undefined || !REPEATABLE.has(grpcStatus) || attempt >= ATTEMPTS || options.signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoffMs(BACKOFF, attempt, Math.random())));
    }
  }
}

/** A client whose calls carry a token and a trace, keep the contract's deadline, and are repeated only where it allows. */
export function createGrpcClient<D extends CompatServiceDefinition>(definition: D, options: GrpcClientOptions): GrpcClient<D> {
  const channel = createChannel(options.address, undefined, { 'grpc.max_receive_message_length': 64 << 20, 'grpc.max_send_message_length': 64 << 20, 'grpc.keepalive_time_ms': 60_000 });
  const client = createClientFactory().use(mapErrors).use(repeat).use(deadline).use(authorise(options.tokens)).create(definition, channel);
  return Object.assign(client, { close: () => channel.close() }) as unknown as GrpcClient<D>;
}
