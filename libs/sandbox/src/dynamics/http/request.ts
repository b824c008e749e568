import { payloadError } from '../errors.ts';
import type { Environment } from '../environment.ts';

/** `accounts(…)` of a path: its name, and what stands in the brackets, URL-decoded. */
export interface Segment {
  name: string;
  key: string | undefined;
}

/** A Web API request after HTTP is taken off it: from a client, or from inside a batch. */
export interface DvRequest {
  env: Environment;
  method: string;
  segments: Segment[];
  query: URLSearchParams;
  /** Names in small letters. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
  /** `https://host/api/data/v9.2/`, as the client sees it. */
  root: string;
  log: (line: string) => void;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, unless `text` is given. */
  body?: unknown;
  text?: { type: string; content: string };
}

const OPEN = { "'": "'" } as const;

/** Splits a path at its slashes, those within brackets and quotes apart. */
export function readPath(path: string): Segment[] {
  const parts: string[] = [''];
  let depth = 0;
  let quoted = false;
  for (const letter of decodeURIComponent(path)) {
    if (letter === OPEN["'"]) quoted = !quoted;
    if (!quoted && letter === '(') depth++;
    if (!quoted && letter === ')') depth--;
    if (letter === '/' && depth === 0 && !quoted) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.filter((part) => part !== '').map((part) => {
    const at = part.indexOf('(');
    return at > 0 && part.endsWith(')') ? { name: part.slice(0, at), key: part.slice(at + 1, -1) } : { name: part, key: undefined };
  });
}

/** `odata.maxpagesize=50, odata.track-changes` as names and values. */
export function preferences(request: DvRequest): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of (request.headers['prefer'] ?? '').matchAll(/\s*([\w.-]+)(?:\s*=\s*(?:"([^"]*)"|([^,;]*)))?\s*[,;]?/g)) {
    if (part[1]) found.set(part[1].toLowerCase(), part[2] ?? part[3]?.trim() ?? '');
  }
  return found;
}

export function jsonBody(request: DvRequest): unknown {
  try {
    return JSON.parse(request.body) as unknown;
  } catch (error) {
    throw payloadError(request.segments[0]?.name ?? '', `Invalid JSON. ${(error as Error).message}`);
  }
}
