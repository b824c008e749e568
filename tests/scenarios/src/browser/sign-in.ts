import type { Page } from 'playwright-core';

/** Signs in at the console of a product that is set up and has no orchestrations yet; resolves when its first page is there. */
export async function signIn(page: Page, url: string, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto(url);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').first().fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('No orchestrations yet').waitFor();
}
