import type { Clock } from '@signalbox/kernel';
import type { CallBudget, CallPurpose } from './call-gate.ts';
import type { CallCounter } from './call-counter.ts';
import type { ConnectorLists } from './lists.ts';
import type { ConnectorManifest, WriteOperation } from './manifest.ts';
import type { ConvertedStatus, FieldDescription, PulledPage, RemoteRecord } from './records.ts';
import type { SettleAnswer, SettleRequest, WriteOutcome, WriteRequest } from './writes.ts';

/** A kind of system that can be connected. One per folder of `libs/connectors`; the registry lists them. */
export interface Connector {
  manifest: ConnectorManifest;
  /**
   * A session for one connection; nothing is sent before its first use.
   * @throws Invalid naming the setting or secret that is missing or not well formed
   */
  connect(input: ConnectInput): ConnectorSession;
}

export interface ConnectInput {
  baseUrl: string;
  authKind: string;
  settings: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  /** What the CRM last said about the allowance, when that is known. */
  usage?: ApiUsage;
  /** Hosts that may be reached without TLS besides loopback; for test installations. */
  plainHosts?: readonly string[];
  /** Shared with every other process that calls for this connection; without one only the CRM's own limits hold. */
  budget?: CallBudget;
  parts: ConnectorParts;
}

/** What a connector needs from outside. */
export interface ConnectorParts {
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  logger: ConnectorLogger;
}

/** The part of a logger that connectors use; pino fits. */
export interface ConnectorLogger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** API calls used and allowed in the CRM's present window, as it last said. */
export interface ApiUsage {
  used: number;
  allowed: number;
  seenAt: Date;
}

/** Who is signed in, for a person to recognise. */
export interface ConnectionFacts {
  account: string;
  user: string;
  apiVersion: string;
}

export interface WorkOptions {
  /** Counts the API calls of this piece of work. */
  counter?: CallCounter;
  /** Stops between two API calls. */
  signal?: AbortSignal;
  /** Default `read`. */
  purpose?: CallPurpose;
}

export interface DescribeOptions {
  /** An answer no older than this many milliseconds is as good as a new one. Default 0. */
  withinMs?: number;
}

export interface PullOptions {
  /** As in the last page that was taken in; without it everything is read. */
  position?: string;
  fields: readonly string[];
}

export interface RecheckOptions {
  position: string;
  fields: readonly string[];
  /** Leaves out records that have this field filled: those that we made. */
  exceptWithField?: string;
}

export interface LookupOptions {
  field: string;
  values: readonly string[];
  fields: readonly string[];
}

/**
 * Every method throws SignalboxErrors only. Retryable: nothing of what was not reported has been written, ask again
 * after `afterMs`. AuthExpired, Forbidden and Invalid: a person must mend the connection; the message says where.
 */
export interface ConnectorSession {
  /** Lists with members, of a CRM whose manifest names them for one of its objects. */
  readonly lists?: ConnectorLists;
  /** The same session with its calls counted elsewhere or stoppable; it shares sign-in and budget. */
  forWork(options: WorkOptions): ConnectorSession;
  /** Signs in and asks for something small. */
  test(): Promise<ConnectionFacts>;
  /** The CRM's own description of an object, asked now unless the options let a recent answer do. */
  describe(object: string, options?: DescribeOptions): Promise<FieldDescription[]>;
  /** Of these fields, those worth keeping in the mirror. */
  mirrorFields(object: string, fields: readonly FieldDescription[]): string[];
  /** What changed, deletions included, oldest first. A page's position is safe to begin from once the page is stored. */
  pull(object: string, options: PullOptions): AsyncIterable<PulledPage>;
  /** What changed since a position, cheaply, for the look at the moment of writing. */
  changedSince(object: string, options: RecheckOptions): Promise<PulledPage>;
  /** Live records whose field has one of the values. */
  lookup(object: string, options: LookupOptions): Promise<RemoteRecord[]>;
  /** One list of outcomes per API call, each row once. Rows that were not reported when it throws were not written. */
  write(request: WriteRequest): AsyncIterable<WriteOutcome[]>;
  /** Asks the CRM what became of writes whose answer was lost. */
  settle(request: SettleRequest): Promise<SettleAnswer[]>;
  /**
   * The statuses that a converted lead can have, asked now.
   * @throws Invalid `<name>.operation_unknown` by a CRM that converts no leads
   */
  convertedStatuses(): Promise<ConvertedStatus[]>;
  usage(): ApiUsage | undefined;
  close(): void;
}

export type { ConnectorManifest, WriteOperation };
