import { pino, type DestinationStream, type Logger } from 'pino';
import { currentContext, traceIdOf } from './context.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  service: string;
  level: string;
  /** Where lines go. Default: standard output. */
  destination?: DestinationStream;
}

const SECRET_PATHS = ['secrets', '*.secrets', 'token', '*.token', 'password', '*.password', 'authorization', '*.authorization', 'client_secret', '*.client_secret', 'private_key', '*.private_key'];

/** One JSON line an event, with the trace, workspace and run of the work at hand. */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
    mixin: () => {
      const context = currentContext();
      if (!context) return {};
      return { trace_id: traceIdOf(context.traceparent), workspace_id: context.workspaceId, run_id: context.runId };
    },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
