import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { retryable } from '@signalbox/kernel';
import { Gauge, Histogram, type Registry } from '@signalbox/platform-telemetry';

const POLL_MS = 20;

/** Counts and times requests; when the service stops, it takes no more and waits for those under way. */
export class InFlight {
  private readonly answers = new Set<Response>();
  private stopping = false;
  private readonly duration: Histogram<'method' | 'route' | 'status'>;

  constructor(metrics: Registry) {
    this.duration = new Histogram({
      name: 'signalbox_gateway_http_duration_seconds', help: 'Time to answer a request.', labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60], registers: [metrics],
    });
    const { answers } = this;
    new Gauge({ name: 'signalbox_gateway_http_in_flight_requests', help: 'Requests under way.', registers: [metrics], collect() { this.set(answers.size); } });
  }

  middleware(): RequestHandler {
    return (request: Request, response: Response, next: NextFunction) => {
      if (this.stopping && request.path.startsWith('/api/')) {
        response.setHeader('connection', 'close');
        return next(retryable('gateway.stopping', 'Signalbox is restarting. Try again in a moment.', 1000));
      }
      const stop = this.duration.startTimer();
      this.answers.add(response);
      response.once('close', () => {
        this.answers.delete(response);
        stop({ method: request.method, route: (request.route as { path?: string } | undefined)?.path ?? 'other', status: String(response.statusCode) });
      });
      next();
    };
  }

  /** Event streams never end by themselves: they are ended, and their readers connect again elsewhere. */
  async drain(graceMs: number): Promise<void> {
    this.stopping = true;
    for (const answer of this.answers) {
      if (String(answer.getHeader('content-type')).startsWith('text/event-stream')) answer.end();
    }
    const deadline = Date.now() + graceMs;
    while (this.answers.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
