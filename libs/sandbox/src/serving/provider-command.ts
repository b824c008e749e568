import type { ParseArgsConfig } from 'node:util';
import type { ListenOptions } from './server.ts';

/** What the command line of every provider takes; a provider may add options of its own. */
export interface SharedOptions extends ListenOptions {
  schemaFile?: string;
  seedFile?: string;
  seedObject?: string;
  latencyMs?: number;
  log?: (line: string) => void;
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** A provider on the command line: `signalbox sandbox <name> …`. */
export interface ProviderCommand {
  name: string;
  /** As people write it, e.g. "Salesforce". */
  label: string;
  /** Object that a seed goes to when none is named. */
  seedObject: string;
  /** Options beside the shared ones, as `parseArgs` wants them, and how the usage shows them. */
  options: NonNullable<ParseArgsConfig['options']>;
  usage: string;
  /** Starts it. @throws Error naming the option or file at fault */
  start(shared: SharedOptions, values: OptionValues): Promise<RunningProvider>;
}

export interface RunningProvider {
  url: string;
  tls?: { cert: string };
  /** What it accepts at sign-in and what else a person needs, as label and value. */
  facts: [label: string, value: string][];
  /** Live records by object. */
  counts(): Record<string, number>;
  close(): Promise<void>;
}

/** A whole number of the command line. @throws Error naming the option */
export function wholeNumber(name: string, text: string | boolean | undefined): number | undefined {
  if (typeof text !== 'string') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, not '${text}'.`);
  return value;
}
