import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Database } from '@signalbox/platform-postgres';
import { createLogger } from '@signalbox/platform-telemetry';
import { startSalesforceSandbox } from '@signalbox/sandbox';
import { Api, firstSignIn, startStandalone, type RunningStandalone } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { signIn } from './browser/sign-in.ts';
import { World, type Sandbox } from './world/world.ts';

const SHOTS = fileURLToPath(new URL('../../../.cache/screenshots/', import.meta.url));
const COMPANIES = 6;

describe('A batch that is held up, as the person sees it who looks after the runs', () => {
  let product: RunningStandalone;
  let database: Database;
  let crm: Sandbox;
  let world: World;
  let browser: Browser;
  let page: Page;
  let connectionId = '';
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-held-up-'));
  const shot = (name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    crm = await startSalesforceSandbox();
    product = await startStandalone({ dataDir, httpPort: 0, logger: createLogger({ service: 'spec', level: 'silent' }), environment: { SIGNALBOX_CRM_SETTLE_QUIET_MS: '300' } });
    database = await Database.open({ url: product.postgres.url('signalbox'), schema: 'crm_writer', migrations: [] });
    const { email, password, token } = await firstSignIn(product.url);
    const refuse = () => Promise.reject(new Error('nobody kills this one'));
    world = new World({ url: product.url, kill: refuse, resume: refuse, stop: () => product.stop() }, crm, new Api(product.url).authenticated(token));
    connectionId = await world.connect();
    browser = await startChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(20_000);
    await signIn(page, product.url, { email, password });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await database?.close();
    await product?.stop();
    await crm?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  /** A run whose batch has reached the CRM and is put aside, since PostgreSQL takes no outcome of it; and what mends that. */
  async function heldUp(prefix: string): Promise<{ runId: string; mend: () => Promise<void> }> {
    await database.query(`create or replace function crm_writer.spec_refuse() returns trigger language plpgsql as 'begin raise exception ''the disk of the ledger is full''; end'`);
    await database.query(`create trigger spec_refuse before update on crm_writer.write_ledger for each row when (new.state <> 'intended') execute function crm_writer.spec_refuse()`);
    await world.importCompanies(Array.from({ length: COMPANIES }, (_, i) => ({ id: `${prefix}${i}`, name: `Held ${prefix}${i}`, website: `held-${prefix}${i}.example.com`, country: 'Germany' })));
    const orchestrationId = await world.orchestration(`Accounts of ${prefix}`, connectionId, (await world.segmentOf(prefix)).id);
    await world.preview(orchestrationId);
    const { id: runId } = await world.startRun(orchestrationId);
    return { runId, mend: async () => void (await database.query('drop trigger spec_refuse on crm_writer.write_ledger')) };
  }

  it('ORC-9 is shown on the page of its run with the reason, and the run ends once it is replayed', async () => {
    const { runId, mend } = await heldUp('a-');
    await page.goto(`${product.url}/runs/${runId}`);
    await page.getByText('1 batch is held up (6 records)').waitFor({ timeout: 40_000 });
    await shot('30-held-up-run');
    await mend();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('settled after a lost answer').first().waitFor();
    await page.getByText('1 batch is held up').waitFor({ state: 'detached' });
    const run = await world.ended(runId);
    expect(run).toMatchObject({ state: 'finished', counts: { planned: COMPANIES, unknownThenSettled: COMPANIES, failed: 0, remaining: 0 } });
    expect(crm.counts()['Account']).toBe(COMPANIES);
    await shot('31-held-up-replayed');
  }, 120_000);

  it('ORC-9 is given up: the CRM is asked, each record gets its outcome, the counts add up and the run ends', async () => {
    const { runId, mend } = await heldUp('b-');
    await waitFor(async () => (await world.api.get<{ items: unknown[] }>(`/parked-messages?runId=${runId}`)).items.length === 1, { timeoutMs: 40_000, what: 'the parked batch' });
    await mend();
    // Four of its records have gone from the CRM since; of the other two the CRM will say that it has them.
    const mine = crm.records('Account').filter((r) => String(r['Name']).startsWith('Held b-'));
    expect(mine).toHaveLength(COMPANIES);
    crm.reset();
    crm.seed('Account', mine.slice(0, 2).map((r) => ({ Name: r['Name'], Signalbox_Id__c: r['Signalbox_Id__c'] })));
    await page.getByRole('link', { name: 'Held up' }).click();
    await page.getByText('a batch of this run').waitFor();
    await shot('32-held-up-list');
    await page.getByRole('button', { name: 'Give up' }).click();
    await page.getByRole('dialog').getByText('This cannot be taken back.').waitFor();
    await shot('33-give-up');
    await page.getByRole('dialog').getByRole('button', { name: 'Give up' }).click();
    await page.getByText('Nothing is held up').waitFor();
    const run = await world.ended(runId);
    expect(run).toMatchObject({ state: 'finished', counts: { planned: COMPANIES, succeeded: 0, skipped: 0, unknownThenSettled: 2, failed: 4, remaining: 0, failedByReason: { given_up: 4 } } });
    expect(crm.counts()['Account']).toBe(2);
  }, 120_000);

  it('does not save a name over somebody else\'s: it says so, and the newest can be loaded', async () => {
    const segment = await world.segmentOf('a-1');
    await page.goto(`${product.url}/segments/${segment.id}`);
    await page.getByRole('button', { name: 'Rename' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('My name for it');
    const patched = await fetch(`${product.url}/api/v1/segments/${segment.id}`, { method: 'PATCH', headers: { cookie: await cookies(), origin: product.url, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'Somebody else’s name', version: 1 }) });
    expect(patched.status).toBe(200);
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText(/Somebody has changed this segment meanwhile: it is at version 2, not 1/).first().waitFor();
    await shot('34-conflict');
    await form.getByRole('button', { name: 'Load it again' }).click();
    await waitFor(async () => (await form.getByLabel('Name').inputValue()) === 'Somebody else’s name');
    await form.getByLabel('Name').fill('My name for it');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'My name for it' }).waitFor();
  });

  const cookies = async () => (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
});
