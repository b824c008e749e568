import { choice, defineConfig, flag, key32, text, wholeNumber, type ConfigOf } from '@signalbox/platform-config';

/** Settings that every service has. A service's own stand in its `<name>.config.ts`, spread after these. */
export const commonSettings = defineConfig({
  httpHost: { env: 'SIGNALBOX_HTTP_HOST', schema: text('127.0.0.1'), description: 'Address for HTTP (health, metrics, and the API of the gateway). Default 127.0.0.1.' },
  httpPort: { env: 'SIGNALBOX_HTTP_PORT', schema: wholeNumber(0, 0, 65535), description: 'Port for HTTP. Default 0: any free one.' },
  grpcHost: { env: 'SIGNALBOX_GRPC_HOST', schema: text('127.0.0.1'), description: 'Address for gRPC. Default 127.0.0.1.' },
  grpcPort: { env: 'SIGNALBOX_GRPC_PORT', schema: wholeNumber(0, 0, 65535), description: 'Port for gRPC. Default 0: any free one.' },
  logLevel: { env: 'SIGNALBOX_LOG_LEVEL', schema: choice(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'info'), description: 'Least severe line that is logged. Default info.' },
  databaseUrl: { env: 'SIGNALBOX_DATABASE_URL', schema: text(), description: 'PostgreSQL of this service, as postgres://user:password@host:port/database.', secret: true },
  databasePoolSize: { env: 'SIGNALBOX_DATABASE_POOL_SIZE', schema: wholeNumber(8, 2, 200), description: 'Most database connections of one replica. Default 8.' },
  migrateOnStart: { env: 'SIGNALBOX_MIGRATE_ON_START', schema: flag(true), description: 'Whether a starting service brings its schema and the topics up to date. Default true; false where jobs do it.' },
  broker: { env: 'SIGNALBOX_BROKER', schema: choice(['kafka', 'postgres'], 'kafka'), description: 'What carries events: kafka, or postgres (a log in PostgreSQL, for one machine). Default kafka.' },
  kafkaBrokers: { env: 'SIGNALBOX_KAFKA_BROKERS', schema: text(''), description: 'Kafka brokers as host:port, separated by commas. Needed with the broker kafka.' },
  brokerDatabaseUrl: { env: 'SIGNALBOX_BROKER_DATABASE_URL', schema: text(''), description: 'PostgreSQL that holds the log. Needed with the broker postgres.', secret: true },
  topicPrefix: { env: 'SIGNALBOX_TOPIC_PREFIX', schema: text(''), description: 'Put before every topic and group name, so that installations can share a Kafka. Default empty.' },
  serviceKey: { env: 'SIGNALBOX_SERVICE_KEY', schema: key32(), description: 'Key that services sign their calls to each other with: 32 bytes, the same for all of them.', secret: true },
  gatewayAddress: { env: 'SIGNALBOX_GATEWAY_ADDRESS', schema: text('127.0.0.1:7001'), description: 'gRPC address of the gateway, which knows API tokens and entitlements.' },
  stopGraceMs: { env: 'SIGNALBOX_STOP_GRACE_MS', schema: wholeNumber(20_000, 0, 600_000), description: 'Longest time to finish work in flight when stopping, in milliseconds. Default 20000.' },
});

export type CommonConfig = ConfigOf<typeof commonSettings>;
