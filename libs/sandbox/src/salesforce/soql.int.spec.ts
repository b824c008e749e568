import { startSalesforceSandbox, type SalesforceSandbox } from './index.ts';
import { connectJsforce, refusalOf, type JsforceConnection } from './testing/connect.ts';

type Row = Record<string, unknown> & { Id: string; Name: string };
let sandbox: SalesforceSandbox;
let conn: JsforceConnection;
const NOW = Date.parse('2026-11-22T10:00:00.900Z');
let clock = NOW;

beforeAll(async () => {
  sandbox = await startSalesforceSandbox({ now: () => clock, sessionMs: 1e12 });
  conn = await connectJsforce(sandbox);
  sandbox.seed('Account', [
    { Name: 'Alpha', Website: 'alpha.example', Industry: 'Banking', NumberOfEmployees: 10, AnnualRevenue: 5, Signalbox_Id__c: 's-1' },
    { Name: "O'Neil & Söhne", Website: 'oneil.example', Industry: 'Banking', NumberOfEmployees: 30 },
    { Name: 'Gamma_1', Industry: 'Energy', NumberOfEmployees: 20, Description: 'long text' },
    { Name: 'alpha two', NumberOfEmployees: null },
  ]);
  const [alpha, , gamma] = sandbox.records('Account');
  sandbox.seed('Account', [{ Name: 'Child', ParentId: alpha?.Id, CreatedDate: '2026-11-20T08:00:00Z', SystemModstamp: '2026-11-20T08:00:00Z' }]);
  sandbox.seed('Contact', [{ LastName: 'Doe', FirstName: 'Jane', AccountId: alpha?.Id }, { LastName: 'Roe', AccountId: gamma?.Id, Email: 'roe@gamma.example' }]);
});
afterAll(() => sandbox.close());

const names = async (where: string) => (await conn.query<Row>(`SELECT Id, Name FROM Account ${where}`)).records.map((r) => r.Name);
const code = async (soql: string) => (await refusalOf(conn.query(soql))).name;

describe('filters', () => {
  it.each([
    ["WHERE Name = 'ALPHA'", ['Alpha']],
    ["WHERE Name != 'alpha' AND Industry = 'Banking'", ["O'Neil & Söhne"]],
    ["WHERE Name = 'O\\'Neil & Söhne'", ["O'Neil & Söhne"]],
    ["WHERE Name LIKE 'alpha%'", ['Alpha', 'alpha two']],
    ["WHERE Name LIKE '%\\_1'", ['Gamma_1']],
    ["WHERE Name LIKE 'A_pha'", ['Alpha']],
    ["WHERE (NOT Name LIKE 'alpha%') AND Industry != null", ["O'Neil & Söhne", 'Gamma_1']],
    ["WHERE Name IN ('alpha', 'child', 'nobody')", ['Alpha', 'Child']],
    ["WHERE Industry NOT IN ('Banking')", ['Gamma_1', 'alpha two', 'Child']],
    ['WHERE NumberOfEmployees >= 20', ["O'Neil & Söhne", 'Gamma_1']],
    ['WHERE NumberOfEmployees = null', ['alpha two', 'Child']],
    ["WHERE (Industry = 'Energy' OR Name = 'Child') AND NumberOfEmployees != 10", ['Gamma_1', 'Child']],
    ["WHERE Website IN ('oneil.example')", ["O'Neil & Söhne"]],
    ["WHERE Signalbox_Id__c = 'S-1'", ['Alpha']],
    ["WHERE Parent.Name = 'Alpha'", ['Child']],
    ["WHERE Owner.Name = 'Integration User' AND Industry = 'Energy'", ['Gamma_1']],
    ['WHERE CreatedDate < TODAY', ['Child']],
    ['WHERE CreatedDate = LAST_N_DAYS:1', ['Alpha', "O'Neil & Söhne", 'Gamma_1', 'alpha two']],
    ['WHERE CreatedDate = LAST_N_DAYS:7 AND CreatedDate != TODAY', ['Child']],
    ['WHERE SystemModstamp > 2026-11-21T00:00:00Z AND NumberOfEmployees < 15', ['Alpha']],
    ['WHERE SystemModstamp <= 2026-11-20T08:00:00.000+0000', ['Child']],
    ['WHERE SystemModstamp >= 2026-11-20T09:00:00%2B01:00 AND SystemModstamp < 2026-11-20T10:00:00%2B01:00'.replaceAll('%2B', '+'), ['Child']],
    ["WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Doe')", ['Alpha']],
    ['WHERE IsDeleted = false LIMIT 1', ['Alpha']],
  ])('%s', async (where, expected) => {
    expect(await names(where)).toEqual(expected);
  });

  it('finds by 15- and 18-character ids and by an id that is not there', async () => {
    const [a, b] = sandbox.records('Account');
    expect(await names(`WHERE Id IN ('${a?.Id as string}', '${String(b?.Id).slice(0, 15)}', '001000000000001AAA')`)).toHaveLength(2);
    expect(await names(`WHERE Id > '${a?.Id as string}' ORDER BY Id LIMIT 1`)).toEqual(["O'Neil & Söhne"]);
  });
});

