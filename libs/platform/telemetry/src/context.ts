import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** What every log line, call and event of one piece of work carries. */
export interface WorkContext {
  /** W3C traceparent. */
  traceparent: string;
  workspaceId?: string;
  runId?: string;
}

const storage = new AsyncLocalStorage<WorkContext>();
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

/** The same trace, a new span: what is handed to a callee. */
export function childTraceparent(parent: string | undefined): string {
  if (!parent || !TRACEPARENT.test(parent)) return newTraceparent();
  return `${parent.slice(0, 36)}${randomBytes(8).toString('hex')}${parent.slice(52)}`;
}

export const currentContext = (): WorkContext | undefined => storage.getStore();

/** Runs `work` with this context; an invalid or missing traceparent begins a new trace. */
export function withContext<T>(context: Partial<WorkContext>, work: () => T): T {
  const given = context.traceparent;
  const traceparent = given && TRACEPARENT.test(given) ? given : (currentContext()?.traceparent ?? newTraceparent());
  return storage.run({ ...currentContext(), ...context, traceparent }, work);
}

export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);
