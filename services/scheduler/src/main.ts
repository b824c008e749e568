import { runMain } from '@signalbox/platform-service';
import { schedulerSettings } from './scheduler.config.ts';
import { migrateScheduler, startScheduler } from './start.ts';

await runMain(schedulerSettings, startScheduler, migrateScheduler);
