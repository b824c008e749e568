import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSalesforceSandbox } from '@signalbox/sandbox';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { startStandaloneTopology } from './topology/standalone.ts';
import type { Topology } from './topology/topology.ts';

const SHOTS = fileURLToPath(new URL('../../../.cache/screenshots/', import.meta.url));
const PASSWORD = 'a long enough password';

describe('The console, as a person uses it', () => {
  let topology: Topology;
  let crm: Awaited<ReturnType<typeof startSalesforceSandbox>>;
  let browser: Browser;
  let page: Page;
  const consoleErrors: string[] = [];
  const shot = (name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  const choose = async (label: string, option: RegExp | string) => {
    await page.getByRole('combobox', { name: label }).or(page.getByLabel(label, { exact: true })).first().click();
    await page.getByRole('option', { name: option }).first().click();
  };

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    crm = await startSalesforceSandbox();
    crm.seed('Account', [{ Name: 'Apple Computer, Inc', Website: 'www.apple.com', BillingCountry: 'USA' }]);
    topology = await startStandaloneTopology();
    browser = await startChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => consoleErrors.push(String(error)));
    page.on('console', (message) => {
      // The one expected refusal: asking for the session before signing in.
      if (message.type() === 'error' && !/401/.test(message.text())) consoleErrors.push(message.text());
    });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await topology?.stop();
    await crm?.close();
  }, 60_000);

  it('sets the product up at the first visit', async () => {
    await page.goto(topology.url);
    await page.getByLabel('Workspace').fill('Northwind');
    await shot('01-set-up');
    await page.getByLabel('E-mail').fill('ops@northwind.example');
    await page.getByLabel('Password').first().fill(PASSWORD);
    await page.getByRole('button', { name: 'Set up Signalbox' }).click();
    await page.getByText('No orchestrations yet').waitFor();
    await shot('02-orchestrations-empty');
  });

  it('connects a CRM, sees that it is healthy, and pulls its accounts', async () => {
    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('button', { name: 'Connect a CRM' }).first().click();
    const form = page.getByRole('dialog');
    await choose('CRM', 'Salesforce');
    await form.getByLabel('Name', { exact: false }).first().fill('Salesforce sandbox');
    await form.getByText('Setup > My Domain').waitFor();
    await form.getByLabel('Address to sign in at').fill(crm.url);
    await form.getByLabel(/client id|consumer key/i).first().fill(crm.credentials.clientId);
    await form.getByLabel(/secret/i).first().fill(crm.credentials.clientSecret);
    await shot('03-connect');
    await form.getByRole('button', { name: 'Connect and test' }).click();
    await page.getByText('healthy').first().waitFor();
    await page.getByRole('button', { name: 'Pull accounts' }).click();
    await page.getByText('Fields of Account').waitFor();
    await shot('04-connection');
  });

  it('imports companies and makes a segment of them', async () => {
    await page.getByRole('link', { name: 'Segments' }).click();
    const csv = ['id,name,website,country', '1,Apple Inc.,www.apple.com,USA', '2,Borealis Timber,borealistimber.se,Sweden', '3,,nameless.example,Sweden', '4,Cobalt Rivers,cobaltrivers.se,Sweden'].join('\n');
    await page.locator('input[type=file]').setInputFiles({ name: 'companies.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByText(/4 rows read: 3 new/).waitFor();
    await page.getByText(/Line 4:/).waitFor();
    await shot('05-import');
    await page.getByRole('link', { name: 'New segment' }).first().click();
    await page.getByLabel('Name').fill('Wanted');
    await choose('Comparison', 'is known');
    await page.getByText(/3 companies now/).waitFor();
    await shot('06-new-segment');
    await page.getByRole('button', { name: 'Save segment' }).click();
    await page.getByRole('heading', { name: 'Wanted' }).waitFor();
    await page.getByText('Borealis Timber').waitFor();
    await shot('07-segment');
  });

  it('ORC-1 walks the wizard, goes back, and cannot save before it is complete', async () => {
    await page.getByRole('link', { name: 'Orchestrations' }).click();
    await page.getByRole('link', { name: 'New orchestration' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Create New Accounts');
    await page.getByText('Choose what it does.').waitFor();
    await page.getByRole('radio', { name: 'Create New Accounts' }).click();
    await shot('08-wizard-kind');
    await page.getByRole('button', { name: 'Next' }).click();
    await choose('Segment', /Wanted/);
    await page.getByRole('button', { name: 'Next' }).click();
    await shot('08-wizard-schedule');
    await page.getByRole('button', { name: 'Next' }).click();
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
    await page.getByText('Before it can be saved').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByText('Only when someone presses').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
  });

  it('CNA-3 shows the mappings of the chosen profile, and ORC-3 saves with a preview', async () => {
    await choose('CRM connection', /Salesforce sandbox/);
    await page.getByRole('button', { name: 'New mapping profile' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('button', { name: 'Save profile' }).click();
    await page.getByRole('cell', { name: 'BillingCountry' }).waitFor();
    await shot('09-wizard-settings');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/preview is being generated/i).first().waitFor();
    await page.getByText(/2 accounts would be created; 3 companies looked at/).waitFor();
    await page.getByText('Apple Inc.').first().click();
    await shot('10-preview');
  });

  it('ORC-5 runs now, shows the run to its end, and keeps a row per record', async () => {
    await page.getByRole('button', { name: 'Run now' }).click();
    await page.getByText('finished').first().waitFor();
    await page.getByText('Cobalt Rivers').first().waitFor();
    await shot('11-run');
    expect(crm.records('Account')).toHaveLength(3);
    await page.goBack();
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('cell', { name: 'a person' }).first().waitFor();
    await shot('12-history');
    await page.getByRole('link', { name: 'History', exact: true }).click();
    await page.getByRole('cell', { name: /Borealis Timber.*Account/ }).waitFor();
    await page.getByLabel('Record').fill('cobalt');
    await page.getByRole('cell', { name: /Borealis Timber.*Account/ }).waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: /Cobalt Rivers.*Account/ }).waitFor();
    await shot('13-record-history');
  });

  it('signs out and in again, and shows no error on any page', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.getByLabel('E-mail').fill('ops@northwind.example');
    await page.getByLabel('Password').first().fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Create New Accounts').first().waitFor();
    expect(consoleErrors).toEqual([]);
  });
});
