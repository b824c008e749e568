import { startSalesforceSandbox } from '@signalbox/sandbox';
import { Api, firstSignIn } from '@signalbox/standalone';
import type { Browser } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { openConsolePage, type ConsolePage } from './browser/console-page.ts';
import { signIn } from './browser/sign-in.ts';
import { startStandaloneTopology } from './topology/standalone.ts';
import { World, type Sandbox } from './world/world.ts';

const FIELD = 'Site';
const MONTH_MS = 30 * 24 * 60 * 60_000;
const HARBOURS = ['n-1', 'n-2', 'n-3', 's-1', 's-2'];

describe('Pushing segment names, as a person sets it up in the console', () => {
  let world: World<Sandbox>;
  let browser: Browser;
  let at: ConsolePage;
  let page: ConsolePage['page'];
  let northern = '';
  let southern = '';
  const next = () => page.getByRole('button', { name: 'Next' }).click();
  const save = () => page.getByRole('button', { name: 'Save', exact: true });
  const scope = (name: string) => page.getByRole('radio', { name, exact: true });
  const values = () => Object.fromEntries(world.crm.records('Account').filter((one) => one[FIELD]).map((one) => [one['Name'], one[FIELD]]));

  beforeAll(async () => {
    const crm = await startSalesforceSandbox({ port: 0 });
    const site = (id: string) => `https://harbour-${id}.example.com`;
    const old = new Date(Date.now() - MONTH_MS).toISOString();
    crm.seed('Account', HARBOURS.map((id) => ({ Name: `Harbour ${id}`, Website: site(id), BillingCountry: 'Germany', ...(id === 'n-1' ? {} : { CreatedDate: old }) })));
    crm.seed('Account', ['Elsewhere 1', 'Elsewhere 2', 'Elsewhere 3'].map((Name) => ({ Name, BillingCountry: 'France', CreatedDate: old })));
    const topology = await startStandaloneTopology();
    const { token, email, password } = await firstSignIn(topology.url);
    world = new World(topology, crm, new Api(topology.url, token));
    await world.connect('Our Salesforce');
    await world.importCompanies(HARBOURS.map((id) => ({ id, name: `Harbour ${id}`, website: site(id), country: 'Germany' })));
    northern = (await world.segmentOf('n-')).id;
    southern = (await world.segmentOf('s-')).id;
    await world.api.put(`/segments/${northern}/publication`, { name: 'Northern fleet', enabled: true });
    await world.api.put(`/segments/${southern}/publication`, { name: 'Southern fleet', enabled: false });
    browser = await startChromium();
    at = await openConsolePage(browser);
    ({ page } = at);
    await signIn(page, topology.url, { email, password });
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  }, 60_000);

  it('PSN-1 PSN-4 says in the numbers of this workspace what each scope leaves stale, and recommends all', async () => {
    await page.getByRole('link', { name: 'New orchestration' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Fleet names');
    await page.getByRole('radio', { name: 'Push Segment Names' }).click();
    await at.shot('90-names-kind');
    await next();
    await page.getByRole('heading', { name: 'Scope' }).waitFor();
    await at.choose('CRM connection', /Our Salesforce/);
    await page.getByText('8 accounts; none keeps names that no longer hold.').waitFor();
    expect(await scope('All accounts').isChecked()).toBe(true);
    await page.getByText('recommended', { exact: true }).waitFor();
    await scope('Created in the last week').click();
    await page.getByText('1 account of 8; 7 would not be updated.').first().waitFor();
    await page.getByText('7 accounts outside of this scope would not be updated').waitFor();
    await page.getByText('Exit-safe pushing is on').waitFor();
    await at.shot('91-names-scope-week');
    await scope('In a segment').click();
    await page.getByText('Choose the segment whose accounts are written.').first().waitFor();
    await at.choose('Segment', /Companies n-/);
    await page.getByText('3 accounts of 8; 5 would not be updated.').waitFor();
    await page.getByText('5 accounts outside of this scope would not be updated').waitFor();
    await at.shot('92-names-scope-segment');
    expect(await at.phone('92-names-scope-segment-phone')).toBe(0);
    await page.getByRole('button', { name: 'Take all accounts' }).click();
    expect(await scope('All accounts').isChecked()).toBe(true);
    await next();
    await next();
  }, 60_000);

  it('PSN-2 PSN-3 PSN-5 has the field, the separator and exit-safe pushing, and says how many segments are written', async () => {
    await page.getByText('2 segments published, 1 of them enabled and written.').waitFor();
    expect(await page.getByRole('link', { name: 'Settings > Published segments' }).getAttribute('href')).toBe('/settings/published-segments');
    await page.getByText('Before it can be saved: Settings – Choose the CRM field that takes the names.').waitFor();
    await page.getByRole('combobox', { name: 'Field of the account' }).click();
    await page.getByRole('option', { name: /\(Description,/ }).waitFor();
    expect(await page.getByRole('option', { name: /NumberOfEmployees|\(Id,|CreatedDate/ }).count()).toBe(0);
    await page.getByRole('option', { name: new RegExp(`\\(${FIELD},`) }).click();
    await page.getByLabel('Separator').fill('  ');
    await page.getByText('Names contain spaces: give it another character.').waitFor();
    expect(await save().isDisabled()).toBe(true);
    await page.getByLabel('Separator').fill(' | ');
    expect(await page.getByRole('switch', { name: 'Exit-safe pushing' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: /Advanced: limits of one run/ }).click();
    await page.getByText('Usually 1,000,000').waitFor();
    await at.shot('93-names-settings');
    expect(await at.phone('93-names-settings-phone')).toBe(0);
    await save().click();
  }, 60_000);

  it('PSN-7 shows which accounts would get which names, and how many stay as they are; the run writes those', async () => {
    await page.getByText('3 accounts would get other names; 5 accounts unchanged').waitFor();
    const row = page.getByRole('row', { name: /Harbour n-2/ });
    await row.getByText('+ Northern fleet').waitFor();
    await row.getByText('empty → Northern fleet').waitFor();
    await row.getByText('Joined a segment', { exact: true }).waitFor();
    await at.shot('94-names-preview');
    expect(await at.phone('94-names-preview-phone')).toBe(0);
    await page.getByRole('button', { name: 'Run now', exact: true }).click();
    await page.getByText('finished').first().waitFor();
    await page.getByText('■ updated 3').waitFor();
    await page.getByText('5 more looked at and left unchanged').waitFor();
    await at.shot('95-names-run');
    expect(await at.phone('95-names-run-phone')).toBe(0);
    expect(values()).toEqual({ 'Harbour n-1': 'Northern fleet', 'Harbour n-2': 'Northern fleet', 'Harbour n-3': 'Northern fleet' });
  }, 60_000);

  it('ORC-11 would set the names back to what they were', async () => {
    await page.getByRole('link', { name: 'Undo…' }).click();
    await page.getByText('The undo would set 3 records back to what they were; 3 records that the run wrote looked at').waitFor();
    await page.getByRole('row', { name: /Harbour n-2/ }).getByText('Northern fleet → empty').waitFor();
    await at.shot('97-names-undo');
    await page.getByRole('link', { name: 'Fleet names' }).click();
    await page.getByText('3 of 3 records done').waitFor();
  }, 60_000);

  it('PSN-8 shows names that joined and left after another segment is enabled, and the first one is not any more', async () => {
    await world.api.put(`/segments/${northern}/publication`, { name: 'Northern fleet', enabled: false });
    await world.api.put(`/segments/${southern}/publication`, { name: 'Southern fleet', enabled: true });
    await page.getByRole('link', { name: 'Fleet names' }).click();
    await page.getByRole('button', { name: 'New preview' }).click();
    await page.getByText('5 accounts would get other names, 3 of them none any more; 3 accounts unchanged').waitFor();
    const left = page.getByRole('row', { name: /Harbour n-2/ });
    await left.getByText('− Northern fleet').waitFor();
    await left.getByText('Northern fleet → empty').waitFor();
    await page.getByRole('row', { name: /Harbour s-1/ }).getByText('+ Southern fleet').waitFor();
    await at.shot('96-names-left');
    expect(at.complaints).toEqual([]);
  }, 60_000);
});
