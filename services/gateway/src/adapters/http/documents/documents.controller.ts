import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { notFound } from '@signalbox/kernel';

/** Where the document is put once the application is complete. */
export class ApiDocument {
  value: unknown;
}

const UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Signalbox API</title><link rel="icon" type="image/svg+xml" href="/api/docs/assets/icon.svg"><link rel="stylesheet" href="/api/docs/assets/swagger-ui.css"></head>
<body><div id="api"></div><script src="/api/docs/assets/swagger-ui-bundle.js"></script><script src="/api/docs/assets/start.js"></script></body></html>
`;
const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });\n`;
// The console's icon; the console itself may not be built where the API is read.
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#12456b"/><path d="M7 11h18M7 21h18" stroke="#9ec9e8" stroke-width="2.4" stroke-linecap="round"/><path d="M11 21 21 11" stroke="#ffb43a" stroke-width="3" stroke-linecap="round"/></svg>';
const ASSETS = new Set(['swagger-ui.css', 'swagger-ui-bundle.js']);

/** The description of the API and a page to read it; everything on it comes from here. */
@ApiExcludeController()
@Controller('api')
export class DocumentsController {
  constructor(@Inject(ApiDocument) private readonly document: ApiDocument) {}

  @Get('openapi.json')
  json() {
    return this.document.value;
  }

  @Get('docs')
  page(@Res() response: Response) {
    response.type('html').send(PAGE);
  }

  @Get('docs/assets/:file')
  asset(@Param('file') file: string, @Res() response: Response) {
    if (file === 'start.js') return void response.type('js').send(START);
    if (file === 'icon.svg') return void response.type('svg').send(ICON);
    if (!ASSETS.has(file)) throw notFound('gateway.route.not_found', `There is no file ${file} here.`);
    response.setHeader('cache-control', 'public, max-age=86400');
    response.sendFile(join(UI, file), { cacheControl: false, dotfiles: 'allow' });
  }
}
