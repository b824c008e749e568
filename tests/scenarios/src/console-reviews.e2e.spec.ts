import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@signalbox/platform-telemetry';
import { startSalesforceSandbox } from '@signalbox/sandbox';
import { Api, firstSignIn, startStandalone, type RunningStandalone } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import type { Browser } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { signIn } from './browser/sign-in.ts';
import { openConsolePage, type ConsolePage } from './browser/console-page.ts';
import { World, type Sandbox } from './world/world.ts';

/** The same sites as accounts of the CRM, under other names; and one company that the CRM does not have. */
const COMPANIES = [
  { id: 'r1', name: 'Meridian Analytics', website: 'northwind.com', country: 'USA' },
  { id: 'r2', name: 'Harbour Lights', website: 'fabrikam.com', country: 'USA' },
  { id: 'r3', name: 'Quiet Meadow', website: 'globex.com', country: 'USA' },
  { id: 'r4', name: 'Borealis Timber', website: 'borealistimber.se', country: 'Sweden' },
];

describe('Companies that are left to a person, in the console', () => {
  let product: RunningStandalone;
  let crm: Sandbox;
  let world: World;
  let browser: Browser;
  let console: ConsolePage;
  let orchestrationId = '';
  let connectionId = '';
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-reviews-'));
  /** What the newest preview says of each company. */
  const planned = async (): Promise<Record<string, string>> => {
    const plan = await world.newPreview(orchestrationId);
    return Object.fromEntries((await world.records(plan.id)).map((r) => [r.companyName, r.action === 'skip' ? `${r.reason} ${r.crmId ?? ''}`.trim() : r.action]));
  };
  const waiting = async () => (await world.api.get<{ total: number }>('/match-reviews')).total;

  beforeAll(async () => {
    crm = await startSalesforceSandbox();
    crm.seed('Account', [
      { Name: 'Northwind Traders', Website: 'www.northwind.com', BillingCountry: 'USA' }, { Name: 'Fabrikam Logistics', Website: 'fabrikam.com', BillingCountry: 'USA' },
      { Name: 'Globex Corporation', Website: 'globex.com', BillingCountry: 'USA' }, { Name: 'Meridian Holdings', Website: 'meridian.example', BillingCountry: 'Germany' },
    ]);
    product = await startStandalone({ dataDir, httpPort: 0, logger: createLogger({ service: 'spec', level: 'silent' }) });
    const { email, password, token } = await firstSignIn(product.url);
    const refuse = () => Promise.reject(new Error('nobody kills this one'));
    world = new World({ url: product.url, kill: refuse, resume: refuse, stop: () => product.stop() }, crm, new Api(product.url).authenticated(token));
    browser = await startChromium();
    console = await openConsolePage(browser);
    const { page } = console;
    await signIn(page, product.url, { email, password });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await crm?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  it('says what would be here while nothing waits', async () => {
    const { page, shot } = console;
    await page.getByRole('link', { name: 'Review' }).click();
    await page.getByText('Nothing waits for you').waitFor();
    await shot('50-review-empty');
  });

  it('CNA-6 takes a workspace\'s own thresholds, and leaves what is between them to a person', async () => {
    const { page, shot } = console;
    await page.getByRole('link', { name: 'Match rules' }).click();
    await page.getByLabel('A match from').fill('0.999');
    await page.getByLabel('A person decides from').fill('0.01');
    await page.getByRole('combobox', { name: 'Where several accounts hold equally' }).click();
    await page.getByRole('option', { name: 'most contacts' }).click();
    await page.getByRole('heading', { name: 'Match rules' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('version 2').waitFor();
    await shot('51-match-rules');
    connectionId = await world.connect();
    await world.importCompanies(COMPANIES);
    orchestrationId = await world.orchestration('Accounts of r', connectionId, (await world.segmentOf('r')).id);
    await world.preview(orchestrationId);
    expect(await waiting()).toBe(3);
  }, 90_000);

  it('shows the company and the account side by side, with what spoke for and against', async () => {
    const { page, shot } = console;
    await page.getByRole('link', { name: 'Review' }).click();
    await page.getByText('1 of 3 waiting').waitFor();
    await page.getByRole('list', { name: 'What spoke for and against' }).getByText('Website').waitFor();
    await shot('52-review');
    await page.keyboard.press('ArrowRight');
    await page.getByText('2 of 3 waiting').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('1 of 3 waiting').waitFor();
  });

  it('takes yes, no and another account, by key and by mouse, and the next plan does as was said', async () => {
    const { page, shot } = console;
    const open = async (name: string) => {
      while (!(await page.getByRole('cell', { name, exact: true }).isVisible())) {
        const place = await page.getByText(/\d of \d waiting/).innerText();
        await page.keyboard.press('ArrowRight');
        await page.getByText(place).waitFor({ state: 'detached' });
      }
    };
    await open('Quiet Meadow');
    await page.keyboard.press('n');
    await page.getByText('Quiet Meadow is none of the accounts shown').waitFor();
    await page.getByText(/of 2 waiting/).waitFor();
    await page.keyboard.press('ArrowLeft');
    await open('Harbour Lights');
    await page.keyboard.press('y');
    await page.getByText('Harbour Lights is Fabrikam Logistics').waitFor();
    await page.getByText('1 of 1 waiting').waitFor();
    await page.keyboard.press('l');
    await page.keyboard.type('meridian');
    await page.getByRole('button', { name: 'Link to Meridian Holdings' }).waitFor();
    await shot('53-review-link');
    await page.getByRole('button', { name: 'Link to Meridian Holdings' }).click();
    await page.getByText('Nothing waits for you').waitFor();
    await shot('54-review-done');
    const ids = Object.fromEntries(crm.records('Account').map((a) => [a['Name'], a['Id']]));
    // Those that are linked are not listed any more, as after a creation (CNA-10).
    expect(await planned()).toEqual({ 'Quiet Meadow': 'create', 'Borealis Timber': 'create' });
    const decisions = await world.api.get<{ items: { name: string; decision: string; accountId: string | null }[] }>(`/match-decisions?connectionId=${connectionId}`);
    expect(Object.fromEntries(decisions.items.map((d) => [d.name, d.accountId ?? d.decision]))).toEqual({
      'Meridian Analytics': ids['Meridian Holdings'], 'Harbour Lights': ids['Fabrikam Logistics'], 'Quiet Meadow': 'new', 'Borealis Timber': 'new',
    });
  }, 120_000);

  it('takes an answer back, and asks again', async () => {
    const { page, shot } = console;
    await page.getByText('Answered', { exact: true }).click();
    await page.getByText('Is Fabrikam Logistics').waitFor();
    await shot('55-review-answered');
    await page.getByRole('row', { name: /Quiet Meadow/ }).getByRole('button', { name: 'Take back' }).click();
    await page.getByText('Not Globex Corporation').waitFor({ state: 'detached' });
    expect(await waiting()).toBe(1);
    expect((await planned())['Quiet Meadow']).not.toBe('create');
  }, 90_000);

  it('gives the answers as a file for the next evaluation', async () => {
    const lines = (await world.csv('/match-reviews/answers.csv')).trim().split('\r\n');
    expect(lines[0]).toMatch(/^connection_id,company_id,company_name,.*account_name,.*answer,/);
    expect(lines.slice(1).map((line) => /(Meridian Holdings|Fabrikam Logistics|Globex Corporation).*,(same|different),/.exec(line)?.slice(1).join(' ')).sort()).toEqual(['Fabrikam Logistics same', 'Meridian Holdings same']);
    expect((await world.csv('/match-reviews/answers.csv?withdrawnToo=true')).trim().split('\r\n')).toHaveLength(4);
  });

  it('answers scripts alike: a result for each, once for a key, and a problem that names its field', async () => {
    const { items } = await world.api.get<{ items: { companyId: string; version: number }[] }>('/match-reviews');
    const one = { connectionId, companyId: items[0]?.companyId, answer: 'no', version: items[0]?.version };
    const body = { answers: [{ ...one, companyId: 'nobody' }, one] };
    type Results = { items: { code: string; problem: { field: string } | null; review: { state: string; version: number } | null }[] };
    const send = () => world.api.post<Results>('/match-reviews/answers', body, { 'idempotency-key': 'the same' });
    const first = await send();
    expect(first.items).toMatchObject([{ code: 'matching.review.unknown', problem: { field: 'company_id' }, review: null }, { problem: null, review: { state: 'answered' } }]);
    expect(await send()).toEqual(first);
    await expect(world.api.post('/match-reviews/answers', { answers: [{ ...one, answer: 'perhaps' }] })).rejects.toThrow(/answered 400.*"field":"answers\.0\.answer"/);
    await expect(world.api.post('/match-rules/simulation', { connectionId, matchAt: 2 })).rejects.toThrow(/answered 400.*"field":"matchAt"/);
    await world.api.post('/match-reviews/answers', { answers: [{ ...one, answer: 'withdraw', version: 0 }] });
    expect(await waiting()).toBe(1);
  });

  it('tries rules on past decisions, and changes nothing by it', async () => {
    const { page, shot } = console;
    await page.getByRole('link', { name: 'Match rules' }).click();
    await page.getByLabel('A person decides from').fill('0.999');
    await page.getByRole('button', { name: 'Try on past decisions' }).click();
    await page.getByText(/would be decided differently/).waitFor();
    await page.getByText('Quiet Meadow').waitFor();
    await shot('56-match-rules-tried');
    expect((await world.api.get<{ version: number }>('/match-rules')).version).toBe(2);
    expect(await waiting()).toBe(1);
  });

  it('CNA-7 asks whether two companies of one list are one, and takes the answer as it does of an account', async () => {
    const { page, shot } = console;
    await world.importCompanies([{ id: 'r5', name: 'Aurora Glassworks', website: 'polarlight.no', country: 'Norway' }, { id: 'r6', name: 'Polar Light Optics', website: 'polarlight.no', country: 'Norway' }]);
    // The segment takes them in by itself, a moment later.
    const plan = await waitFor(async () => ((all) => ('Polar Light Optics' in all ? all : undefined))(await planned()));
    // Which of the two comes first is their ids' order.
    const pair = ['Aurora Glassworks', 'Polar Light Optics'];
    expect(pair.map((name) => plan[name]).sort()).toEqual(['create', 'needs_review']);
    const asked = pair.find((name) => plan[name] === 'needs_review') as string;
    await page.goto(`${product.url}/reviews`);
    await page.getByText('1 of 2 waiting').waitFor();
    if (!(await page.getByText('Another company of this list').first().isVisible())) await page.keyboard.press('ArrowRight');
    await page.getByText('Another company of this list', { exact: true }).waitFor();
    await page.getByRole('cell', { name: asked, exact: true }).waitFor();
    await shot('58-review-twin');
    await page.getByRole('button', { name: /^No, another company/ }).click();
    await page.getByText('1 of 1 waiting').waitFor();
    expect(await planned()).toMatchObject({ 'Aurora Glassworks': 'create', 'Polar Light Optics': 'create' });
  }, 60_000);

  it('fits a narrow screen, and complains of nothing', async () => {
    const { page, shot } = console;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${product.url}/reviews`);
    await page.getByText('1 of 1 waiting').waitFor();
    await shot('57-review-narrow');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(console.complaints).toEqual([]);
  });
});
