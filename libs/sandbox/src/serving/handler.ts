import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { control, type Controlled } from './control.ts';
import type { LineFault } from './fault-switches.ts';
import { packed, send, type Answer } from './io.ts';

/** A request whose operation is known, before anything of it is done. */
export interface Asked {
  operation: string;
  /** The answer of a fault that refuses it; strikes before the sign-in is looked at. */
  refusal(): { kind: string; answer: Answer } | undefined;
  /** Does it; whatever goes wrong is an answer too. */
  run(): Answer;
}

/** What a provider's server is made of, as far as serving it goes. */
export interface Provider {
  controlled: Controlled;
  now(): number;
  /** Waited before each answer, in milliseconds. */
  latencyMs(): number;
  /** Reads the request and finds what it asks for. @throws what `refuse` answers */
  read(request: IncomingMessage, url: string): Promise<Asked>;
  /** Any thrown value as the provider's answer. */
  refuse(error: unknown): Answer;
  log(line: string): void;
}

type Line = Exclude<LineFault, { kind: 'latency' }>;

interface Outcome {
  operation: string;
  answer?: Answer;
  line?: Line;
  fault?: string;
}

const BEFORE = ['connection-reset', 'timeout-before-commit'] as const;
const AFTER = ['timeout-after-commit', 'truncated-answer'] as const;

/** Serves a provider: its faults in their order, its ledger, and `/__sandbox`. `signal` ends waits when the sandbox closes. */
export function requestHandler(provider: Provider, signal: AbortSignal): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    handle(provider, signal, request, response).catch((error: unknown) => {
      if (signal.aborted || response.destroyed) return;
      const refused = provider.refuse(error);
      if (!response.headersSent) send(response, { ...refused, headers: { ...refused.headers, Connection: 'close' } }, request.method);
      else response.destroy();
    });
  };
}

async function handle(provider: Provider, signal: AbortSignal, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  if (url.startsWith('/__sandbox')) return control(provider.controlled, request, response);
  const started = performance.now();
  const outcome = await answer(provider, signal, request, url);
  const ms = Math.round((performance.now() - started) * 10) / 10;
  const status = outcome.answer && !outcome.line ? outcome.answer.status : 0;
  const fault = outcome.fault ?? outcome.line?.kind;
  provider.controlled.ledger.record({ at: new Date(provider.now()).toISOString(), operation: outcome.operation, method: request.method ?? '', path: url.slice(0, 300), status, ms, fault });
  provider.log(`${request.method ?? ''} ${url.slice(0, 200)} ${outcome.operation} ${status || outcome.line?.kind} ${ms} ms`);
  if (outcome.line) return breakLine(outcome.line, outcome.answer, response, signal);
  if (outcome.answer) send(response, await packed(outcome.answer, request.headers['accept-encoding'] as string | undefined), request.method);
}

/** The order matters: line and refusals strike before the session is looked at, and a time-out after commit only once all is done. */
async function answer(provider: Provider, signal: AbortSignal, request: IncomingMessage, url: string): Promise<Outcome> {
  let asked: Asked;
  try {
    asked = await provider.read(request, url);
  } catch (error) {
    return { operation: 'unknown', answer: provider.refuse(error) };
  }
  const { operation } = asked;
  const { faults } = provider.controlled;
  const late = faults.strikeLine(['latency'], operation);
  const wait = provider.latencyMs() + (late ? late.ms + Math.random() * (late.jitterMs ?? 0) : 0);
  if (wait > 0) await pause(wait, undefined, { signal });
  const before = faults.strikeLine(BEFORE, operation);
  if (before) return { operation, line: before };
  const refused = asked.refusal();
  if (refused) return { operation, answer: dated(provider, refused.answer), fault: refused.kind };
  return { operation, answer: dated(provider, asked.run()), line: faults.strikeLine(AFTER, operation) };
}

/** The provider's own clock, which a client may go by, also where a test makes it differ from the machine's. */
const dated = (provider: Provider, done: Answer): Answer => ({ ...done, headers: { Date: new Date(provider.now()).toUTCString(), ...done.headers } });

async function breakLine(line: Line, done: Answer | undefined, response: ServerResponse, signal: AbortSignal): Promise<void> {
  const hangMs = 'hangMs' in line ? (line.hangMs ?? 0) : 0;
  if (hangMs > 0) await pause(hangMs, undefined, { signal }).catch(() => undefined);
  if (line.kind === 'truncated-answer' && done) {
    response.writeHead(done.status, { ...done.headers, 'Content-Length': done.body.length });
    response.write(done.body.subarray(0, Math.floor(done.body.length / 2)), () => response.destroy());
    return;
  }
  response.destroy();
}
