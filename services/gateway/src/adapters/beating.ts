import type { Logger } from '@signalbox/platform-telemetry';
import type { Beat } from '../application/ports.ts';

export const beating = (logger: Logger): Beat => (everyMs, work) => {
  const timer = setInterval(() => void work().catch((error: unknown) => logger.warn({ err: error }, 'a sign of life failed; the next one follows')), everyMs);
  timer.unref();
  return () => clearInterval(timer);
};
