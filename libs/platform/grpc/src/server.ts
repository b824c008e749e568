import { createServer, type CallContext, type CompatServiceDefinition, type ServerMiddlewareCall, type ServiceImplementation } from 'nice-grpc';
import { HealthDefinition, HealthServiceImpl, HealthState } from 'nice-grpc-server-health';
import { ServerReflection, ServerReflectionService } from 'nice-grpc-server-reflection';
import { DESCRIPTOR_SET_BASE64, RPCS, type PermissionName } from '@signalbox/contracts';
import { fatal, isSignalboxError } from '@signalbox/kernel';
import { requirePermission, type Authenticator, type Principal } from '@signalbox/platform-auth';
import { Histogram, withContext, type Logger, type Registry } from '@signalbox/platform-telemetry';
import { toServerError } from './error-mapping.ts';

/** What a handler gets beside the request. */
export interface HandlerContext {
  principal: Principal;
}

/** The implementation of a service: every RPC as an async function or generator; the principal is in the context. */
export type Handlers<D extends CompatServiceDefinition> = ServiceImplementation<D, HandlerContext>;

export interface ServiceBinding {
  definition: CompatServiceDefinition & { fullName?: string };
  // Handlers of different services have unrelated types; `bind` checks each against its own definition.
  handlers: unknown;
}

export function bind<D extends CompatServiceDefinition>(definition: D, handlers: Handlers<D>): ServiceBinding {
  return { definition, handlers };
}

export interface GrpcServerOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  authenticator: Authenticator;
  logger: Logger;
  metrics: Registry;
  services: ServiceBinding[];
}

export interface RunningGrpcServer {
  port: number;
  setServing(serving: boolean): void;
  /** Finishes calls in flight, but no longer than `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Paths that need no token: health and reflection say nothing about a workspace. */
const isOpen = (path: string) => path.startsWith('/grpc.');

function ruleFor(path: string) {
  const rule = RPCS[path];
  if (!rule) throw fatal('grpc.rule_missing', 'This call is not in the contract.', { detail: path });
  return rule;
}

function middlewareFor(options: GrpcServerOptions, duration: Histogram<'rpc' | 'outcome'>) {
  return async function* middleware<Req, Res>(call: ServerMiddlewareCall<Req, Res, HandlerContext>, context: CallContext): AsyncGenerator<Res, Res | void, undefined> {
    const path = call.method.path;
    if (isOpen(path)) return yield* call.next(call.request, context as CallContext & HandlerContext);
    const stop = duration.startTimer({ rpc: path });
    try {
      const principal = await options.authenticator.authenticate(context.metadata.get('authorization'));
      requirePermission(principal, ruleFor(path).permission as PermissionName);
      const work = { traceparent: context.metadata.get('traceparent') ?? undefined, workspaceId: principal.workspaceId };
      // A generator resumes in its caller's context, so the work context is entered at each step.
      const steps = withContext(work, () => call.next(call.request, Object.assign(context, { principal })));
      for (;;) {
        const step = await withContext(work, () => steps.next());
        if (step.done) {
          stop({ outcome: 'ok' });
          return step.value;
        }
        yield step.value;
      }
    } catch (thrown) {
      if (context.signal.aborted) {
        stop({ outcome: 'cancelled' });
        throw isSignalboxError(thrown) ? toServerError(thrown, context.trailer).serverError : thrown;
      }
      const { error, serverError } = toServerError(thrown, context.trailer);
      stop({ outcome: error.kind });
      const line = { rpc: path, kind: error.kind, code: error.code, detail: error.detail };
      if (error.kind === 'Fatal') options.logger.error(line, error.publicMessage);
      else options.logger.debug(line, error.publicMessage);
      throw serverError;
    }
  };
}

/** Serves gRPC with authorisation, errors, metrics, health and reflection as the contract's options say. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<RunningGrpcServer> {
  const duration = new Histogram({
    name: 'signalbox_grpc_server_duration_seconds', help: 'Time to answer an RPC.', labelNames: ['rpc', 'outcome'] as const,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10], registers: [options.metrics],
  });
  const limits = { 'grpc.max_receive_message_length': 64 << 20, 'grpc.max_send_message_length': 64 << 20 };
  const server = createServer(limits).use(middlewareFor(options, duration));
  for (const service of options.services) server.add(service.definition, service.handlers as never);
  const health = HealthState();
  server.add(HealthDefinition, HealthServiceImpl(health) as never);
  const names = options.services.map((s) => s.definition.fullName ?? '').filter(Boolean);
  server.add(ServerReflectionService, ServerReflection(Buffer.from(DESCRIPTOR_SET_BASE64, 'base64'), names) as never);
  const setServing = (serving: boolean) => {
    for (const name of ['', ...names]) health.setStatus(serving ? 'healthy' : 'unhealthy', name);
  };
  const port = await server.listen(`${options.host}:${options.port}`);
  setServing(true);
  return {
    port,
    setServing,
    async stop(graceMs) {
      setServing(false);
      const timer = setTimeout(() => server.forceShutdown(), graceMs);
      await server.shutdown();
      clearTimeout(timer);
    },
  };
}
