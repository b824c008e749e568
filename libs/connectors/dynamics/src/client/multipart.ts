/** One request inside a batch. */
export interface BatchOperation {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path from the host's root, percent-encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Requests that change something and stand or fall together. */
export type ChangeSet = readonly BatchOperation[];

/** An answer; of a change set the one that refused it, else its last. */
export interface BatchPart {
  status: number;
  headers: Record<string, string>;
  body: string;
}

function writeOperation({ method, path, headers = {}, body }: BatchOperation, contentId: string[]): string {
  return [
    'Content-Type: application/http', 'Content-Transfer-Encoding: binary', ...contentId, '', `${method} ${path} HTTP/1.1`,
    ...Object.entries({ Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json; type=entry' }), ...headers }).map(([name, value]) => `${name}: ${value}`),
    '', body === undefined ? '' : JSON.stringify(body),
  ].join('\r\n');
}

function writeChangeSet(operations: ChangeSet, boundary: string): string {
  const parts = operations.map((operation, i) => `--${boundary}\r\n${writeOperation(operation, [`Content-ID: ${i + 1}`])}`);
  return [`Content-Type: multipart/mixed; boundary=${boundary}`, '', ...parts, `--${boundary}--`, ''].join('\r\n');
}

const isChangeSet = (part: BatchOperation | ChangeSet): part is ChangeSet => Array.isArray(part);

/** A `multipart/mixed` body of requests and change sets, each of which stands for itself, in the form that Dataverse takes. */
export function writeBatch(operations: readonly (BatchOperation | ChangeSet)[], boundary: string): string {
  const parts = operations.map((part, i) => `--${boundary}\r\n${isChangeSet(part) ? writeChangeSet(part, `changeset_${i}_${boundary}`) : writeOperation(part, [])}`);
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

/** Answers of a change set within one of a batch: what refused it, else the last. */
function readChangeSet(contentType: string, text: string): BatchPart | undefined {
  const parts = readBatch(contentType, text);
  return parts?.find((part) => part.status >= 400) ?? parts?.at(-1);
}

function readPart(text: string): BatchPart | undefined {
  const outer = readHead(text.replace(/^[ \t]*\r\n/, ''));
  const type = readHeaders(outer.head)['content-type'] ?? '';
  // A change set that was refused may also be answered by the refusal alone, which then is a part like any other.
  if (/^multipart\/mixed/i.test(type)) return readChangeSet(type, outer.rest);
  const inner = readHead(outer.rest);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(inner.head[0] ?? '')?.[1] ?? 0);
  return status === 0 ? undefined : { status, headers: readHeaders(inner.head.slice(1)), body: inner.rest.trim() };
}

/** The answers of a batch in the order of its requests and change sets, one for each. Undefined when the text is no such answer, or not a whole one. */
export function readBatch(contentType: string, text: string): BatchPart[] | undefined {
  const boundary = /^multipart\/mixed\s*;.*boundary\s*=\s*"?([^";]+)"?/i.exec(contentType)?.[1]?.trim();
  if (!boundary) return undefined;
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`);
  if (!pieces.at(-1)?.startsWith('--')) return undefined;
  const parts = pieces.slice(1, -1).map(readPart);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}
