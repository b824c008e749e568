import { runMain } from '@signalbox/platform-service';
import { segmentsSettings } from './segments.config.ts';
import { migrateSegments, startSegments } from './start.ts';

await runMain(segmentsSettings, startSegments, migrateSegments);
