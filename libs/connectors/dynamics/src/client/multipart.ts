/** One request inside a batch. */
export interface BatchOperation {
  method: 'GET' | 'POST' | 'PATCH';
  /** Path from the host's root, percent-encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface BatchPart {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A `multipart/mixed` body of independent requests, in the form that Dataverse takes. */
export function writeBatch(operations: readonly BatchOperation[], boundary: string): string {
  const parts = operations.map(({ method, path, headers = {}, body }) => [
    `--${boundary}`, 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', '', `${method} ${path} HTTP/1.1`,
    ...Object.entries({ Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json; type=entry' }), ...headers }).map(([name, value]) => `${name}: ${value}`),
    '', body === undefined ? '' : JSON.stringify(body),
  ].join('\r\n'));
  return `${parts.join('\r\n')}\r\n--${boundary}--\r\n`;
}

function readHead(text: string): { head: string[]; rest: string } {
  const end = text.indexOf('\r\n\r\n');
  return end < 0 ? { head: text.trimEnd().split('\r\n'), rest: '' } : { head: text.slice(0, end).split('\r\n'), rest: text.slice(end + 4) };
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

/** The answers of a batch without change sets, in the order of its requests. Undefined when the text is no such answer, or not a whole one. */
export function readBatch(contentType: string, text: string): BatchPart[] | undefined {
  const boundary = /^multipart\/mixed\s*;.*boundary\s*=\s*"?([^";]+)"?/i.exec(contentType)?.[1]?.trim();
  if (!boundary) return undefined;
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`);
  if (!pieces.at(-1)?.startsWith('--')) return undefined;
  const parts: BatchPart[] = [];
  for (const piece of pieces.slice(1, -1)) {
    const inner = readHead(readHead(piece.replace(/^[ \t]*\r\n/, '')).rest);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(inner.head[0] ?? '')?.[1] ?? 0);
    if (status === 0) return undefined;
    parts.push({ status, headers: readHeaders(inner.head.slice(1)), body: inner.rest.trim() });
  }
  return parts;
}
