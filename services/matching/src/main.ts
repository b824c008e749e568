import { runMain } from '@signalbox/platform-service';
import { matchingSettings } from './matching.config.ts';
import { migrateMatching, startMatching } from './start.ts';

await runMain(matchingSettings, startMatching, migrateMatching);
