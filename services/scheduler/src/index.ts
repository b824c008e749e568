export { startScheduler, migrateScheduler, type SchedulerOverrides } from './start.ts';
export { schedulerSettings, type SchedulerConfig } from './scheduler.config.ts';
