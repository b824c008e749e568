import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { badUrl, DvError } from '../errors.ts';
import { preferences, readPath, type DvRequest, type Reply } from '../http/request.ts';
import { answer, routeOf } from '../http/routes.ts';

const MOST_OPERATIONS = 1000;

interface Operation {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  contentId: string | undefined;
}
type Part = { operation: Operation } | { changeSet: Operation[] };

function boundaryOf(contentType: string | undefined): string {
  const found = /multipart\/mixed\s*;.*boundary\s*=\s*"?([^";]+)"?/i.exec(contentType ?? '')?.[1];
  if (!found) throw badUrl("A batch needs 'Content-Type: multipart/mixed; boundary=…'.");
  return found.trim();
}

/** Parts of a multipart text, by the delimiter lines; what stands outside is nobody's. */
function split(text: string, boundary: string): string[] {
  const pieces = `\n${text.replaceAll('\r\n', '\n')}`.split(`\n--${boundary}`);
  const end = pieces.findIndex((piece, i) => i > 0 && piece.startsWith('--'));
  if (end < 0) throw badUrl(`The batch does not end with '--${boundary}--'.`);
  return pieces.slice(1, end).map((piece) => piece.replace(/^[ \t]*\n/, ''));
}

function headed(text: string): { headers: Record<string, string>; rest: string } {
  const at = text.startsWith('\n') ? 0 : text.indexOf('\n\n');
  const head = at < 0 ? text : text.slice(0, at);
  const headers: Record<string, string> = {};
  for (const line of head.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, rest: at < 0 ? '' : text.slice(at).replace(/^\n+/, '') };
}

function readOperation(text: string): Operation {
  const outer = headed(text);
  const lineEnd = outer.rest.indexOf('\n');
  const line = lineEnd < 0 ? outer.rest : outer.rest.slice(0, lineEnd);
  const [, method, url] = /^(GET|POST|PATCH|PUT|DELETE)\s+(\S.*?)\s+HTTP\/1\.1\s*$/.exec(line) ?? [];
  if (!method || !url) throw badUrl(`'${line.slice(0, 100)}' is not a request line.`);
  const inner = headed(lineEnd < 0 ? '' : outer.rest.slice(lineEnd + 1));
  return { method, url, headers: inner.headers, body: inner.rest.trim(), contentId: outer.headers['content-id'] };
}

function readParts(request: DvRequest): Part[] {
  return split(request.body, boundaryOf(request.headers['content-type'])).map((text): Part => {
    const { headers, rest } = headed(text);
    if (!/^multipart\/mixed/i.test(headers['content-type'] ?? '')) return { operation: readOperation(text) };
    const changeSet = split(rest, boundaryOf(headers['content-type'])).map(readOperation);
    if (changeSet.some((o) => o.method === 'GET')) throw badUrl('A change set cannot hold a GET request.');
    return { changeSet };
  });
}

/** A request inside a batch: `$1` stands for what the part with that Content-ID made. */
function inner(request: DvRequest, operation: Operation, made: ReadonlyMap<string, string>): DvRequest {
  const url = operation.url.replace(/^\/?\$([\w-]+)/, (whole, id: string) => made.get(id) ?? whole);
  const below = /(?:^|\/)api\/data\/v\d+\.\d+\/(.*)$/i.exec(url)?.[1] ?? url.replace(/^\//, '');
  const at = below.indexOf('?');
  const body = operation.body.replace(/"\/?\$([\w-]+)"/g, (whole, id: string) => (made.has(id) ? JSON.stringify(made.get(id)) : whole));
  return {
    ...request, method: operation.method, segments: readPath(at < 0 ? below : below.slice(0, at)), query: new URLSearchParams(at < 0 ? '' : below.slice(at + 1)),
    headers: operation.headers, body,
  };
}

interface Answered {
  reply: Reply;
  contentId: string | undefined;
}

function runOne(request: DvRequest, operation: Operation, made: Map<string, string>): Answered {
  const sub = inner(request, operation, made);
  const { operation: name, reply } = answer(sub, () => routeOf(sub));
  request.env.ledger.subrequest(name);
  const location = reply.headers?.['OData-EntityId'];
  if (operation.contentId && location) made.set(operation.contentId, location);
  return { reply, contentId: operation.contentId };
}

class Refused extends Error {
  readonly answered: Answered;

  constructor(answered: Answered) {
    super('a change set was refused');
    this.answered = answered;
  }
}

/** All of a change set or nothing of it: then only the refusal is answered. */
function runChangeSet(request: DvRequest, operations: Operation[]): Answered[] {
  const made = new Map<string, string>();
  const { rows } = request.env.ledger;
  const before = { ...rows };
  try {
    return request.env.store.transaction(() => operations.map((operation) => {
      const answered = runOne(request, operation, made);
      if (answered.reply.status >= 400) throw new Refused(answered);
      return answered;
    }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    Object.assign(rows, before, { failed: before.failed + operations.length });
    return [error.answered];
  }
}

function writeAnswer({ reply, contentId }: Answered, boundary: string): string {
  const content = reply.text?.content ?? (reply.body === undefined ? '' : JSON.stringify(reply.body));
  const type = reply.text?.type ?? 'application/json; odata.metadata=minimal';
  const lines = [
    `--${boundary}`, 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', ...(contentId ? [`Content-ID: ${contentId}`] : []), '',
    `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}`, ...(content ? [`Content-Type: ${type}`] : []), 'OData-Version: 4.0',
    ...Object.entries(reply.headers ?? {}).map(([name, value]) => `${name}: ${value}`), '', content,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** `$batch`: change sets stand or fall as a whole; a failure ends the batch unless it is to go on. */
export function batch(request: DvRequest): Reply {
  const parts = readParts(request);
  const operations = parts.reduce((sum, part) => sum + ('changeSet' in part ? part.changeSet.length : 1), 0);
  if (operations > MOST_OPERATIONS) throw new DvError(400, '0x80060888', `The number of operations in the batch, ${operations}, is more than the ${MOST_OPERATIONS} that are allowed.`);
  const goOn = preferences(request).has('odata.continue-on-error');
  const boundary = `batchresponse_${randomUUID()}`;
  let content = '';
  let failed: number | undefined;
  for (const part of parts) {
    const answered = 'changeSet' in part ? runChangeSet(request, part.changeSet) : [runOne(request, part.operation, new Map())];
    if ('changeSet' in part) {
      const own = `changesetresponse_${randomUUID()}`;
      content += `--${boundary}\r\nContent-Type: multipart/mixed; boundary=${own}\r\n\r\n${answered.map((a) => writeAnswer(a, own)).join('')}--${own}--\r\n`;
    } else content += writeAnswer(answered[0]!, boundary);
    failed = answered.find((a) => a.reply.status >= 400)?.reply.status;
    if (failed && !goOn) break;
  }
  content += `--${boundary}--\r\n`;
  return { status: failed && !goOn ? failed : 200, text: { type: `multipart/mixed; boundary=${boundary}`, content } };
}
