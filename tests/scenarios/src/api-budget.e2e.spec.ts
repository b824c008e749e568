import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@signalbox/platform-telemetry';
import { startSalesforceSandbox } from '@signalbox/sandbox';
import { Api, firstSignIn, startStandalone, type RunningStandalone } from '@signalbox/standalone';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { signIn } from './browser/sign-in.ts';
import { World, type Sandbox } from './world/world.ts';

const SHOTS = fileURLToPath(new URL('../../../.cache/screenshots/', import.meta.url));
const COMPANIES = 12;

interface ConnectionView {
  name: string;
  dailyCalls: number;
  statusMessage: string;
  budget: { used: number; waitingUntil: string | null; waitingFor: string };
}

describe('The API budget of a connection, as the person sees it who looks after it', () => {
  let product: RunningStandalone;
  let crm: Sandbox;
  let world: World;
  let browser: Browser;
  let page: Page;
  let connectionId = '';
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-api-budget-'));
  const shot = (name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  const connection = () => world.api.get<ConnectionView>(`/connections/${connectionId}`);

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    crm = await startSalesforceSandbox();
    product = await startStandalone({ dataDir, httpPort: 0, logger: createLogger({ service: 'spec', level: 'silent' }), environment: { SIGNALBOX_RUN_BATCH_SIZE: '1' } });
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
    await product?.stop();
    await crm?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  /** An orchestration of so many new companies, with its preview. */
  async function accountsOf(prefix: string, count: number): Promise<string> {
    await world.importCompanies(Array.from({ length: count }, (_, i) => ({ id: `${prefix}${i}`, name: `Budget ${prefix}${i}`, website: `${prefix}${i}.example.com`, country: 'Germany' })));
    const orchestrationId = await world.orchestration(`Accounts of ${prefix}`, connectionId, (await world.segmentOf(prefix)).id);
    await world.preview(orchestrationId);
    return orchestrationId;
  }

  /** Opens the form, changes the calls a day and saves. */
  async function allow(calls: number): Promise<void> {
    await page.goto(`${product.url}/connections/${connectionId}`);
    await page.getByRole('button', { name: 'Change budget' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Most API calls a day').fill(String(calls));
    await shot('40-budget-form');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
  }

  it('is set on the page of the connection; a run that has spent it waits, says why and until when, and ends once the budget is raised', async () => {
    // Written before the budget is set, so that most of the day's calls are writes.
    expect(await world.run(await accountsOf('first-', 30))).toMatchObject({ state: 'finished' });
    const orchestrationId = await accountsOf('second-', COMPANIES);
    const { budget } = await connection();
    // Enough for the run's own plan, which reads, and for some of the records: each is a batch with a look and a write.
    await allow(budget.used + 16);
    await page.getByText(`of ${budget.used + 16} a day`).waitFor();
    await shot('41-budget-figures');
    const { id: runId } = await world.startRun(orchestrationId);
    await page.goto(`${product.url}/runs/${runId}`);
    const { name } = await connection();
    await page.getByText(`Waiting for the API budget of ${name}`).first().waitFor({ timeout: 40_000 });
    await page.getByText('Raise the budget to go on at once.').waitFor();
    await shot('42-run-waits-for-budget');
    const waiting = await connection();
    expect(waiting.budget.waitingFor).toBe('write');
    expect(new Date(waiting.budget.waitingUntil!).getTime()).toBeGreaterThan(Date.now());
    expect(waiting.statusMessage).toContain('raise the budget on the connection\'s page to go on at once');
    expect(await world.api.get<{ state: string }>(`/runs/${runId}`)).toMatchObject({ state: 'applying' });
    const written = crm.counts()['Account']! - 30;
    expect(written).toBeLessThan(COMPANIES);

    await allow(budget.used + 1_000);
    const run = await world.ended(runId);
    expect(run).toMatchObject({ state: 'finished', counts: { planned: COMPANIES, succeeded: COMPANIES, failed: 0, remaining: 0 } });
    expect(crm.counts()['Account']).toBe(30 + COMPANIES);
    await page.getByText(`Waiting for the API budget of ${name}`).waitFor({ state: 'detached' });
    expect(await connection()).toMatchObject({ dailyCalls: budget.used + 1_000, budget: { waitingUntil: null } });
  }, 120_000);
});
