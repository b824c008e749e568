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
}

/** A page of the console, as a person has it before them. */
export async function openConsolePage(browser: Browser): Promise<ConsolePage> {
  mkdirSync(SHOTS, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, timezoneId: 'America/New_York' });
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // The one expected refusal: asking for the session before signing in.
    if (message.type() === 'error' && !/401/.test(message.text())) complaints.push(`${message.text()} (${message.location().url})`);
  });
  return {
    page,
    complaints,
    shot: (name) => page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true }),
    async choose(label, option) {
      await page.getByRole('combobox', { name: label }).or(page.getByLabel(label, { exact: true })).first().click();
      await page.getByRole('option', { name: option }).first().click();
    },
  };
}
