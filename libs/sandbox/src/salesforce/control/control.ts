import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FaultInput } from '../faults/fault-types.ts';
import { jsonAnswer, readBody, send, type Answer } from '../http/io.ts';
import type { Org } from '../org.ts';
import type { SandboxSettings } from '../options.ts';
import { isDeleted, type Row } from '../store/row.ts';
import { seedCsv, seedObject, seedRecords } from './seed.ts';

const problem = (status: number, error: string): Answer => jsonAnswer(status, { error });
type Json = Record<string, unknown> | unknown[] | undefined;

/** What Salesforce does not have: /__sandbox/… to look into the org and to switch faults on. Takes no session. */
export async function control(org: Org, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const method = request.method ?? 'GET';
  try {
    const [, , area = '', name = ''] = url.pathname.split('/').map(decodeURIComponent);
    if (area === 'records' && name && method === 'GET') return await dump(org, name, url, response);
    const answer = area === 'records' && name && method === 'POST' ? await seed(org, name, request) : route(org, method, area, name, url, await jsonOf(request));
    send(response, answer, method);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else send(response, problem(400, (error as Error).message), method);
  }
}

async function jsonOf(request: IncomingMessage): Promise<Json> {
  const body = await readBody(request);
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch (error) {
    throw new Error(`The body is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function route(org: Org, method: string, area: string, name: string, url: URL, body: Json): Answer {
  switch (`${method} ${area}`) {
    case 'GET ':
      return jsonAnswer(200, { url: org.url, organizationId: org.id, userId: org.userId, settings: org.settings, apiUsage: org.apiUsage, counts: countsOf(org) });
    case 'GET requests':
      return jsonAnswer(200, org.ledger.report(url.searchParams.get('full') === '1'));
    case 'DELETE requests':
      org.ledger.reset();
      return jsonAnswer(204, undefined);
    case 'GET faults':
      return jsonAnswer(200, { faults: org.faults.list() });
    case 'PUT faults':
      org.faults.replace(faultsIn(body));
      return jsonAnswer(200, { faults: org.faults.list() });
    case 'POST faults':
      for (const fault of faultsIn(body)) org.faults.add(fault);
      return jsonAnswer(201, { faults: org.faults.list() });
    case 'DELETE faults':
      if (name === '') org.faults.clear();
      else if (!org.faults.remove(Number(name))) return problem(404, `There is no fault ${name}.`);
      return jsonAnswer(204, undefined);
    case 'GET settings':
      return jsonAnswer(200, { ...org.settings, apiUsage: org.apiUsage });
    case 'PUT settings':
      changeSettings(org, body);
      return jsonAnswer(200, { ...org.settings, apiUsage: org.apiUsage });
    case 'DELETE data':
      org.reset();
      return jsonAnswer(204, undefined);
    case 'DELETE sessions':
      org.sessions.endAll();
      return jsonAnswer(204, undefined);
    case 'DELETE locators':
      org.locators.expireAll();
      return jsonAnswer(204, undefined);
    default:
      return problem(404, `There is no ${method} /__sandbox/${area}. See libs/sandbox/README.md.`);
  }
}

/** A list, `{faults: [...]}`, or one fault. */
function faultsIn(body: Json): FaultInput[] {
  if (Array.isArray(body)) return body as FaultInput[];
  if (body && Array.isArray(body.faults)) return body.faults as FaultInput[];
  if (body && 'kind' in body) return [body as unknown as FaultInput];
  throw new Error('Faults are given as a list, as {"faults": [...]}, or one as {"kind": ...}.');
}

export function changeSettings(org: Org, body: Json): void {
  const given = (body && !Array.isArray(body) ? body : {}) as Partial<SandboxSettings> & { apiUsage?: number };
  for (const [key, value] of Object.entries(given)) {
    const expected = key === 'apiUsage' ? 'number' : typeof (org.settings as unknown as Record<string, unknown>)[key];
    if (expected !== typeof value) throw new Error(`Setting '${key}' ${expected === 'undefined' ? 'does not exist' : `must be a ${expected}`}.`);
    if (key === 'apiUsage') org.apiUsage = value as number;
    else Object.assign(org.settings, { [key]: value });
  }
}

async function seed(org: Org, name: string, request: IncomingMessage): Promise<Answer> {
  const type = request.headers['content-type'] ?? '';
  if (/csv/i.test(type)) return jsonAnswer(201, await seedCsv(org, name, request, 'The CSV'));
  const body = await jsonOf(request);
  const records = Array.isArray(body) ? body : body?.records;
  if (!Array.isArray(records)) throw new Error('Records are given as a JSON list, as {"records": [...]}, or as text/csv with a header of API field names.');
  return jsonAnswer(201, seedRecords(org, name, records as Record<string, unknown>[]));
}

/** One JSON object a line, in order of Id; `?deleted=1` shows the recycle bin as well, `?fields=Id,Name` only those. */
async function dump(org: Org, name: string, url: URL, response: ServerResponse): Promise<void> {
  const def = seedObject(org, name);
  const wanted = url.searchParams.get('fields')?.split(',').map((f) => def.byName.get(f.trim().toLowerCase())?.name ?? f.trim());
  const withDeleted = url.searchParams.get('deleted') === '1';
  const rows = org.store.table(def).rows().filter((row) => withDeleted || !isDeleted(row));
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  await pipeline(Readable.from(lines(rows, wanted)), response);
}

function* lines(rows: Row[], wanted: string[] | undefined): Generator<string> {
  let chunk = '';
  for (const { values } of rows) {
    chunk += `${JSON.stringify(wanted ? Object.fromEntries(wanted.map((f) => [f, values[f] ?? null])) : values)}\n`;
    if (chunk.length > 60_000) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

export const countsOf = (org: Org): Record<string, number> =>
  Object.fromEntries(org.schema.all().map((def) => [def.name, org.store.table(def).liveCount]));
