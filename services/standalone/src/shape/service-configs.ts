import { crmWriterSettings, type CrmWriterConfig } from '@signalbox/crm-writer';
import { gatewaySettings, type GatewayConfig } from '@signalbox/gateway';
import { leadConversionSettings, type LeadConversionConfig } from '@signalbox/lead-conversion';
import { matchingSettings, type MatchingConfig } from '@signalbox/matching';
import { orchestrationsSettings, type OrchestrationsConfig } from '@signalbox/orchestrations';
import { readConfig, type Environment } from '@signalbox/platform-config';
import { schedulerSettings, type SchedulerConfig } from '@signalbox/scheduler';
import { segmentsSettings, type SegmentsConfig } from '@signalbox/segments';
import type { DataFolder } from './data-folder.ts';

export interface ServiceConfigs {
  gateway: GatewayConfig;
  segments: SegmentsConfig;
  matching: MatchingConfig;
  crmWriter: CrmWriterConfig;
  scheduler: SchedulerConfig;
  orchestrations: OrchestrationsConfig;
  leadConversion: LeadConversionConfig;
}

export interface Wiring {
  databaseUrl: string;
  folder: DataFolder;
  /** gRPC ports: gateway, segments, matching, crm-writer, scheduler, orchestrations, lead-conversion. */
  ports: number[];
  httpPort: number;
}

const NAMES = ['GATEWAY', 'SEGMENTS', 'MATCHING', 'CRM_WRITER', 'SCHEDULER', 'ORCHESTRATIONS', 'LEAD_CONVERSION'] as const;

/**
 * The same settings as in a cluster, given by the same names: only their values differ. Anything that a person sets in
 * the environment (SIGNALBOX_…) holds too, except what makes this shape what it is.
 */
export function serviceConfigs(wiring: Wiring, environment: Environment = {}): ServiceConfigs {
  const addresses = Object.fromEntries(NAMES.map((name, i) => [`SIGNALBOX_${name}_ADDRESS`, `127.0.0.1:${wiring.ports[i]}`]));
  const shared: Environment = {
    // All services share two cores and one PostgreSQL.
    SIGNALBOX_DATABASE_POOL_SIZE: '4',
    ...environment,
    ...addresses,
    SIGNALBOX_DATABASE_URL: wiring.databaseUrl,
    SIGNALBOX_BROKER: 'postgres',
    SIGNALBOX_BROKER_DATABASE_URL: wiring.databaseUrl,
    SIGNALBOX_SERVICE_KEY: wiring.folder.serviceKey.toString('hex'),
    SIGNALBOX_SECRETS_KEY: wiring.folder.secretsKey.toString('hex'),
    SIGNALBOX_PREVIOUS_SECRETS_KEYS: wiring.folder.previousSecretsKeys.map((key) => key.toString('hex')).join(','),
    SIGNALBOX_HTTP_PORT: '0',
  };
  const own = (i: number, more: Environment = {}): Environment => ({ ...shared, SIGNALBOX_GRPC_PORT: String(wiring.ports[i]), ...more });
  return {
    gateway: readConfig(gatewaySettings, own(0, { SIGNALBOX_HTTP_PORT: String(wiring.httpPort) })),
    segments: readConfig(segmentsSettings, own(1)),
    matching: readConfig(matchingSettings, own(2)),
    crmWriter: readConfig(crmWriterSettings, own(3)),
    scheduler: readConfig(schedulerSettings, own(4)),
    orchestrations: readConfig(orchestrationsSettings, own(5)),
    leadConversion: readConfig(leadConversionSettings, own(6)),
  };
}
