import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonWith } from '../testing/python-venv.ts';
import { startDynamicsSandbox, type DynamicsSandbox } from './index.ts';

const run = promisify(execFile);

describe("Microsoft's Dataverse client for Python, unmodified", () => {
  let sandbox: DynamicsSandbox;
  let folder: string;
  let python: string;

  beforeAll(async () => {
    python = await pythonWith('PowerPlatform-Dataverse-Client', '1.1.0');
    sandbox = await startDynamicsSandbox({ tls: true });
    folder = await mkdtemp(join(tmpdir(), 'sandbox-cert-'));
    await writeFile(join(folder, 'ca.pem'), sandbox.tls?.cert ?? '');
  }, 300_000);
  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  it('signs in through azure-identity, reads, writes, pages, batches and gets the right errors over TLS', async () => {
    const { tenantId, clientId, clientSecret } = sandbox.credentials;
    const script = join(import.meta.dirname, 'testing/dataverse_client_check.py');
    const { stdout } = await run(python, [script, sandbox.url, tenantId, clientId, clientSecret], { env: { PATH: process.env.PATH, REQUESTS_CA_BUNDLE: join(folder, 'ca.pem') } });
    expect(JSON.parse(stdout)).toEqual({
      wrong_secret: true, read: ['Python Ltd', 7, 'Consulting', 7], created_many: 1200, faxes: ['3', '2', '1'], pages: [500, 500, 200], top: ['Row 1199', 'Row 1198'],
      expanded: ['Ada L', 'Python Limited'], upserted: ['New new-1', 'New py-1', 'Upserted'], batch: [204, 400, 200, 204, 204], batch_error: ['0x80044331'],
      table: ['accounts', 'account'], columns: ['accountid', 'accountnumber', 'address1_city'], keys: [['signalbox_id_key', ['signalbox_id']]],
      missing: null, unknown_column: [400, '0x80048d19'], taken_key: [412, '0x80060892'], bad_filter: [400, '0x80060888'], deleted: null,
    });
    const { operations, rows } = sandbox.requests();
    expect(operations).toMatchObject({ token: 2, createMultiple: 1, updateMultiple: 2, upsertMultiple: 1, batch: 1 });
    expect(rows).toMatchObject({ created: 1206, deleted: 1 });
  }, 60_000);
});
