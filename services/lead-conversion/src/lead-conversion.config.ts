import { defineConfig, text, type ConfigOf } from '@signalbox/platform-config';
import { commonSettings } from '@signalbox/platform-service';

export const leadConversionSettings = defineConfig({
  ...commonSettings,
  segmentsAddress: { env: 'SIGNALBOX_SEGMENTS_ADDRESS', schema: text('127.0.0.1:7002'), description: 'gRPC address of segments, as host:port.' },
  matchingAddress: { env: 'SIGNALBOX_MATCHING_ADDRESS', schema: text('127.0.0.1:7003'), description: 'gRPC address of matching, as host:port.' },
  crmWriterAddress: { env: 'SIGNALBOX_CRM_WRITER_ADDRESS', schema: text('127.0.0.1:7004'), description: 'gRPC address of crm-writer, as host:port.' },
});

export type LeadConversionConfig = ConfigOf<typeof leadConversionSettings>;
