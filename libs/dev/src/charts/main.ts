/**
 * Writes what the chart has from the services' settings. `--check` writes nothing and fails when the committed files
 * differ. Reads the built services: `./signalbox build` first.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import { generatedChartFiles } from './generated.ts';
import { readServiceSettings } from './services.ts';

const files = Object.entries(generatedChartFiles(await readServiceSettings()));
const stale = files.filter(([path, text]) => !existsSync(join(ROOT, path)) || readFileSync(join(ROOT, path), 'utf8') !== text);
if (!process.argv.includes('--check')) {
  for (const [path, text] of stale) writeFileSync(join(ROOT, path), text);
  console.log(stale.length > 0 ? `wrote ${stale.map(([path]) => path).join(', ')}` : 'the chart is up to date with the services\' settings');
} else if (stale.length > 0) {
  console.error(`${stale.map(([path]) => path).join(', ')}: not what the services' settings say. Run ./signalbox build && node libs/dev/src/charts/main.ts, and commit the result`);
  process.exitCode = 1;
} else {
  console.log('the chart is up to date with the services\' settings');
}
