import { atVersion } from './transport.ts';

describe('the paths of a dated version', () => {
  it.each([
    ['/crm/v3/objects/companies/batch/upsert', '/crm/objects/2026-03/companies/batch/upsert'],
    ['/crm/v3/properties/companies?archived=false', '/crm/properties/2026-03/companies?archived=false'],
    ['/crm/v3/lists/12/memberships/add-and-remove', '/crm/lists/2026-03/12/memberships/add-and-remove'],
    ['/crm/v3/lists', '/crm/lists/2026-03'],
    ['/oauth/v1/token', '/oauth/2026-03/token'],
    ['/account-info/v3/details', '/account-info/2026-03/details'],
  ])('%s is %s', (path, dated) => {
    expect(atVersion(`https://api.hubapi.com${path}`, '2026-03')).toBe(`https://api.hubapi.com${dated}`);
    expect(atVersion(`https://api.hubapi.com${path}`, 'v3')).toBe(`https://api.hubapi.com${path}`);
  });
});
