import { defineConfig, wholeNumber, type ConfigOf } from '@signalbox/platform-config';
import { commonSettings } from '@signalbox/platform-service';

export const schedulerSettings = defineConfig({
  ...commonSettings,
  lookEveryMs: { env: 'SIGNALBOX_SCHEDULER_LOOK_EVERY_MS', schema: wholeNumber(1_000, 10, 60_000), description: 'How often the scheduler looks what is due, in milliseconds. Default 1000.' },
});

export type SchedulerConfig = ConfigOf<typeof schedulerSettings>;
