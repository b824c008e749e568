import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AnyFault, FaultSwitches } from './fault-switches.ts';
import { jsonAnswer, readBody, send, type Answer, type BodyRules } from './io.ts';
import type { Ledger } from './ledger.ts';

export type Json = Record<string, unknown> | unknown[] | undefined;

export interface SeedResult {
  object: string;
  inserted: number;
  /** Of the first 2000 records. */
  ids: string[];
}

/** What `/__sandbox` looks into and switches. Errors that these throw become 400s with their message. */
export interface Controlled {
  ledger: Ledger;
  /** Of any provider: what comes in is checked by the switches themselves. */
  faults: Pick<FaultSwitches<AnyFault>, 'remove' | 'clear' | 'strikeLine'> & {
    list(): unknown[];
    replace(faults: never[]): void;
    add(fault: never): number;
  };
  bodies: BodyRules;
  facts(): Record<string, unknown>;
  settings(): Record<string, unknown>;
  changeSettings(change: Json): void;
  /** `DELETE /__sandbox/<area>`: data, sessions, and what else a provider can forget. */
  forget: Record<string, () => void>;
  seedRecords(object: string, records: Record<string, unknown>[]): SeedResult;
  seedCsv(object: string, source: Readable): Promise<SeedResult>;
  /** Records of an object in order of creation, as their fields; only the wanted ones when named. */
  rows(object: string, options: { deleted: boolean; fields: string[] | undefined }): Iterable<Record<string, unknown>>;
}

const problem = (status: number, error: string): Answer => jsonAnswer(status, { error });

/** What no provider has: /__sandbox/… to look into the server and to switch faults on. Takes no session. */
export async function control(target: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const method = request.method ?? 'GET';
  try {
    const [, , area = '', name = ''] = url.pathname.split('/').map(decodeURIComponent);
    if (area === 'records' && name && method === 'GET') return await dump(target, name, url, response);
    const answer = area === 'records' && name && method === 'POST' ? await seed(target, name, request) : route(target, method, area, name, url, await jsonOf(target, request));
    send(response, answer, method);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else send(response, problem(400, (error as Error).message), method);
  }
}

async function jsonOf(target: Controlled, request: IncomingMessage): Promise<Json> {
  const body = await readBody(request, target.bodies);
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch (error) {
    throw new Error(`The body is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function route(target: Controlled, method: string, area: string, name: string, url: URL, body: Json): Answer {
  const { ledger, faults } = target;
  switch (`${method} ${area}`) {
    case 'GET ':
      return jsonAnswer(200, target.facts());
    case 'GET requests':
      return jsonAnswer(200, ledger.report(url.searchParams.get('full') === '1'));
    case 'DELETE requests':
      ledger.reset();
      return jsonAnswer(204, undefined);
    case 'GET faults':
      return jsonAnswer(200, { faults: faults.list() });
    case 'PUT faults':
      faults.replace(faultsIn(body));
      return jsonAnswer(200, { faults: faults.list() });
    case 'POST faults':
      for (const fault of faultsIn(body)) faults.add(fault);
      return jsonAnswer(201, { faults: faults.list() });
    case 'DELETE faults':
      if (name === '') faults.clear();
      else if (!faults.remove(Number(name))) return problem(404, `There is no fault ${name}.`);
      return jsonAnswer(204, undefined);
    case 'GET settings':
      return jsonAnswer(200, target.settings());
    case 'PUT settings':
      target.changeSettings(body);
      return jsonAnswer(200, target.settings());
    default:
      return forget(target, method, area);
  }
}

function forget(target: Controlled, method: string, area: string): Answer {
  const act = method === 'DELETE' && Object.hasOwn(target.forget, area) ? target.forget[area] : undefined;
  if (!act) return problem(404, `There is no ${method} /__sandbox/${area}. See libs/sandbox/README.md.`);
  act();
  return jsonAnswer(204, undefined);
}

/** A list, `{faults: [...]}`, or one fault. */
function faultsIn(body: Json): never[] {
  if (Array.isArray(body)) return body as never[];
  if (body && Array.isArray(body['faults'])) return body['faults'] as never[];
  if (body && 'kind' in body) return [body as never];
  throw new Error('Faults are given as a list, as {"faults": [...]}, or one as {"kind": ...}.');
}

/** Changes the members of `settings` that are named. @throws Error naming one that there is not, or of another type */
export function changeMembers(settings: object, change: Json): void {
  const known = settings as Record<string, unknown>;
  for (const [key, value] of Object.entries(change && !Array.isArray(change) ? change : {})) {
    const expected = typeof known[key];
    if (expected !== typeof value) throw new Error(`Setting '${key}' ${expected === 'undefined' ? 'does not exist' : `must be a ${expected}`}.`);
    known[key] = value;
  }
}

async function seed(target: Controlled, name: string, request: IncomingMessage): Promise<Answer> {
  const type = request.headers['content-type'] ?? '';
  if (/csv/i.test(type)) return jsonAnswer(201, await target.seedCsv(name, request));
  const body = await jsonOf(target, request);
  const records = Array.isArray(body) ? body : body?.['records'];
  if (!Array.isArray(records)) throw new Error('Records are given as a JSON list, as {"records": [...]}, or as text/csv with a header of API field names.');
  return jsonAnswer(201, target.seedRecords(name, records as Record<string, unknown>[]));
}

/** One JSON object a line; `?deleted=1` shows what was deleted as well, `?fields=Id,Name` only those. */
async function dump(target: Controlled, name: string, url: URL, response: ServerResponse): Promise<void> {
  const fields = url.searchParams.get('fields')?.split(',').map((f) => f.trim());
  const rows = target.rows(name, { deleted: url.searchParams.get('deleted') === '1', fields });
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  await pipeline(Readable.from(lines(rows)), response);
}

function* lines(rows: Iterable<Record<string, unknown>>): Generator<string> {
  let chunk = '';
  for (const row of rows) {
    chunk += `${JSON.stringify(row)}\n`;
    if (chunk.length > 60_000) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}
