import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { startSalesforceSandbox } from '@signalbox/sandbox';
import type { Org } from './scene.ts';

/** The sandbox server of the demo, and what the demo asks of it to check the product's word. */
export interface DemoCrm extends Org {
  accounts(): number;
  /** Our ids on its accounts. */
  companyIds(): string[];
  /** Calls so far, by operation, as the server counted them. */
  countCalls: () => Promise<Record<string, number>>;
  close(): Promise<void>;
}

interface AccountRow {
  name: string;
  website: string;
  country: string;
}

const DAY_MS = 24 * 3600_000;

/** As an org has them: nobody has touched them for a day. */
async function accountsOf(file: string): Promise<Record<string, string>[]> {
  const yesterday = new Date(Date.now() - DAY_MS).toISOString();
  const stamps = { CreatedDate: yesterday, LastModifiedDate: yesterday, SystemModstamp: yesterday };
  const rows = createReadStream(file).pipe(parse({ columns: true, bom: true })) as AsyncIterable<AccountRow>;
  const accounts = [];
  for await (const row of rows) accounts.push({ Name: row.name, Website: row.website, BillingCountry: row.country, ...stamps });
  return accounts;
}

/** A Salesforce that holds the given companies as accounts. */
export async function startCrm(accountsFile: string): Promise<DemoCrm> {
  const sandbox = await startSalesforceSandbox({ port: 0 });
  const { clientId, clientSecret } = sandbox.credentials;
  sandbox.seed('Account', await accountsOf(accountsFile));
  return {
    url: sandbox.url, clientId, clientSecret,
    accounts: () => sandbox.counts()['Account'] ?? 0,
    companyIds: () => sandbox.records('Account').map((r) => r['Signalbox_Id__c']).filter((id): id is string => typeof id === 'string' && id !== ''),
    countCalls: async () => ({ ...sandbox.requests().operations }),
    close: () => sandbox.close(),
  };
}
