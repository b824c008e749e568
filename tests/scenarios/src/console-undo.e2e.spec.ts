import { startSalesforceSandbox } from '@signalbox/sandbox';
import type { RunView } from '@signalbox/standalone';
import { Api, firstSignIn } from '@signalbox/standalone';
import type { Browser } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { openConsolePage, type ConsolePage } from './browser/console-page.ts';
import { signIn } from './browser/sign-in.ts';
import { startStandaloneTopology } from './topology/standalone.ts';
import { Person } from './world/person.ts';
import { World, type Sandbox } from './world/world.ts';

const COUNT = 12;

describe('Undoing a run, as a person sees it', () => {
  let world: World<Sandbox>;
  let browser: Browser;
  let at: ConsolePage;
  let run: RunView;
  let minutes = 0;
  const url = (path: string) => `${world.topology.url}${path}`;

  beforeAll(async () => {
    const crm = await startSalesforceSandbox({ port: 0, now: () => Date.now() + minutes * 60_000 });
    const topology = await startStandaloneTopology();
    const { token, email, password } = await firstSignIn(topology.url);
    world = new World(topology, crm, new Api(topology.url, token));
    const connectionId = await world.connect();
    await world.importCompanies(Array.from({ length: COUNT }, (_, n) => ({ id: `cu-${n}`, name: `Harbour ${n}`, website: `harbour-${n}.example.com`, country: 'Germany' })));
    const id = await world.orchestration('Harbours', connectionId, (await world.segmentOf('cu-')).id);
    await world.preview(id);
    run = await world.run(id);
    minutes = 45;
    const person = await Person.signIn(crm);
    const account = (name: string) => String(crm.records('Account').find((a) => a['Name'] === name)!['Id']);
    await person.change(account('Harbour 3'), { Phone: '+49 40 3', Website: 'harbour.example.org' });
    await person.remove(account('Harbour 5'));
    browser = await startChromium();
    at = await openConsolePage(browser);
    await signIn(at.page, topology.url, { email, password });
    await at.page.getByRole('link', { name: 'Harbours' }).first().waitFor();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  }, 60_000);

  it('ORC-11 is planned from the page of the run, and shows what is deleted and what is left alone and why', async () => {
    const { page } = at;
    await page.goto(url(`/runs/${run.id}`));
    await page.getByRole('link', { name: 'Undo…' }).waitFor();
    await at.shot('60-run-with-undo');
    await page.getByRole('link', { name: 'Undo…' }).click();
    await page.getByText('The undo would delete 10 records; 12 records that the run wrote looked at').waitFor();
    await page.getByText('It is left as it is: Website and Phone were changed by someone else.').waitFor();
    await page.getByText('The record is no longer in the CRM.').waitFor();
    await at.shot('61-undo-preview');
    expect(world.crm.counts()['Account']).toBe(COUNT - 1);
  }, 60_000);

  it('ORC-11 is run after it was confirmed, and the two runs lead to each other', async () => {
    const { page } = at;
    await page.getByRole('button', { name: 'Run undo' }).click();
    await page.getByRole('dialog').getByText('Signalbox will delete 10 records.').waitFor();
    await at.shot('62-undo-confirm');
    await page.getByRole('dialog').getByRole('button', { name: 'Run undo' }).click();
    await page.getByText('This run takes another back').waitFor();
    await page.getByText('finished').first().waitFor();
    await page.getByText('12 of 12 records done').waitFor();
    await at.shot('63-undo-run');
    await page.getByRole('link', { name: 'that run' }).click();
    await page.getByText('This run was undone').waitFor();
    await at.shot('64-undone-run');
    expect(world.crm.counts()['Account']).toBe(1);
    await page.getByRole('link', { name: 'Harbours' }).first().click();
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByText('undo of a run').waitFor();
    await at.shot('65-history-of-undo');
    await page.getByRole('link', { name: 'History' }).first().click();
    await page.getByText('Deleted').first().waitFor();
    await at.shot('66-writes-of-undo');
  }, 60_000);

  it('ORC-11 says so when there is nothing to undo', async () => {
    const { page } = at;
    const { undoneByRunId } = await world.api.get<{ undoneByRunId: string }>(`/runs/${run.id}`);
    await page.goto(url(`/runs/${undoneByRunId}/undo`));
    await page.getByText('A deletion cannot be undone from here').waitFor();
    await at.shot('67-nothing-to-undo');
    // The refusal itself is told to the browser as an answer 409.
    expect(at.complaints.filter((c) => !/409/.test(c))).toEqual([]);
  }, 60_000);
});
