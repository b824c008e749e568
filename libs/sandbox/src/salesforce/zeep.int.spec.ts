import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startSalesforceSandbox, type SalesforceSandbox } from './index.ts';
import { pythonWith } from '../testing/python-venv.ts';

const run = promisify(execFile);
/** Salesforce's own partner WSDL, of version 47, as jsforce carries it along. */
const WSDL = join(dirname(createRequire(import.meta.url).resolve('jsforce/package.json')), 'src/api/soap/wsdl.xml');

describe("Python's zeep over Salesforce's own partner WSDL, both unmodified", () => {
  let sandbox: SalesforceSandbox;
  let python: string;

  beforeAll(async () => {
    python = await pythonWith('zeep', '4.3.2');
    sandbox = await startSalesforceSandbox();
  }, 300_000);
  afterAll(() => sandbox.close());

  it('signs in, converts leads and reads results, refusals and faults by their types', async () => {
    const { username, password, securityToken } = sandbox.credentials;
    const account = sandbox.seed('Account', [{ Name: 'Engines' }]).ids[0]!;
    const contact = sandbox.seed('Contact', [{ LastName: 'Byron', AccountId: account }]).ids[0]!;
    const leads = sandbox.seed('Lead', ['Ada', 'Augusta', 'Anne'].map((FirstName) => ({ FirstName, LastName: 'Byron & <Co>', Company: 'Engines' }))).ids;
    const { stdout } = await run(python, [join(import.meta.dirname, 'testing/zeep_check.py'), WSDL, sandbox.url, username, password + securityToken, account, contact, ...leads]);
    expect(JSON.parse(stdout)).toEqual({
      wrong_password: ['sf:INVALID_LOGIN', 'INVALID_LOGIN'], user: [username, false, null], limit_info: { DebuggingInfo: null, LimitInfoHeader: { limitInfo: [{ current: 1, limit: 100_000, type: 'API REQUESTS' }] } },
      success: [true, true, false], accounts: [account, account, null], merged: contact,
      opportunities: [null, null, null], errors: [['INVALID_STATUS', 'invalid convertedStatus: No such']], again: 'CANNOT_UPDATE_CONVERTED_LEAD',
      too_many: ['sf:EXCEEDED_ID_LIMIT', 'EXCEEDED_ID_LIMIT'], no_session: ['sf:INVALID_SESSION_ID', 'INVALID_SESSION_ID'], after_logout: ['sf:INVALID_SESSION_ID', 'INVALID_SESSION_ID'],
    });
    expect(sandbox.records('Contact').map((c) => c['Name']).sort()).toEqual(['Ada Byron & <Co>', 'Augusta Byron']);
  }, 60_000);
});
