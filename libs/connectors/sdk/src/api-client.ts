import { Allowance } from './allowance.ts';
import { CallGate } from './call-gate.ts';
import type { ConnectInput, ConnectorParts, WorkOptions } from './connector.ts';
import { HttpExchange } from './http-exchange.ts';
import { readPatiently, type ReadJudgement } from './patient-read.ts';

/** Settings that every provider's clients have. */
export interface ClientSettings {
  /** Share of the allowance that is left to other systems, 0 to 100. */
  reservePercent: number;
  /** Certificate authority (PEM) of the customer's own. */
  ca: string | undefined;
}

/** What the clients of all providers have in common: the way out, the allowance that is watched, the gate that counts, and patience when reading. */
export abstract class ApiClient<S extends ClientSettings> {
  readonly allowance: Allowance;
  readonly parts: ConnectorParts;
  readonly settings: S;
  protected readonly exchange: HttpExchange;
  protected readonly gate: CallGate;

  /** @param system as errors name it */
  constructor(input: ConnectInput, settings: S, system: string) {
    this.settings = settings;
    this.parts = input.parts;
    this.exchange = new HttpExchange({ ca: settings.ca });
    this.allowance = new Allowance({ reservePercent: settings.reservePercent, system }, input.usage);
    this.gate = new CallGate(this.allowance, input.parts, input.budget);
  }

  close(): void {
    this.exchange.close();
  }

  now(): Date {
    return this.parts.clock.now();
  }

  /** A call that only reads, with short troubles sat out. @throws SignalboxError */
  protected patiently<T>(once: () => Promise<T>, work: WorkOptions, longestWaitMs?: number): Promise<T> {
    return readPatiently(once, (thrown) => this.judge(thrown), this.parts, work.signal, longestWaitMs);
  }

  /** What a failed reading means; undefined when it is no failure of a call. */
  protected abstract judge(thrown: unknown): ReadJudgement | undefined;
}

/** The CRM's own clock when it answered, when it said so. */
export function answeredAt(headers: Readonly<Record<string, string>> | undefined): Date | undefined {
  const date = Date.parse(headers?.['date'] ?? '');
  return Number.isNaN(date) ? undefined : new Date(date);
}
