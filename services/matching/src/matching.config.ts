import { defineConfig, type ConfigOf } from '@signalbox/platform-config';
import { commonSettings } from '@signalbox/platform-service';

export const matchingSettings = defineConfig({ ...commonSettings });

export type MatchingConfig = ConfigOf<typeof matchingSettings>;