describe('order and pages', () => {
  it('orders by several fields with empty values first or last', async () => {
    expect(await names('ORDER BY NumberOfEmployees DESC NULLS LAST, Name')).toEqual(["O'Neil & Söhne", 'Gamma_1', 'Alpha', 'alpha two', 'Child']);
    expect(await names('ORDER BY NumberOfEmployees, Name DESC LIMIT 3 OFFSET 1')).toEqual(['alpha two', 'Alpha', 'Gamma_1']);
    expect(await names('ORDER BY SystemModstamp, Id')).toEqual(['Child', 'Alpha', "O'Neil & Söhne", 'Gamma_1', 'alpha two']);
    expect((await names('ORDER BY SystemModstamp DESC, Id')).at(-1)).toBe('Child');
  });

  it('gives stamps of whole seconds and moves a changed record to the end', async () => {
    clock = NOW + 5000;
    const alpha = sandbox.records('Account')[0];
    await conn.sobject('Account').update({ Id: alpha?.Id as string, Site: 'HQ' });
    expect((await names('WHERE SystemModstamp > 2026-11-22T10:00:00Z ORDER BY SystemModstamp, Id'))).toEqual(['Alpha']);
    expect(sandbox.records('Account')[0]?.SystemModstamp).toBe('2026-11-22T10:00:05.000+0000');
  });

  it('hands out pages of the size asked for, and only live locators work', async () => {
    sandbox.seed('Lead', Array.from({ length: 450 }, (_, i) => ({ LastName: `Lead ${String(i).padStart(3, '0')}`, Company: 'C' })));
    const first = await conn.query('SELECT Id FROM Lead', { headers: { 'Sforce-Query-Options': 'batchSize=200' } });
    expect(first).toMatchObject({ totalSize: 450, done: false });
    expect(first.records).toHaveLength(200);
    const second = await conn.queryMore(first.nextRecordsUrl as string);
    expect(second.records).toHaveLength(200);
    expect(second.nextRecordsUrl).toMatch(/\/services\/data\/v60\.0\/query\/01g\w+-400$/);
    const all = await conn.query<Row>('SELECT Id, Name FROM Lead ORDER BY Name', { autoFetch: true, maxFetch: 10_000, headers: { 'Sforce-Query-Options': 'batchSize=200' } });
    expect(new Set(all.records.map((r) => r.Id)).size).toBe(450);
    await fetch(`${sandbox.url}/__sandbox/locators`, { method: 'DELETE' });
    expect((await refusalOf(conn.queryMore(first.nextRecordsUrl as string))).name).toBe('INVALID_QUERY_LOCATOR');
  });
});

