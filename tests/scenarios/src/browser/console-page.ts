import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';

const SHOTS = fileURLToPath(new URL('../../../../.cache/screenshots/', import.meta.url));

export interface ConsolePage {
  page: Page;
  /** What the browser complained of: errors of scripts, files that are not there, refused calls. */
  complaints: string[];
  /** Picks an option of a list by the list's label. */
  choose(label: string, option: RegExp | string): Promise<void>;
  /** A picture for people to look at, in .cache/screenshots. */
  shot(name: string): Promise<unknown>;
  /** The same as a phone shows it; gives by how many pixels the page is wider than the screen. */
  phone(name: string): Promise<number>;
}

const SCREEN = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };
/** What moves has come to rest; what turns for ever is left alone. */
const AT_REST = 'Promise.all(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => undefined))).then(() => undefined)';

/** A page of the console, as a person has it before them. */
export async function openConsolePage(browser: Browser): Promise<ConsolePage> {
  mkdirSync(SHOTS, { recursive: true });
  const page = await browser.newPage({ viewport: SCREEN, timezoneId: 'America/New_York' });
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // The one expected refusal: asking for the session before signing in.
    if (message.type() === 'error' && !/401/.test(message.text())) complaints.push(`${message.text()} (${message.location().url})`);
  });
  // From the top: the header stays where the page was scrolled to.
  const shot = async (name: string) => {
    await page.evaluate('scrollTo(0, 0)');
    await page.evaluate(AT_REST);
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  };
  return {
    page,
    complaints,
    shot,
    async phone(name) {
      await page.setViewportSize(PHONE);
      await shot(name);
      const wider = Number(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
      await page.setViewportSize(SCREEN);
      return wider;
    },
    async choose(label, option) {
      await page.getByRole('combobox', { name: label }).or(page.getByLabel(label, { exact: true })).first().click();
      await page.getByRole('option', { name: option }).first().click();
    },
  };
}
