import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Registry } from '@signalbox/platform-telemetry';
import { METRICS, READINESS } from './tokens.ts';
import type { Readiness } from './readiness.ts';

/** What an orchestrator and a scraper ask; open to all, and says nothing about any workspace. */
@Controller()
export class HealthController {
  constructor(
    @Inject(READINESS) private readonly readiness: Readiness,
    @Inject(METRICS) private readonly metrics: Registry,
  ) {}

  @Get('healthz')
  alive() {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res() response: Response) {
    const problems = await this.readiness.problems();
    const ready = Object.keys(problems).length === 0;
    response.status(ready ? 200 : 503).json(ready ? { status: 'ready' } : { status: 'not ready', problems });
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text() {
    return this.metrics.metrics();
  }
}
