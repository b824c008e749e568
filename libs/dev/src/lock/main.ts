/**
 * Completes package-lock.json with the optional packages of other systems, so that `npm ci` takes it on every machine.
 * `--check` writes nothing and fails when some are missing. Run it after `npm install`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import { missingOptionals, type Lock } from './complete.ts';

const file = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
const missing = missingOptionals(lock);
const names = Object.keys(missing).map((place) => place.replace('node_modules/', ''));
if (names.length === 0) {
  console.log('package-lock.json is complete for every system');
} else if (process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${names.join(', ')}: npm ci would refuse it. Run node libs/dev/src/lock/main.ts, and commit the result`);
  process.exitCode = 1;
} else {
  // In the order in which npm writes them, so that its next run changes nothing.
  const all = { ...lock.packages, ...missing };
  lock.packages = Object.fromEntries(Object.keys(all).sort((a, b) => a.localeCompare(b, 'en')).map((place) => [place, all[place]!]));
  writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
  console.log(`locked ${names.join(', ')}`);
}
