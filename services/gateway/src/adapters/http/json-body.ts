import { raw, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { invalid } from '@signalbox/kernel';
import { jsonErrorAt } from './json/json-error.ts';
import { toSignalboxError } from './problems.ts';

const MAX_DEPTH = 60;
const isJson = (type: string | undefined) => /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type ?? '');
const hasBody = (request: Request) => request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** PostgreSQL keeps no NUL byte, and nothing of ours is nested deep: both are refused here, by place. */
function checkValues(value: unknown, path: string, depth: number): void {
  if (typeof value === 'string' && value.includes('\0')) throw invalid('gateway.body.nul', `There is a NUL character in '${path}'. Take it out.`, { field: path });
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw invalid('gateway.body.too_deep', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  for (const [key, child] of Object.entries(value)) checkValues(child, path ? `${path}.${key}` : key, depth + 1);
}

function parse(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('gateway.body.not_utf8', 'The body is not UTF-8. JSON is sent in UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { position, line, column } = jsonErrorAt(text, cause as Error);
    throw invalid('gateway.body.not_json', `The body is not JSON: it goes wrong at line ${line}, column ${column} (position ${position}).`, { cause });
  }
}

/** Reads JSON bodies up to `limit` bytes. Other bodies are left to the routes that `takesOther` names, and refused elsewhere. */
export function jsonBody(limit: number, takesOther: (request: Request) => boolean): RequestHandler {
  const read = raw({ type: () => true, limit });
  return (request: Request, response: Response, next: NextFunction) => {
    if (!hasBody(request) || takesOther(request)) return next();
    if (!isJson(request.headers['content-type'])) return next(invalid('gateway.body.media_type', 'Send the body as JSON, with the header "content-type: application/json".', { field: 'content-type' }));
    read(request, response, (error?: unknown) => {
      // Translated here, since Nest would put its own words in place of what the reader found.
      if (error) return next(toSignalboxError(error));
      try {
        if (Buffer.isBuffer(request.body)) {
          request.body = parse(request.body);
          checkValues(request.body, '', 0);
        }
        next();
      } catch (problem) {
        next(problem);
      }
    });
  };
}
