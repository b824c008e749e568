import { startHubspotSandbox, startSalesforceSandbox } from '@signalbox/sandbox';
import { Api, firstSignIn } from '@signalbox/standalone';
import type { Browser } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { openConsolePage, type ConsolePage } from './browser/console-page.ts';
import { signIn } from './browser/sign-in.ts';
import { startStandaloneTopology } from './topology/standalone.ts';
import { World, type Sandbox } from './world/world.ts';

const NAME = 'Convert fleet leads';
const FIELD = 'Description';

describe('Converting leads, as a person does it in the console', () => {
  let world: World<Sandbox>;
  let hubspot: Awaited<ReturnType<typeof startHubspotSandbox>>;
  let browser: Browser;
  let at: ConsolePage;
  let page: ConsolePage['page'];
  let pumps = '';
  const lead = (company: string, name: string, more: Record<string, unknown> = {}) =>
    world.crm.seed('Lead', [{ FirstName: name, LastName: 'Lee', Company: company, Email: `${name.toLowerCase()}@${company === 'Acme Rockets' ? 'acme-rockets.de' : 'globex-pumps.de'}`, Country: 'Germany', ...more }]).ids[0]!;
  const next = () => page.getByRole('button', { name: 'Next' }).click();
  const save = () => page.getByRole('button', { name: 'Save', exact: true });

  beforeAll(async () => {
    const crm = await startSalesforceSandbox({ port: 0 });
    hubspot = await startHubspotSandbox();
    const topology = await startStandaloneTopology();
    const { token, email, password } = await firstSignIn(topology.url);
    world = new World(topology, crm, new Api(topology.url, token));
    const rockets = crm.seed('Account', [{ Name: 'Acme Rockets GmbH', Website: 'https://acme-rockets.de', BillingCountry: 'Germany' }]).ids[0]!;
    pumps = crm.seed('Account', [{ Name: 'Globex Pumps AG', Website: 'https://globex-pumps.de', BillingCountry: 'Germany' }]).ids[0]!;
    crm.seed('Contact', [{ LastName: 'There', Email: 'wile@acme-rockets.de', AccountId: rockets }]);
    lead('Acme Rockets', 'Ann');
    lead('Acme Rockets', 'Wile');
    lead('Globex Pumps', 'Hank');
    lead('Globex Pumps', 'Olga', { IsConverted: true });
    await world.connect('Our Salesforce');
    await world.api.post('/connections', { name: 'Our HubSpot', provider: 'hubspot', baseUrl: hubspot.url, authKind: 'access_token', environment: 'sandbox', settings: {}, secrets: { access_token: hubspot.credentials.accessToken } });
    await world.importCompanies([{ id: 'l-1', name: 'Acme Rockets GmbH', website: 'acme-rockets.de', country: 'Germany' }, { id: 'l-2', name: 'Globex Pumps AG', website: 'globex-pumps.de', country: 'Germany' }]);
    await world.segmentOf('l-');
    browser = await startChromium();
    at = await openConsolePage(browser);
    ({ page } = at);
    await signIn(page, topology.url, { email, password });
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    await hubspot?.close();
  }, 60_000);

  it('ORC-1 asks for the name, what it does, the segment and the schedule; with the keyboard, too', async () => {
    await page.getByRole('link', { name: 'New orchestration' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill(NAME);
    await page.getByRole('radio', { name: 'Create New Accounts' }).focus();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('radio', { name: 'Convert Leads to Contacts', checked: true }).waitFor();
    await at.shot('80-leads-kind');
    expect(await at.phone('80-leads-kind-phone')).toBe(0);
    await page.getByRole('button', { name: 'Next' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Segment', exact: true }).and(page.locator(':focus')).waitFor();
    await page.getByText('Choose a segment.').waitFor();
    await at.choose('Segment', /Companies l-/);
    await next();
    await page.getByRole('radio', { name: 'Daily' }).check();
    await next();
  }, 60_000);

  it('CLC-1 CLC-3 offers the CRMs that convert leads, refuses others by name, and has the statuses that the CRM itself returns', async () => {
    await page.getByRole('combobox', { name: 'CRM connection' }).click();
    await page.getByRole('option', { name: 'Our HubSpot (HubSpot has no leads to convert)', disabled: true }).waitFor();
    await page.getByRole('option', { name: /Our Salesforce/ }).click();
    await page.getByText('Before it can be saved: Settings – Choose the status that converted leads get.').waitFor();
    expect(await save().isDisabled()).toBe(true);
    await page.getByRole('combobox', { name: 'Status of converted leads' }).click();
    await page.getByRole('option').first().waitFor();
    expect(await page.getByRole('option').allTextContents()).toEqual(['Closed - Converted']);
    await page.getByRole('option', { name: 'Closed - Converted' }).click();
    await page.getByText('A conversion cannot be undone', { exact: true }).waitFor();
    await page.getByText('scheduled runs wait until that has happened').waitFor();
    await page.getByRole('button', { name: /Advanced: limits of one run/ }).click();
    await page.getByText('Usually 10,000').waitFor();
    await page.getByLabel('Most records in one run').fill('500');
    await at.shot('81-leads-settings');
    expect(await at.phone('81-leads-settings-phone')).toBe(0);
    await page.getByRole('button', { name: 'Back' }).click();
    expect(await page.getByRole('radio', { name: 'Daily' }).isChecked()).toBe(true);
    await next();
    expect(await page.getByLabel('Most records in one run').inputValue()).toBe('500');
  }, 60_000);

  it('ORC-3 ORC-4 saves, and shows which leads would be converted into contacts of which accounts, and that scheduled runs wait', async () => {
    await save().click();
    await page.getByText('3 leads would be converted; 4 leads of the segment looked at').waitFor();
    await page.getByText('Scheduled runs wait for a confirmation').waitFor();
    const row = page.getByRole('row', { name: /Ann Lee/ });
    await row.getByText('Acme Rockets GmbH', { exact: true }).waitFor();
    await row.getByText('Becomes a contact', { exact: true }).waitFor();
    await page.getByRole('row', { name: /Wile Lee/ }).getByText('Merged into a contact with the same e-mail', { exact: true }).waitFor();
    await page.getByRole('row', { name: /Olga Lee/ }).getByText('Converted already', { exact: true }).waitFor();
    await at.shot('82-leads-preview');
    expect(await at.phone('82-leads-preview-phone')).toBe(0);
    await page.getByRole('tab', { name: 'Schedule' }).click();
    await page.getByText('Waits: nothing happens then before somebody has confirmed the first run.').waitFor();
    await at.shot('89-leads-schedule-waits');
    await page.getByRole('link', { name: 'Orchestrations' }).click();
    await page.getByText('waits for its first run to be confirmed').waitFor();
    await at.shot('83-leads-waits');
    expect(await at.phone('83-leads-waits-phone')).toBe(0);
    await page.getByRole('link', { name: NAME }).click();
  }, 60_000);

  it('ORC-5 runs after its name was typed, to its end, and each lead is a contact of its account', async () => {
    await page.getByRole('button', { name: 'Run now…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('What this run does cannot be undone').waitFor();
    await dialog.getByText('3 leads would be converted').waitFor();
    const confirm = dialog.getByRole('button', { name: 'Run now' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.keyboard.type('convert');
    await dialog.getByText('This is not its name.').waitFor();
    await at.shot('84-leads-confirm');
    expect(await at.phone('84-leads-confirm-phone')).toBe(0);
    await dialog.getByRole('textbox').fill(NAME);
    await page.keyboard.press('Enter');
    await page.getByText('finished').first().waitFor();
    await page.getByText('4 of 4 records done').waitFor();
    await page.getByText('■ converted 3').waitFor();
    await page.getByRole('row', { name: /Hank Lee/ }).getByText('succeeded').waitFor();
    await page.getByRole('button', { name: 'Hank Lee' }).click();
    await page.getByText('Contact that it became').waitFor();
    await at.shot('85-leads-run');
    expect(await at.phone('85-leads-run-phone')).toBe(0);
    const converted = world.crm.records('Lead').filter((one) => one['IsConverted'] === true && one['ConvertedAccountId']);
    expect(converted).toHaveLength(3);
    expect(world.crm.counts()).toMatchObject({ Account: 2, Contact: 3 });
  }, 60_000);

  it('ORC-11 says that a lead conversion cannot be undone; and the schedule waits no longer', async () => {
    await page.getByRole('link', { name: 'Undo…' }).click();
    await page.getByText('This run cannot be undone').waitFor();
    await page.getByText('A lead conversion cannot be undone: no CRM turns the contact back into its lead.').waitFor();
    await at.shot('86-leads-no-undo');
    await page.getByRole('link', { name: NAME }).click();
    await page.getByText('4 of 4 records done').waitFor();
    await page.getByRole('link', { name: NAME }).click();
    await page.getByRole('button', { name: 'Run now', exact: true }).waitFor();
    expect(await page.getByText('Scheduled runs wait for a confirmation').count()).toBe(0);
    expect(at.complaints.filter((text) => !text.includes('409'))).toEqual([]);
  }, 60_000);

  it('writes the id of the account to a field of the lead instead, and needs no confirmation for that', async () => {
    const homer = lead('Globex Pumps', 'Homer');
    await page.getByRole('link', { name: 'Orchestrations' }).click();
    await page.getByRole('link', { name: 'New orchestration' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Account ids');
    await page.getByRole('radio', { name: 'Convert Leads to Contacts' }).click();
    await next();
    await at.choose('Segment', /Companies l-/);
    await next();
    await next();
    await at.choose('CRM connection', /Our Salesforce/);
    await page.getByRole('radio', { name: 'Write the account’s id' }).click();
    await page.getByText('Choose the field of the lead that takes the id of its account.').first().waitFor();
    await page.getByRole('combobox', { name: 'Field of the lead' }).fill(FIELD);
    await page.getByRole('option', { name: new RegExp(`\\(${FIELD},`) }).click();
    await at.shot('87-leads-write-id');
    await save().click();
    await page.getByText('1 lead would get the id of its account').waitFor();
    await at.shot('88-leads-write-id-preview');
    await page.getByRole('button', { name: 'Run now', exact: true }).click();
    await page.getByText('finished').first().waitFor();
    await page.getByText('■ updated 1').waitFor();
    expect(world.crm.records('Lead').find((one) => one['Id'] === homer)).toMatchObject({ [FIELD]: pumps, IsConverted: false });
    expect(at.complaints.filter((text) => !text.includes('409'))).toEqual([]);
  }, 60_000);

  it('ORC-1 is edited with everything as it was chosen; only what it does stays', async () => {
    await page.getByRole('link', { name: 'Account ids' }).click();
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByText('What it does cannot be changed any more').waitFor();
    expect(await page.getByRole('radio').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Name' }).fill('Ids of accounts');
    await page.getByRole('button', { name: 'Settings' }).click();
    expect(await page.getByRole('radio', { name: 'Write the account’s id' }).isChecked()).toBe(true);
    await page.getByRole('combobox', { name: 'Field of the lead' }).and(page.locator(`[value*="(${FIELD},"]`)).waitFor();
    await page.getByRole('radio', { name: 'Convert', exact: true }).click();
    await page.getByText('Choose the status that converted leads get.').first().waitFor();
    await page.getByRole('radio', { name: 'Write the account’s id' }).click();
    await save().click();
    await page.getByRole('heading', { name: 'Ids of accounts' }).waitFor();
    expect(at.complaints.filter((text) => !text.includes('409'))).toEqual([]);
  }, 60_000);
});
