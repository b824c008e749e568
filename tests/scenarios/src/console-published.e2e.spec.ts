import { startSalesforceSandbox } from '@signalbox/sandbox';
import { Api, firstSignIn } from '@signalbox/standalone';
import type { Browser } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { openConsolePage, type ConsolePage } from './browser/console-page.ts';
import { signIn } from './browser/sign-in.ts';
import { startStandaloneTopology } from './topology/standalone.ts';
import { World, type Sandbox } from './world/world.ts';

interface Published {
  name: string;
  segmentName: string;
  enabled: boolean;
}

describe('Settings > Published segments, as a person uses it', () => {
  let world: World<Sandbox>;
  let browser: Browser;
  let at: ConsolePage;
  const published = async () => (await world.api.get<{ items: Published[] }>('/published-segments')).items.map(({ name, segmentName, enabled }) => ({ name, segmentName, enabled }));

  beforeAll(async () => {
    const crm = await startSalesforceSandbox({ port: 0 });
    const topology = await startStandaloneTopology();
    const { token, email, password } = await firstSignIn(topology.url);
    world = new World(topology, crm, new Api(topology.url, token));
    await world.importCompanies([{ id: 'n-1', name: 'Northern Ropes' }, { id: 's-1', name: 'Southern Sails' }, { id: 's-2', name: 'Southern Masts' }]);
    await world.segmentOf('n-');
    await world.segmentOf('s-');
    browser = await startChromium();
    at = await openConsolePage(browser);
    await signIn(at.page, topology.url, { email, password });
    await at.page.getByRole('link', { name: 'Settings' }).click();
    await at.page.getByText('No segment is published').waitFor();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  }, 60_000);

  it('PSN-2 publishes a segment under another name, and one under its own', async () => {
    const { page } = at;
    const form = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Publish a segment' }).first().click();
    await at.choose('Segment', 'Companies s-');
    await form.getByLabel('Published name').fill('Southern fleet');
    await at.shot('70-publish');
    await form.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('cell', { name: 'Southern fleet', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Publish a segment' }).click();
    await at.choose('Segment', 'Companies n-');
    await form.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('2 of at most 200 published').waitFor();
    expect(await published()).toEqual([{ name: 'Companies n-', segmentName: 'Companies n-', enabled: true }, { name: 'Southern fleet', segmentName: 'Companies s-', enabled: true }]);
    await at.shot('71-published');
  }, 60_000);

  it('PSN-2 takes one out of the enrichment, renames it, says that a name is taken, and unpublishes', async () => {
    const { page } = at;
    const form = page.getByRole('dialog');
    const row = (name: string) => page.getByRole('row', { name });
    await page.getByRole('switch', { name: 'Segment Name Enrichment of Southern fleet' }).click();
    await row('Southern fleet').getByText('off').waitFor();
    await row('Southern fleet').getByRole('button', { name: 'Rename' }).click();
    await form.getByLabel('Published name').fill('companies N-');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Another segment is published under this name already').waitFor();
    await form.getByLabel('Published name').fill('Fleet of the south');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'Fleet of the south', exact: true }).waitFor();
    await row('Companies n-').getByRole('button', { name: 'Unpublish' }).click();
    await page.getByText('1 of at most 200 published').waitFor();
    expect(await published()).toEqual([{ name: 'Fleet of the south', segmentName: 'Companies s-', enabled: false }]);
    expect(at.complaints.filter((text) => !text.includes('409'))).toEqual([]);
  }, 60_000);
});
