import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonWith } from '../testing/python-venv.ts';
import { startHubspotSandbox, type HubspotSandbox } from './index.ts';

const run = promisify(execFile);

describe("HubSpot's own Python client, unmodified", () => {
  let sandbox: HubspotSandbox;
  let folder: string;
  let python: string;

  beforeAll(async () => {
    python = await pythonWith('hubspot-api-client', '12.0.0');
    sandbox = await startHubspotSandbox({ tls: true });
    folder = await mkdtemp(join(tmpdir(), 'sandbox-cert-'));
    await writeFile(join(folder, 'ca.pem'), sandbox.tls?.cert ?? '');
  }, 300_000);
  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  it('reads, writes, searches and keeps lists over TLS, and gets the right exceptions', async () => {
    const { accessToken, clientId, clientSecret, refreshToken } = sandbox.credentials;
    const script = join(import.meta.dirname, 'testing/hubspot_client_check.py');
    const { stdout } = await run(python, [script, sandbox.url, accessToken, clientId, clientSecret, refreshToken, join(folder, 'ca.pem')], { env: { PATH: process.env.PATH } });
    expect(JSON.parse(stdout)).toEqual({
      read: ['Python Ltd', null, false], updated: 'Ulm', refused: [400, 'VALIDATION_ERROR'], wrong_token: [401, 'INVALID_AUTHENTICATION'],
      upserted: [100, 0], partly: [4, 1, ['t2']], too_many: [400, 'VALIDATION_ERROR'], read_by_key: [['Company 1'], 1, ['py-none']],
      all: 101, batch_updated: 100, searched: [100, 30, '30'], archived: [true], gone: [404, 'OBJECT_NOT_FOUND'],
      contact_twice: [409, 'CONFLICT'], associated: [true], stages: ['true', 'true', 'false'], unique: [true, false], property: ['A'], owners: 3,
      list_twice: [400, 'VALIDATION_ERROR'], members: [50, ['1'], 50], list_by_name: true, oauth: [1800, 5],
    });
    expect(sandbox.requests().operations).toMatchObject({ 'batch.upsert': 4, 'memberships.addAndRemove': 1, token: 1 });
  }, 60_000);
});
