import { defineConfig, text, wholeNumber, type ConfigOf } from '@signalbox/platform-config';
import { commonSettings } from '@signalbox/platform-service';

/** Settings of the gateway. */
export const gatewaySettings = defineConfig({
  ...commonSettings,
  segmentsAddress: { env: 'SIGNALBOX_SEGMENTS_ADDRESS', schema: text('127.0.0.1:7002'), description: 'gRPC address of segments. Default 127.0.0.1:7002.' },
  matchingAddress: { env: 'SIGNALBOX_MATCHING_ADDRESS', schema: text('127.0.0.1:7003'), description: 'gRPC address of matching. Default 127.0.0.1:7003.' },
  orchestrationsAddress: { env: 'SIGNALBOX_ORCHESTRATIONS_ADDRESS', schema: text('127.0.0.1:7005'), description: 'gRPC address of orchestrations. Default 127.0.0.1:7005.' },
  crmWriterAddress: { env: 'SIGNALBOX_CRM_WRITER_ADDRESS', schema: text('127.0.0.1:7004'), description: 'gRPC address of crm-writer. Default 127.0.0.1:7004.' },
  schedulerAddress: { env: 'SIGNALBOX_SCHEDULER_ADDRESS', schema: text('127.0.0.1:7006'), description: 'gRPC address of scheduler. Default 127.0.0.1:7006.' },
  consoleDir: { env: 'SIGNALBOX_CONSOLE_DIR', schema: text(''), description: 'Folder of the built console. Default: web/dist of the gateway, when it is there.' },
  publicUrl: { env: 'SIGNALBOX_PUBLIC_URL', schema: text('').refine((v) => v === '' || /^https?:\/\/[^/]+/.test(v), 'must be an http or https address'), description: 'Address under which people reach the gateway, e.g. https://signalbox.example.com. With https, cookies are sent over https only. Default: the address of each request.' },
  trustedProxies: { env: 'SIGNALBOX_TRUSTED_PROXIES', schema: wholeNumber(0, 0, 10), description: 'How many proxies stand in front, whose X-Forwarded-For is believed (sign-ins are throttled by address). Default 0.' },
  sessionHours: { env: 'SIGNALBOX_SESSION_HOURS', schema: wholeNumber(12, 1, 720), description: 'How long a sign-in lasts, in hours. Default 12.' },
  defaultEntitlements: { env: 'SIGNALBOX_DEFAULT_ENTITLEMENTS', schema: text('orchestrations'), description: 'Packages that a new workspace has licensed, separated by commas. Default orchestrations.' },
  maxBodyBytes: { env: 'SIGNALBOX_MAX_BODY_BYTES', schema: wholeNumber(8 << 20, 1024, 64 << 20), description: 'Largest JSON body, in bytes (file uploads have no limit). Default 8 MiB.' },
  heartbeatMs: { env: 'SIGNALBOX_EVENTS_HEARTBEAT_MS', schema: wholeNumber(15_000, 100, 300_000), description: 'Time between signs of life on an event stream, in milliseconds. Default 15000.' },
});

export type GatewayConfig = ConfigOf<typeof gatewaySettings>;
