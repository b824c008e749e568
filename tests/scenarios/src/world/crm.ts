import { DEFAULT_CREDENTIALS, type SandboxCredentials } from '@signalbox/sandbox';

type Account = Record<string, unknown>;

/** What a scenario needs of a Salesforce: the same for the sandbox of this process and for one that runs elsewhere. */
export interface Crm {
  /** As the product reaches it. */
  url: string;
  credentials: SandboxCredentials;
  seed(object: string, records: Account[]): unknown;
  records(object: string): Account[] | Promise<Account[]>;
  /** How long it waits before each answer. */
  settings(change: { latencyMs: number }): unknown;
  close(): Promise<void>;
}

/**
 * A sandbox that runs elsewhere, with its shipped credentials.
 * @param url as this process reaches it
 * @param inside as the product reaches it
 */
export function givenCrm(url: string, inside: string): Crm {
  const call = async (path: string, method = 'GET', body?: unknown): Promise<string> => {
    const response = await fetch(`${url}/__sandbox/${path}`, { method, ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}) });
    const text = await response.text();
    if (!response.ok) throw new Error(`The sandbox at ${url} answered ${response.status}: ${text}`);
    return text;
  };
  return {
    url: inside,
    credentials: DEFAULT_CREDENTIALS,
    seed: (object, records) => call(`records/${object}`, 'POST', records),
    records: async (object) => (await call(`records/${object}`)).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Account),
    settings: (change) => call('settings', 'PUT', change),
    close: async () => undefined,
  };
}
