import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { context, isSpanContextValid, ROOT_CONTEXT, trace } from '@opentelemetry/api';

const W3C = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The trace of the message being handled, for processes in which no tracing is set up. */
const handled = new AsyncLocalStorage<string>();

/** The W3C trace context to send on: the active span's, else the one of the message being handled, else a new one. */
export function currentTraceparent(): string {
  const span = trace.getSpanContext(context.active());
  if (span && isSpanContextValid(span)) return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
  return handled.getStore() ?? `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}

/** Runs `work` as a continuation of the trace the message came with. */
export function continueTrace<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T> {
  const parts = W3C.exec(traceparent ?? '');
  if (!traceparent || !parts) return work();
  const parent = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: parts[1]!, spanId: parts[2]!, traceFlags: Number.parseInt(parts[3]!, 16), isRemote: true,
  });
  return handled.run(traceparent, () => context.with(parent, work));
}
