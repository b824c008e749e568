import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

/** Paths that are never a page of the console. */
const OURS = /^\/(api|healthz|readyz|metrics)(\/|$)/;
const DEFAULT_DIR = fileURLToPath(new URL('../../../../web/dist', import.meta.url));

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Signalbox</title></head>
<body><h1>Signalbox is running; its console is not built</h1>
<p>Build it in the checkout with <code>npx nx build console</code> and load this page again, or set <code>SIGNALBOX_CONSOLE_DIR</code> to a folder that holds it.</p>
<p>The API is up: <a href="/api/docs">how to use it</a>.</p></body></html>
`;

/** Names with a hash in them never change: browsers keep them for ever, and ask for everything else again. */
function cacheFor(response: Response, path: string): void {
  const hashed = /[/\\]assets[/\\].+-[\w-]{8,}\.\w+$/.test(path);
  response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** The console's files; any other page address gets its index, since the console has its own routes. */
export function consoleFiles(configuredDir: string): RequestHandler[] {
  const dir = configuredDir || DEFAULT_DIR;
  const index = join(dir, 'index.html');
  const files = express.static(dir, { index: false, redirect: false, setHeaders: cacheFor });
  const isPage = (request: Request) => (request.method === 'GET' || request.method === 'HEAD') && !OURS.test(request.path);
  return [
    (request: Request, response: Response, next: NextFunction) => (isPage(request) ? files(request, response, next) : next()),
    (request: Request, response: Response, next: NextFunction) => {
      // A missing file is missing: an index in its place would be run as a script.
      if (!isPage(request) || /\.\w+$/.test(request.path)) return next();
      response.setHeader('cache-control', 'no-cache');
      if (existsSync(index)) response.sendFile(index, { cacheControl: false }, (error) => error && next(error));
      else response.status(200).type('html').send(NOT_BUILT);
    },
  ];
}
