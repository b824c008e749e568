/**
 * Settings that the chart gives by itself, with where a person changes them. All others stand under
 * services.<name>.settings. A setting may be in neither place only with a reason, in NOT_IN_A_CLUSTER.
 */
export const CHART_OWNED: Readonly<Record<string, string>> = {
  httpHost: 'always 0.0.0.0 in a pod',
  httpPort: 'always 8080 in a pod',
  grpcHost: 'always 0.0.0.0 in a pod',
  grpcPort: 'always 9090 in a pod',
  databaseUrl: 'postgresql, or services.<name>.databaseUrl',
  migrateOnStart: 'always false: jobs do it, see jobs.migrations and jobs.topics',
  broker: 'always kafka',
  kafkaBrokers: 'kafka.brokers',
  topicPrefix: 'kafka.topicPrefix',
  serviceKey: 'keys.serviceKey',
  secretsKey: 'keys.secretsKey',
  stopGraceMs: 'terminationGraceSeconds and drainSeconds',
  provider: 'services.crmWriter.providers',
};

export const NOT_IN_A_CLUSTER: Readonly<Record<string, string>> = {
  brokerDatabaseUrl: 'events travel on Kafka in a cluster; the log in PostgreSQL is for one machine',
};

/** gatewayAddress → gateway, crmWriterAddress → crm-writer: the chart knows where its own services are. */
export function addressOf(key: string, services: string[]): string | undefined {
  const name = /^(.+)Address$/.exec(key)?.[1]?.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  return name !== undefined && services.includes(name) ? name : undefined;
}

export const valuesKeyOf = (service: string): string => service.replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());
