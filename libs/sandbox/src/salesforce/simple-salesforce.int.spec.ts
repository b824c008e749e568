import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSalesforceSandbox, type SalesforceSandbox } from './index.ts';
import { pythonWith } from '../testing/python-venv.ts';
import { startVendorProxy, type VendorProxy } from './testing/vendor-proxy.ts';

const run = promisify(execFile);

describe("Python's simple-salesforce, unmodified", () => {
  let sandbox: SalesforceSandbox;
  let proxy: VendorProxy;
  let folder: string;
  let python: string;

  beforeAll(async () => {
    python = await pythonWith('simple-salesforce', '1.12.6');
    sandbox = await startSalesforceSandbox({ tls: true });
    proxy = await startVendorProxy(sandbox.port);
    folder = await mkdtemp(join(tmpdir(), 'sandbox-cert-'));
    await writeFile(join(folder, 'ca.pem'), sandbox.tls?.cert ?? '');
  }, 300_000);
  afterAll(async () => {
    await proxy.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  it('signs in three ways, reads, writes, pages and gets the right exceptions over TLS', async () => {
    const { username, password, securityToken, clientId, clientSecret } = sandbox.credentials;
    const script = join(import.meta.dirname, 'testing/simple_salesforce_check.py');
    const { stdout } = await run(python, [script, proxy.url, username, password, securityToken, clientId, clientSecret], {
      env: { PATH: process.env.PATH, REQUESTS_CA_BUNDLE: join(folder, 'ca.pem') },
    });
    expect(JSON.parse(stdout)).toEqual({
      oauth_sees_users: 1, password_flow_sees_users: 1, wrong_password: 'SalesforceAuthenticationFailed',
      created: true, read: ['Python Ltd', 7, false], updated_status: 204, upsert_created_status: 201, upsert_updated_status: 200,
      by_custom_id: 'Upserted again', deleted_status: 204, query_all: 2200, query_iter: 2200, with_deleted: 1, api_usage_seen: 100_000,
      external_id: true, objects: ['Account', 'Contact', 'Group', 'Lead', 'LeadStatus', 'Opportunity', 'User'], daily_max: 100_000,
      updated_ids: 1, deleted_records: 1, search: 1,
      malformed: 'SalesforceMalformedRequest', missing: 'SalesforceResourceNotFound', bad_request: 'SalesforceMalformedRequest', expired: 'SalesforceExpiredSession',
    });
    expect(sandbox.requests().operations).toMatchObject({ soapLogin: 2, token: 2, queryMore: 2, 'collections.create': 11 });
  }, 60_000);

  it('writes and queries with Bulk API 2.0, page by page', async () => {
    const { username, password, securityToken } = sandbox.credentials;
    const script = join(import.meta.dirname, 'testing/simple_salesforce_bulk_check.py');
    const { stdout } = await run(python, [script, proxy.url, username, password, securityToken], { env: { PATH: process.env.PATH, REQUESTS_CA_BUNDLE: join(folder, 'ca.pem') } });
    expect(JSON.parse(stdout)).toEqual({
      inserted: [2501, 1, 2501], failed: ['REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --'], succeeded: 2500, all: [2500, 1, 0],
      updated: [10, 0], upserted: [1, 0], pages: [1000, 1000, 500], titled: 10,
    });
  }, 60_000);
});
