import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectorHarness, Trouble } from '@signalbox/connectors-sdk/testing';
import { startDynamicsSandbox, type DynamicsFault, type DynamicsSandbox } from '@signalbox/sandbox';
import { connector } from '../index.ts';

const WRITES = ['createMultiple', 'updateMultiple', 'batch'];

interface Tried {
  object: string;
  /** Logical names of the table and of the columns that the suite needs. */
  table: string;
  name: string;
  textField: string;
  requiredFields: readonly string[];
}
export const ACCOUNTS: Tried = { object: 'Account', table: 'account', name: 'name', textField: 'fax', requiredFields: ['name'] };
export const LEADS: Tried = { object: 'Lead', table: 'lead', name: 'companyname', textField: 'jobtitle', requiredFields: ['lastname'] };

function faultOf(trouble: Exclude<Trouble, { kind: 'clock-skew' }>, { table, name }: Tried): DynamicsFault {
  switch (trouble.kind) {
    case '429-mid-batch': return { kind: 'rate-limited', operation: WRITES, skip: trouble.skip, retryAfterSeconds: 30 };
    case 'limit-for-today': return { kind: 'limit-exceeded', operation: WRITES };
    case 'timeout-after-commit': return { kind: 'timeout-after-commit', operation: WRITES, times: 1, hangMs: 50 };
    case 'expired-session': return { kind: 'session-expired', operation: WRITES, ...(trouble.forever ? {} : { times: 1 }) };
    case 'partial-failure': return { kind: 'poison-record', field: name, matching: trouble.matching };
    case 'locked-rows': return { kind: 'lock-row', field: name, matching: trouble.matching, times: trouble.times };
    case 'duplicate-rule': return { kind: 'duplicate-rule', object: table, fields: [name, 'websiteurl'] };
    case 'schema-changed': return { kind: 'field-removed', object: table, field: trouble.field };
  }
}

export const inputFor = (sandbox: DynamicsSandbox) => ({
  baseUrl: sandbox.url, authKind: 'client_credentials', settings: { tenant_id: sandbox.credentials.tenantId, client_id: sandbox.credentials.clientId, authority: sandbox.url }, secrets: { client_secret: sandbox.credentials.clientSecret },
});

/** Deletes as another client would. */
async function remove(sandbox: DynamicsSandbox, table: string, id: string): Promise<void> {
  const { tenantId, clientId, clientSecret } = sandbox.credentials;
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: `${sandbox.url}/.default` });
  const token = (await (await fetch(`${sandbox.url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body })).json()) as { access_token: string };
  const answer = await fetch(`${sandbox.url}/api/data/v9.2/${table}s(${id})`, { method: 'DELETE', headers: { authorization: `Bearer ${token.access_token}` } });
  if (answer.status !== 204) throw new Error(`the sandbox did not delete ${id}: ${answer.status}`);
}

export async function dynamicsHarness(tried: Tried): Promise<ConnectorHarness> {
  const { object, table, textField, requiredFields } = tried;
  const folder = mkdtempSync(join(tmpdir(), 'dynamics-schema-'));
  const schemaFile = join(folder, 'schema.json');
  writeFileSync(schemaFile, JSON.stringify({ entities: { [table]: { attributes: [{ name: 'new_founded', label: 'Founded', type: 'DateTime', dateOnly: true }] } } }));
  let ahead = 0;
  const sandbox = await startDynamicsSandbox({ schemaFile, now: () => Date.now() + ahead });
  return {
    connector, object, keyField: 'signalbox_id', textField, requiredFields, lookupValuesPerCall: 2500, callsPerDeletion: 1, poison: { field: 'new_founded', value: 'no date at all' },
    input: () => inputFor(sandbox),
    reset: () => {
      ahead = 0;
      sandbox.faults.clear();
      sandbox.reset();
      sandbox.resetRequests();
    },
    seed: (records) => sandbox.seed(table, records).ids,
    remove: (id) => remove(sandbox, table, id),
    records: () => sandbox.records(table).map((values) => ({ id: String(values[`${table}id`]), values })),
    trouble: (trouble) => {
      if (trouble.kind === 'clock-skew') ahead = trouble.aheadMs;
      else sandbox.faults.set(faultOf(trouble, tried));
    },
    apiCalls: () => sandbox.requests().apiCalls,
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
}
