import { startSalesforceSandbox, type SalesforceSandbox } from './index.ts';
import { connectJsforce, refusalOf, type JsforceConnection } from './testing/connect.ts';

const STATUS = 'Closed - Converted';

describe("converting leads, seen by jsforce's own SOAP, unmodified", () => {
  let sandbox: SalesforceSandbox;
  let connection: JsforceConnection;

  beforeAll(async () => { sandbox = await startSalesforceSandbox(); });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    sandbox.faults.clear();
    sandbox.reset();
    connection = await connectJsforce(sandbox, '60.0');
    sandbox.resetRequests();
  });

  const lead = (values: Record<string, unknown> = {}) => sandbox.seed('Lead', [{ LastName: 'Lovelace', FirstName: 'Ada', Company: 'Engines Ltd', Email: 'ada@engines.example', Phone: '1', LeadSource: 'Web', Country: 'UK', ...values }]).ids[0]!;
  const account = (values: Record<string, unknown> = {}) => sandbox.seed('Account', [{ Name: 'Engines', ...values }]).ids[0]!;
  const only = (object: string) => sandbox.records(object)[0]!;

  it('makes an account, a contact and an opportunity from a lead alone', async () => {
    const leadId = lead();
    const result = await connection.soap.convertLead({ leadId, convertedStatus: STATUS });
    expect(result).toMatchObject({ success: true, leadId, accountId: expect.stringMatching(/^001/), contactId: expect.stringMatching(/^003/), opportunityId: expect.stringMatching(/^006/) });
    expect(only('Account')).toMatchObject({ Name: 'Engines Ltd', BillingCountry: 'UK', AccountSource: 'Web' });
    expect(only('Contact')).toMatchObject({ Name: 'Ada Lovelace', AccountId: result.accountId, MailingCountry: 'UK' });
    expect(only('Lead')).toMatchObject({ IsConverted: true, Status: STATUS, ConvertedAccountId: result.accountId, ConvertedContactId: result.contactId, ConvertedOpportunityId: result.opportunityId, ConvertedDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
    expect(sandbox.requests()).toMatchObject({ apiCalls: 1, operations: { convertLead: 1 }, rows: { created: 3, updated: 1, failed: 0 } });
  });

  it('attaches to an account and fills only what is empty there, and in a contact that it merges into', async () => {
    const accountId = account({ Phone: '999' });
    const contactId = sandbox.seed('Contact', [{ LastName: 'Byron', AccountId: accountId, LeadSource: 'Other' }]).ids[0]!;
    const asked = { accountId, contactId, convertedStatus: STATUS, doNotCreateOpportunity: true };
    const result = await connection.soap.convertLead([{ ...asked, leadId: lead() }, { ...asked, leadId: lead(), overwriteLeadSource: true }]);
    expect(result).toMatchObject([{ success: true, contactId, opportunityId: null }, { success: true, contactId }]);
    expect(only('Account')).toMatchObject({ Name: 'Engines', Phone: '999', BillingCountry: 'UK' });
    expect(only('Contact')).toMatchObject({ LastName: 'Byron', FirstName: 'Ada', Email: 'ada@engines.example', LeadSource: 'Web' });
    expect(sandbox.counts()).toMatchObject({ Account: 1, Contact: 1, Opportunity: 0 });
  });

  it('answers in order, each lead by itself, and refuses what is wrong by name', async () => {
    const accountId = account();
    const elsewhere = sandbox.seed('Contact', [{ LastName: 'Other', AccountId: account({ Name: 'Another' }) }]).ids[0]!;
    const converted = lead();
    await connection.soap.convertLead({ leadId: converted, accountId, convertedStatus: STATUS, doNotCreateOpportunity: true });
    const gone = lead();
    await connection.sobject('Lead').destroy(gone);
    const queue = String(only('Group')['Id']);
    const queued = lead({ OwnerId: queue });
    const base = { accountId, convertedStatus: STATUS, doNotCreateOpportunity: true };
    const results = await connection.soap.convertLead([
      { ...base, leadId: converted }, { ...base, leadId: gone }, { ...base, leadId: lead(), convertedStatus: 'Working - Contacted' }, { ...base, leadId: lead(), contactId: elsewhere },
      { convertedStatus: STATUS, leadId: lead(), contactId: elsewhere }, { ...base, leadId: queued }, { ...base, leadId: queued, ownerId: String(sandbox.records('User')[0]!['Id']) }, { ...base, leadId: 'nonsense' },
    ]);
    const codes = (results as { errors: unknown }[]).map(({ errors }) => [errors].flat().map((e) => (e as { statusCode?: string } | null)?.statusCode)[0]);
    expect(codes).toEqual(['CANNOT_UPDATE_CONVERTED_LEAD', 'ENTITY_IS_DELETED', 'INVALID_STATUS', 'INVALID_CROSS_REFERENCE_KEY', 'REQUIRED_FIELD_MISSING', 'INVALID_OWNER', undefined, 'MALFORMED_ID']);
    expect((await refusalOf(connection.sobject('Lead').update({ Id: converted, Title: 'x' }))).name).toBe('CANNOT_UPDATE_CONVERTED_LEAD');
  });

  it('a lead whose parts cannot be made leaves no trace', async () => {
    sandbox.faults.set({ kind: 'poison-record', object: 'Contact', matching: 'Lovelace' });
    const result = await connection.soap.convertLead({ leadId: lead(), convertedStatus: STATUS });
    expect(result).toMatchObject({ success: false, errors: [{ statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }] });
    expect(sandbox.counts()).toMatchObject({ Account: 0, Contact: 0 });
    expect(only('Lead')['IsConverted']).toBe(false);
    expect(sandbox.requests().rows).toMatchObject({ created: 0, failed: 1 });
  });

  it('locks and duplicate rules strike single leads, and 101 leads are refused as a whole', async () => {
    sandbox.faults.set({ kind: 'lock-row', object: 'Lead', matching: 'Lovelace', times: 1 }, { kind: 'duplicate-rule', object: 'Account', fields: ['Name'], action: 'alert' });
    account({ Name: 'Engines Ltd' });
    const results = await connection.soap.convertLead([{ leadId: lead(), convertedStatus: STATUS }, { leadId: lead(), convertedStatus: STATUS }]);
    expect(results).toMatchObject([{ errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] }, { errors: [{ statusCode: 'DUPLICATES_DETECTED' }] }]);
    const many = Array.from({ length: 101 }, () => ({ leadId: 'x', convertedStatus: STATUS }));
    expect((await refusalOf(connection.soap.convertLead(many))).name).toBe('sf:EXCEEDED_ID_LIMIT');
  });

  it('an ended session, a limit that is reached and a broken line are what jsforce expects of them', async () => {
    const leadId = lead();
    sandbox.settings({ apiUsage: 100_000 });
    expect(await refusalOf(connection.soap.convertLead({ leadId, convertedStatus: STATUS }))).toMatchObject({ name: 'sf:REQUEST_LIMIT_EXCEEDED' });
    sandbox.settings({ apiUsage: 0 });
    sandbox.faults.set({ kind: 'session-expired', operation: 'convertLead' });
    expect(await refusalOf(connection.soap.convertLead({ leadId, convertedStatus: STATUS }))).toMatchObject({ message: expect.stringContaining('Unable to refresh session') });
    sandbox.faults.clear();
    connection = await connectJsforce(sandbox);
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'convertLead', times: 1, hangMs: 1 });
    await expect(connection.soap.convertLead({ leadId, convertedStatus: STATUS })).rejects.toThrow();
    expect(only('Lead')['IsConverted']).toBe(true);
  });

  it('tokens that are JWTs break SOAP before version 68, and jsforce says so itself', async () => {
    sandbox.settings({ jwtAccessTokens: true });
    const jwt = await connectJsforce(sandbox, '60.0');
    expect(jwt.accessToken).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
    expect((await refusalOf(jwt.soap.convertLead({ leadId: lead(), convertedStatus: STATUS }))).message).toContain('JWT-based');
    const post = (version: string) => fetch(`${sandbox.url}/services/Soap/u/${version}`, {
      method: 'POST', headers: { 'content-type': 'text/xml', SOAPAction: '""' },
      body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><s:Header><SessionHeader><sessionId>${jwt.accessToken}</sessionId></SessionHeader></s:Header><s:Body><convertLead/></s:Body></s:Envelope>`,
    });
    const old = await post('67.0');
    expect([old.status, await old.text()]).toEqual([500, expect.stringContaining('<faultcode>sf:INVALID_SESSION_ID</faultcode>')]);
    expect((await post('68.0')).status).toBe(200);
    sandbox.settings({ jwtAccessTokens: false });
  });
});
