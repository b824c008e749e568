import { firstSignIn, Api } from '@signalbox/standalone';
import type { Browser } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { openConsolePage, type ConsolePage } from './browser/console-page.ts';
import { signIn } from './browser/sign-in.ts';
import { startStandaloneTopology } from './topology/standalone.ts';
import { ownSandbox, World, type Sandbox } from './world/world.ts';

describe('A segment by what the CRM says, as a person makes it', () => {
  let world: World<Sandbox>;
  let browser: Browser;
  let at: ConsolePage;

  beforeAll(async () => {
    const crm = await ownSandbox();
    const topology = await startStandaloneTopology();
    const { token, email, password } = await firstSignIn(topology.url);
    world = new World(topology, crm, new Api(topology.url, token));
    const [acme] = crm.seed('Account', [{ Name: 'Acme Rockets', Website: 'acme-rockets.com', BillingCountry: 'USA' }, { Name: 'Globex', Website: 'globex.com', BillingCountry: 'USA' }]).ids;
    crm.seed('Opportunity', [{ AccountId: acme, Name: 'Won', StageName: 'Closed Won', CloseDate: '2026-12-31' }]);
    await world.importCompanies([{ id: '1', name: 'Acme Rockets', website: 'acme-rockets.com', country: 'USA' }, { id: '2', name: 'Globex', website: 'globex.com', country: 'USA' }, { id: '3', name: 'Initech' }]);
    await world.connect('Our Salesforce');
    browser = await startChromium();
    at = await openConsolePage(browser);
    await signIn(at.page, topology.url, { email, password });
    await at.page.goto(`${topology.url}/segments/new`);
    await at.page.getByRole('heading', { name: 'New segment' }).waitFor();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  }, 60_000);

  it('chooses who is in the CRM and has won nothing yet, and sees who that is', async () => {
    const { page } = at;
    await page.getByRole('textbox', { name: 'Name' }).fill('Prospects');
    await at.choose('Field', 'In the CRM');
    // The one connection that there is stands there already.
    expect(await page.getByRole('combobox', { name: 'CRM connection' }).inputValue()).toBe('Our Salesforce');
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByRole('combobox', { name: 'Field' }).nth(1).click();
    await page.getByRole('option', { name: 'Opportunity in the CRM' }).click();
    await page.getByRole('combobox', { name: 'Comparison' }).nth(1).click();
    await page.getByRole('option', { name: 'has none that is won' }).click();
    await at.shot('90-crm-conditions');
    expect(await at.phone('90-crm-conditions-phone')).toBe(0);
    await page.getByRole('button', { name: 'Save segment' }).click();
    await page.getByRole('heading', { name: 'Prospects' }).waitFor();
    await page.getByText('an account in “Our Salesforce” and no opportunity that is won in “Our Salesforce”').waitFor();
    await at.shot('91-crm-segment-reading');
    await page.getByRole('status').waitFor({ state: 'detached', timeout: 60_000 });
    await page.getByRole('cell', { name: 'Globex', exact: true }).waitFor();
    expect(await page.getByRole('cell', { name: 'Acme Rockets', exact: true }).count()).toBe(0);
    await at.shot('92-crm-segment');
    expect(at.complaints).toEqual([]);
  }, 120_000);
});
