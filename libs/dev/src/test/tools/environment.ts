import { existsSync } from 'node:fs';

/** Where a Chromium may be, in the order in which they are taken. */
const CHROMIUMS = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  return [...(named ? [named] : []), ...CHROMIUMS].find((path) => existsSync(path));
}

/** What specs are told about this machine. Real parts are required: a spec that cannot have them fails, and is not skipped. */
export function testEnvironment(): Record<string, string> {
  const chromium = findChromium();
  return { ...(chromium ? { CHROMIUM_PATH: chromium } : {}), NX_DAEMON: 'false' };
}