describe('what is selected', () => {
  it('shows related records, children and all fields', async () => {
    const [child] = (await conn.query<Row>("SELECT Id, Parent.Name, Parent.Owner.Name, Owner.Name FROM Account WHERE Name = 'Child'")).records;
    expect(child).toMatchObject({ attributes: { type: 'Account' }, Parent: { attributes: { type: 'Account' }, Name: 'Alpha', Owner: { Name: 'Integration User' } }, Owner: { Name: 'Integration User' } });
    const [alpha] = (await conn.query<Row>("SELECT Id, Parent.Name, (SELECT Id, Name FROM Contacts) FROM Account WHERE Name = 'Alpha'")).records;
    expect(alpha).toMatchObject({ Parent: null, Contacts: { totalSize: 1, done: true, records: [{ Name: 'Jane Doe' }] } });
    const [full] = (await conn.query<Row>("SELECT FIELDS(ALL) FROM Account WHERE Name = 'Gamma_1' LIMIT 1")).records;
    expect(full).toMatchObject({ Description: 'long text', BillingAddress: null, Signalbox_Id__c: null });
    const [aliased] = (await conn.query<Row>("SELECT a.Id, a.Name FROM Account a WHERE a.Name = 'Child'")).records;
    expect(aliased?.Name).toBe('Child');
  });

  it('counts and groups', async () => {
    expect((await conn.query("SELECT COUNT() FROM Account WHERE Industry = 'Banking'")).totalSize).toBe(2);
    const groups = await conn.query<Row>('SELECT Industry, COUNT(Id) n, MAX(NumberOfEmployees), AVG(NumberOfEmployees) a FROM Account GROUP BY Industry HAVING COUNT(Id) > 1 ORDER BY Industry NULLS FIRST');
    expect(groups.records).toEqual([
      { attributes: { type: 'AggregateResult' }, Industry: null, n: 2, expr0: null, a: null },
      { attributes: { type: 'AggregateResult' }, Industry: 'Banking', n: 2, expr0: 30, a: 20 },
    ]);
    expect((await conn.query<Row>('SELECT COUNT(Id) FROM Account')).records[0]).toMatchObject({ expr0: 5 });
  });

  it('searches words', async () => {
    const found = await conn.search('FIND {alpha*} IN ALL FIELDS RETURNING Account(Id, Name), Contact(Id)');
    expect(found.searchRecords.map((r) => r.attributes?.type)).toEqual(['Account', 'Account']);
  });
});

describe('refusals', () => {
  it.each([
    ['MALFORMED_QUERY', 'SELEC Id FROM Account'],
    ['MALFORMED_QUERY', 'SELECT Id FROM Account WHERE Name = '],
    ['MALFORMED_QUERY', "SELECT Id FROM Account WHERE Name = 'a' AND Site = 'b' OR Site = 'c'"],
    ['MALFORMED_QUERY', "SELECT Id FROM Account WHERE Name = 'unfinished"],
    ['MALFORMED_QUERY', 'SELECT Id, Id FROM Account'],
    ['MALFORMED_QUERY', 'SELECT Name, COUNT(Id) FROM Account GROUP BY Industry'],
    ['MALFORMED_QUERY', 'SELECT FIELDS(ALL) FROM Account'],
    ['MALFORMED_QUERY', 'SELECT SUM(Name) FROM Account'],
    ['INVALID_FIELD', 'SELECT Id, Nothing__c FROM Account'],
    ['INVALID_FIELD', "SELECT Id FROM Account WHERE Nothing = 'x'"],
    ['INVALID_FIELD', 'SELECT Nobody.Name FROM Account'],
    ['INVALID_FIELD', "SELECT Id FROM Account WHERE NumberOfEmployees = '5'"],
    ['INVALID_FIELD', 'SELECT Id FROM Account WHERE CreatedDate > 2026-01-01'],
    ['INVALID_FIELD', "SELECT Id FROM Account WHERE Description = 'x'"],
    ['INVALID_TYPE', 'SELECT Id FROM Nothing__c'],
    ['INVALID_QUERY_FILTER_OPERATOR', "SELECT Id FROM Account WHERE Id = 'nonsense'"],
    ['NUMBER_OUTSIDE_VALID_RANGE', 'SELECT Id FROM Account LIMIT 1 OFFSET 2001'],
  ])('%s for %s', async (expected, soql) => {
    expect(await code(soql)).toBe(expected);
  });

  it('points at the unknown field as the vendor does', async () => {
    const { message } = await refusalOf(conn.query('SELECT Id, Nothing__c FROM Account'));
    expect(message).toContain("ERROR at Row:1:Column:12\nNo such column 'Nothing__c' on entity 'Account'.");
  });
});
