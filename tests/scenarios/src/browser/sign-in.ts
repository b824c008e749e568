import type { Page } from 'playwright-core';

export interface Credentials {
  email: string;
  password: string;
}

/** The console's first page is there. */
const arrived = (page: Page) => page.getByRole('heading', { name: 'Orchestrations', exact: true }).waitFor();

/** Signs in at the console of a product that is set up; resolves when its first page is there. */
export async function signIn(page: Page, url: string, { email, password }: Credentials): Promise<void> {
  await page.goto(url);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').first().fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await arrived(page);
}

/** Sets a product up at its first visit, which signs in; resolves when the first page is there. */
export async function setUp(page: Page, url: string, { workspace, email, password }: Credentials & { workspace: string }): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Workspace').fill(workspace);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').first().fill(password);
  await page.getByRole('button', { name: 'Set up Signalbox' }).click();
  await arrived(page);
}
