import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectorHarness, Trouble } from '@signalbox/connectors-sdk/testing';
import { startSalesforceSandbox, type FaultInput, type SalesforceSandbox } from '@signalbox/sandbox';
import { connector } from '../index.ts';

const WRITES = ['composite', 'collections.create', 'collections.upsert', 'collections.update'];

function faultOf(trouble: Exclude<Trouble, { kind: 'clock-skew' }>): FaultInput {
  switch (trouble.kind) {
    case '429-mid-batch': return { kind: 'rate-limited', operation: WRITES, skip: trouble.skip, retryAfterSeconds: 30 };
    case 'limit-for-today': return { kind: 'limit-exceeded', operation: WRITES };
    case 'timeout-after-commit': return { kind: 'timeout-after-commit', operation: WRITES, times: 1, hangMs: 50 };
    case 'expired-session': return { kind: 'session-expired', operation: WRITES, ...(trouble.forever ? {} : { times: 1 }) };
    case 'partial-failure': return { kind: 'poison-record', matching: trouble.matching };
    case 'locked-rows': return { kind: 'lock-row', matching: trouble.matching, times: trouble.times };
    case 'duplicate-rule': return { kind: 'duplicate-rule' };
    case 'schema-changed': return { kind: 'field-removed', object: 'Account', field: trouble.field };
  }
}

/** Deletes as another client would. */
async function remove(sandbox: SalesforceSandbox, id: string): Promise<void> {
  const { clientId, clientSecret } = sandbox.credentials;
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  const token = (await (await fetch(`${sandbox.url}/services/oauth2/token`, { method: 'POST', body })).json()) as { access_token: string };
  const answer = await fetch(`${sandbox.url}/services/data/v62.0/sobjects/Account/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${token.access_token}` } });
  if (answer.status !== 204) throw new Error(`the sandbox did not delete ${id}: ${answer.status}`);
}

export async function salesforceHarness(): Promise<ConnectorHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'salesforce-schema-'));
  const schemaFile = join(folder, 'schema.json');
  writeFileSync(schemaFile, JSON.stringify({ objects: { Account: { fields: [{ name: 'Founded__c', type: 'date' }] } } }));
  let ahead = 0;
  const sandbox = await startSalesforceSandbox({ schemaFile, now: () => Date.now() + ahead });
  const { clientId, clientSecret } = sandbox.credentials;
  return {
    connector, object: 'Account', keyField: 'Signalbox_Id__c', textField: 'Site', requiredFields: ['Name'], lookupValuesPerCall: 500, callsPerDeletion: 1, poison: { field: 'Founded__c', value: 'no date at all' },
    input: () => ({ baseUrl: sandbox.url, authKind: 'client_credentials', settings: { client_id: clientId }, secrets: { client_secret: clientSecret } }),
    reset: () => {
      ahead = 0;
      sandbox.faults.clear();
      sandbox.reset();
      sandbox.resetRequests();
    },
    seed: (records) => sandbox.seed('Account', records).ids,
    remove: (id) => remove(sandbox, id),
    records: () => sandbox.records('Account').map((values) => ({ id: String(values['Id']), values })),
    trouble: (trouble) => {
      if (trouble.kind === 'clock-skew') ahead = trouble.aheadMs;
      else sandbox.faults.set(faultOf(trouble));
    },
    apiCalls: () => sandbox.requests().apiCalls,
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
}
