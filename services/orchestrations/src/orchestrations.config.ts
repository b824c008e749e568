import { defineConfig, text, wholeNumber, type ConfigOf } from '@signalbox/platform-config';
import { commonSettings } from '@signalbox/platform-service';

export const orchestrationsSettings = defineConfig({
  ...commonSettings,
  segmentsAddress: { env: 'SIGNALBOX_SEGMENTS_ADDRESS', schema: text('127.0.0.1:7002'), description: 'gRPC address of segments, as host:port.' },
  matchingAddress: { env: 'SIGNALBOX_MATCHING_ADDRESS', schema: text('127.0.0.1:7003'), description: 'gRPC address of matching, as host:port.' },
  crmWriterAddress: { env: 'SIGNALBOX_CRM_WRITER_ADDRESS', schema: text('127.0.0.1:7004'), description: 'gRPC address of crm-writer, as host:port.' },
  leadConversionAddress: { env: 'SIGNALBOX_LEAD_CONVERSION_ADDRESS', schema: text('127.0.0.1:7007'), description: 'gRPC address of lead-conversion, which plans the conversion of leads, as host:port.' },
  batchSize: { env: 'SIGNALBOX_RUN_BATCH_SIZE', schema: wholeNumber(1_000, 1, 1_000), description: 'Most changes in one batch to the writer. Default 1000.' },
  batchWindow: { env: 'SIGNALBOX_RUN_BATCH_WINDOW', schema: wholeNumber(10, 1, 100), description: 'Most batches of a run that are sent and not yet answered. Default 10.' },
  lanes: { env: 'SIGNALBOX_RUN_LANES', schema: wholeNumber(16, 1, 64), description: 'Lanes of a run: batches of one lane are written one after the other. Default 16, more than the batches that a run sends ahead, so that none waits for another.' },
  planConcurrency: { env: 'SIGNALBOX_PLAN_CONCURRENCY', schema: wholeNumber(2, 1, 50), description: 'Plans that one replica makes at the same time. Default 2.' },
  planLeaseMs: { env: 'SIGNALBOX_PLAN_LEASE_MS', schema: wholeNumber(30_000, 200, 600_000), description: 'After how long another replica takes over a plan whose maker is silent, in milliseconds. Default 30000.' },
  lookForWorkMs: { env: 'SIGNALBOX_LOOK_FOR_WORK_MS', schema: wholeNumber(2_000, 50, 60_000), description: 'Longest time between two looks for work when nothing was announced, in milliseconds. Default 2000.' },
});

export type OrchestrationsConfig = ConfigOf<typeof orchestrationsSettings>;
