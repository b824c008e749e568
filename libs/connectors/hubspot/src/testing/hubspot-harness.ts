import type { ConnectorHarness, Trouble } from '@signalbox/connectors-sdk/testing';
import { startHubspotSandbox, type HubspotFaultInput } from '@signalbox/sandbox';
import { connector } from '../index.ts';
import { MEMBERS_PER_CALL } from '../lists/lists.ts';

const WRITES = ['batch.create', 'batch.upsert', 'batch.update', 'batch.archive', 'lists.create', 'memberships.addAndRemove'];

function faultOf(trouble: Exclude<Trouble, { kind: 'clock-skew' }>, on: 'read' | 'write'): HubspotFaultInput {
  const operation = on === 'read' ? 'read' : WRITES;
  switch (trouble.kind) {
    case '429-mid-batch': return { kind: 'rate-limited', operation, skip: trouble.skip };
    case 'limit-for-today': return { kind: 'limit-exceeded', operation };
    case 'timeout-after-commit': return { kind: 'timeout-after-commit', operation, times: 1, hangMs: 50 };
    case 'expired-session': return { kind: 'session-expired', operation, ...(trouble.forever ? {} : { times: 1 }) };
    case 'partial-failure': return { kind: 'poison-record', matching: trouble.matching };
    case 'schema-changed': return { kind: 'field-removed', object: 'companies', field: trouble.field };
    case 'locked-rows':
    case 'duplicate-rule':
      throw new Error(`HubSpot does not know '${trouble.kind}'.`);
  }
}

/** `multiStatus: false`: an account whose batches fail as a whole. */
export async function hubspotHarness({ multiStatus = true }: { multiStatus?: boolean } = {}): Promise<ConnectorHarness> {
  let ahead = 0;
  const sandbox = await startHubspotSandbox({ multiStatus, burstLimit: 1_000_000, searchesPerSecond: 1_000_000, now: () => Date.now() + ahead });
  const { clientId, clientSecret, refreshToken } = sandbox.credentials;
  return {
    connector, object: 'Account', keyField: 'signalbox_id', textField: 'city', requiredFields: [], lookupValuesPerCall: 100, callsPerDeletion: 2, membersPerCall: MEMBERS_PER_CALL, poison: { field: 'numberofemployees', value: 'rather many' },
    input: () => ({ baseUrl: sandbox.url, authKind: 'oauth', settings: { client_id: clientId }, secrets: { client_secret: clientSecret, refresh_token: refreshToken } }),
    reset: () => {
      ahead = 0;
      sandbox.faults.clear();
      sandbox.reset();
      sandbox.resetRequests();
    },
    seed: (records) => sandbox.seed('companies', records).ids,
    remove: async (id) => sandbox.archive('companies', id),
    records: () => sandbox.records('companies').map((values) => ({ id: values['hs_object_id']!, values })),
    calm: () => sandbox.faults.clear(),
    trouble: (trouble, on = 'write') => {
      if (trouble.kind === 'clock-skew') ahead = trouble.aheadMs;
      else sandbox.faults.set(faultOf(trouble, on));
    },
    apiCalls: () => sandbox.requests().apiCalls,
    close: () => sandbox.close(),
  };
}
