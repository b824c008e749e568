import { startSalesforceSandbox } from '@signalbox/sandbox';
import { Api } from '@signalbox/standalone';
import type { Browser } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { openConsolePage, type ConsolePage } from './browser/console-page.ts';
import { setUp } from './browser/sign-in.ts';
import { startStandaloneTopology } from './topology/standalone.ts';
import type { Topology } from './topology/topology.ts';
import { nearTime, untilItHasCome } from './world/next-minute.ts';
import { World, type Sandbox } from './world/world.ts';

const PASSWORD = 'a long enough password';

describe('Schedules and API tokens in the console', () => {
  let topology: Topology;
  let crm: Sandbox;
  let browser: Browser;
  let console: ConsolePage;
  let page: ConsolePage['page'];
  let world: World;
  let orchestrationId: string;
  let token: string;
  const asked = (path: string, bearer: string, change: RequestInit = {}) => fetch(`${topology.url}/api/v1${path}`, { ...change, headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' } });
  const statusWith = async (bearer: string, path: string) => (await asked(path, bearer)).status;
  const section = (name: string) => page.getByRole('region', { name });

  beforeAll(async () => {
    crm = await startSalesforceSandbox({ port: 0 });
    topology = await startStandaloneTopology();
    browser = await startChromium();
    console = await openConsolePage(browser);
    ({ page } = console);
    await setUp(page, topology.url, { workspace: 'Northwind', email: 'ops@northwind.example', password: PASSWORD });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await topology?.stop();
    await crm?.close();
  }, 60_000);

  it('makes an API token with chosen permissions, shows it once, and it works', async () => {
    await page.getByRole('link', { name: 'API tokens' }).click();
    await page.getByText('No API tokens yet').waitFor();
    await console.shot('20-tokens-empty');
    await page.getByRole('button', { name: 'New token' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('Everything');
    expect(await form.getByRole('button', { name: 'Create token' }).isDisabled()).toBe(true);
    await form.getByRole('button', { name: 'Choose all' }).click();
    await console.shot('21-token-new');
    await form.getByRole('button', { name: 'Create token' }).click();
    await page.getByText('Copy it now').waitFor();
    token = await form.getByLabel('Token', { exact: true }).inputValue();
    await console.shot('22-token-shown-once');
    // Neither a key nor a click beside it takes it away by mistake.
    await page.keyboard.press('Escape');
    expect(await form.getByLabel('Token', { exact: true }).inputValue()).toBe(token);
    await form.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /Everything/ }).waitFor();
    expect(await page.content()).not.toContain(token);
    world = new World(topology, crm, new Api(topology.url, token));
    expect(await statusWith(token, '/tokens')).toBe(200);
  });

  it('makes a narrow token with the keyboard alone, and revokes it', async () => {
    await page.getByRole('button', { name: 'New token' }).focus();
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').waitFor();
    await page.waitForFunction("document.activeElement?.getAttribute('placeholder') === 'Nightly export'");
    await page.keyboard.type('Reader');
    await form.getByRole('group', { name: 'Companies and segments' }).getByLabel('read').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.getByText('Copy it now').waitFor();
    const narrow = await form.getByLabel('Token', { exact: true }).inputValue();
    await form.getByRole('button', { name: 'Done' }).focus();
    await page.keyboard.press('Enter');
    expect(await statusWith(narrow, '/segments')).toBe(200);
    expect(await statusWith(narrow, '/connections')).toBe(403);
    const row = page.getByRole('row', { name: /Reader/ });
    await row.getByText('Companies and segments: read', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Revoke Reader' }).click();
    await console.shot('23-token-revoke');
    await page.getByRole('button', { name: 'Revoke token' }).click();
    await row.getByText('revoked').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await console.shot('24-tokens');
    expect(await statusWith(narrow, '/segments')).toBe(401);
  });

  it('says that nothing is scheduled, and ORC-2 has the nightly sync at 02:00 in the zone of the workspace', async () => {
    const connectionId = await world.connect();
    await world.importCompanies([{ id: 'n1', name: 'Borealis Timber', website: 'borealistimber.se', country: 'Sweden' }, { id: 'n2', name: 'Cobalt Rivers', website: 'cobaltrivers.se', country: 'Sweden' }]);
    orchestrationId = await world.orchestration('Create by night', connectionId, (await world.segmentOf('n')).id);
    await page.getByRole('link', { name: 'Schedules' }).click();
    await page.getByText('Nothing is scheduled').waitFor();
    await page.getByText('No scheduled run has come due yet.').waitFor();
    expect(await page.getByLabel('Time of day').inputValue()).toBe('02:00');
    expect(await page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe('America/New_York');
    await console.shot('25-schedules-empty');
  });

  it('ORC-2 sets an orchestration to daily, and shows when it is due next', async () => {
    await page.goto(`${topology.url}/orchestrations/${orchestrationId}`);
    await page.getByRole('tab', { name: 'Schedule' }).click();
    await section('Next run').getByText('None: it runs only').waitFor();
    expect(await page.getByRole('button', { name: 'Save schedule' }).isDisabled()).toBe(true);
    await console.shot('26-schedule-manual');
    await page.getByRole('radio', { name: 'Daily' }).check();
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await section('Next run').getByText(/2:00\sAM\s+America\/New_York/).waitFor();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await console.shot('27-schedule-daily');
  });

  it('ORC-2 runs at the nightly sync by itself, once it is due, and lists the night with its run, or why there is none', async () => {
    const { connectionId, segmentId } = await world.api.get<{ connectionId: string; segmentId: string }>(`/orchestrations/${orchestrationId}`);
    await world.api.post('/orchestrations', { name: 'Leads by night', kind: 'convert_leads', connectionId, segmentId, schedule: { mode: 'daily' }, settings: { mode: 'convert', convertedStatus: 'Closed - Converted' } });
    await page.getByRole('link', { name: 'Schedules' }).click();
    await section('Due next').getByRole('link', { name: 'Create by night' }).waitFor();
    const near = nearTime();
    await page.getByLabel('Time of day').fill(near.timeOfDay);
    await page.getByRole('combobox', { name: 'Time zone' }).fill(near.timeZone);
    await page.getByRole('option', { name: near.timeZone, exact: true }).click();
    await page.getByText('begin as soon as you save').waitFor();
    await console.shot('28-nightly-sync-changing');
    await section('Nightly sync').getByRole('button', { name: 'Save' }).click();
    await section('Due next').getByText(near.timeZone).first().waitFor();
    await section('Past nights').getByRole('link', { name: 'Run', exact: false }).waitFor({ timeout: untilItHasCome.timeoutMs });
    const waits = section('Past nights').getByRole('row', { name: /Leads by night/ });
    await waits.getByText('skipped').waitFor();
    await waits.getByText('Its first run waits for a person who confirms it').waitFor();
    await console.shot('29-schedules');
    expect(await console.phone('29-schedules-phone')).toBe(0);
    await section('Due next').getByRole('link', { name: 'Create by night' }).click();
    await section('Past nights').getByText('finished').waitFor();
    await console.shot('30-schedule-past-nights');
    await section('Past nights').getByRole('link', { name: /^Run/ }).click();
    await page.getByText('finished').first().waitFor();
    expect(crm.records('Account').map((a) => a['Name']).sort()).toEqual(['Borealis Timber', 'Cobalt Rivers']);
  }, 180_000);

  it('ORC-6 pauses and resumes, and takes a weekly day', async () => {
    await page.goto(`${topology.url}/orchestrations/${orchestrationId}/schedule`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await section('Next run').getByText('None: it runs only').waitFor();
    await page.getByRole('button', { name: 'Resume: Daily, in the nightly sync' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await section('Next run').getByText(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), /).waitFor();
    await page.getByRole('radio', { name: 'Weekly' }).check();
    await console.choose('Weekday', 'Friday');
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await section('Next run').getByText(/^Fri, /).waitFor();
    await console.shot('31-schedule-weekly');
    await page.reload();
    expect(await page.getByRole('radio', { name: 'Weekly' }).isChecked()).toBe(true);
    await page.getByText('Weekly on Friday, in the nightly sync').waitFor();
    expect(console.complaints).toEqual([]);
  });

  it('says it when somebody else has changed the orchestration meanwhile, and takes the change once it is seen', async () => {
    await page.getByRole('radio', { name: 'Daily' }).check();
    expect((await asked(`/orchestrations/${orchestrationId}`, token, { method: 'PATCH', body: JSON.stringify({ name: 'Create every night' }) })).status).toBe(200);
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await page.getByRole('alert').getByText('Somebody has changed this orchestration meanwhile').waitFor();
    await console.shot('32-schedule-conflict');
    await page.getByRole('heading', { name: 'Create every night' }).waitFor();
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await page.getByText('Daily, in the nightly sync').first().waitFor();
    expect(console.complaints.splice(0)).toEqual([expect.stringContaining('409')]);
  });

  it('keeps its places out of the way on a narrow screen, until they are asked for', async () => {
    await page.setViewportSize({ width: 420, height: 860 });
    const places = page.getByRole('link', { name: 'API tokens' });
    await places.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await places.click();
    await page.getByRole('heading', { name: 'API tokens' }).waitFor();
    await page.getByRole('button', { name: 'Open the menu' }).waitFor();
    await console.shot('33-narrow');
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('has the page of the API without a file that is missing', async () => {
    await page.goto(`${topology.url}/api/docs`);
    await page.getByText('/api/v1/nightly-sync').first().waitFor();
    await console.shot('34-api-docs');
    expect(console.complaints).toEqual([]);
  });
});
