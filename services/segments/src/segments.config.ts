import { defineConfig, text, wholeNumber, type ConfigOf } from '@signalbox/platform-config';
import { commonSettings } from '@signalbox/platform-service';

const GIB = 2 ** 30;

export const segmentsSettings = defineConfig({
  ...commonSettings,
  matchingAddress: { env: 'SIGNALBOX_MATCHING_ADDRESS', schema: text('127.0.0.1:7003'), description: 'gRPC address of matching, as host:port.' },
  crmWriterAddress: { env: 'SIGNALBOX_CRM_WRITER_ADDRESS', schema: text('127.0.0.1:7004'), description: 'gRPC address of crm-writer, as host:port.' },
  importMaxBytes: { env: 'SIGNALBOX_IMPORT_MAX_BYTES', schema: wholeNumber(4 * GIB, 1), description: 'Largest file that may be imported, in bytes. Default 4294967296 (4 GiB).' },
  segmentsRefreshMs: { env: 'SIGNALBOX_SEGMENTS_REFRESH_MS', schema: wholeNumber(30_000, 100, 3_600_000), description: 'Longest time between two looks for segments that are not up to date, in milliseconds; changes are announced, too. Default 30000.' },
});

export type SegmentsConfig = ConfigOf<typeof segmentsSettings>;
