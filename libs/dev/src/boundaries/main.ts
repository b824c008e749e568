/** Checks who imports whom in the whole repository, and lists what breaks a rule. */
import { ROOT } from '../root.ts';
import { checkBoundaries } from './check.ts';

const problems = checkBoundaries(ROOT);
for (const { place, message } of problems) console.error(`${place}: ${message}`);
if (problems.length > 0) {
  console.error(`${problems.length} imports break a boundary`);
  process.exitCode = 1;
} else {
  console.log('every import is within its boundary');
}
