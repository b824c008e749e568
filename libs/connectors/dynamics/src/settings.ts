import { invalid } from '@signalbox/kernel';
import { checkBaseUrl, checkSettings, connectionLimits, type ConnectInput } from '@signalbox/connectors-sdk';
import { DEFAULT_API_VERSION, DEFAULT_AUTHORITY, DEFAULT_RESERVE_PERCENT, dynamicsManifest } from './manifest.ts';

export interface DynamicsSettings {
  /** The environment's address. */
  origin: string;
  /** Where to sign in. */
  authority: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** Such as "9.2". */
  apiVersion: string;
  reservePercent: number;
  ca: string | undefined;
}

function readVersion(given: string | undefined): string {
  const version = given?.trim().replace(/^v/i, '') || DEFAULT_API_VERSION;
  if (!/^9\.[0-9]$/.test(version)) throw invalid('dynamics.api_version_invalid', `'${given}' is not an API version that works here. Give ${DEFAULT_API_VERSION}, or leave it out.`, { field: 'settings.api_version' });
  return version;
}

function readReserve(given: string | undefined): number {
  const percent = given?.trim() ? Number(given) : DEFAULT_RESERVE_PERCENT;
  if (!(percent >= 0 && percent <= 90)) throw invalid('dynamics.reserve_invalid', `'${given}' is not a share: give a number from 0 to 90.`, { field: 'settings.api_reserve_percent' });
  return percent;
}

/** A tenant stands in an address, so it may be nothing but its id or a domain name. */
function readTenant(given: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(given)) throw invalid('dynamics.tenant_invalid', `'${given.slice(0, 80)}' is not a tenant: give the Directory (tenant) ID, or a domain of the tenant.`, { field: 'settings.tenant_id' });
  return given;
}

/** @throws Invalid naming the setting and what it must be */
export function readSettings(input: ConnectInput): DynamicsSettings {
  checkSettings(dynamicsManifest, input.authKind, input.settings, input.secrets);
  connectionLimits(dynamicsManifest, input.settings);
  const { settings, secrets } = input;
  return {
    origin: checkBaseUrl(input.baseUrl, input.plainHosts).origin,
    authority: checkBaseUrl(settings['authority']?.trim() || DEFAULT_AUTHORITY, input.plainHosts).origin,
    tenantId: readTenant(settings['tenant_id']!.trim()),
    clientId: settings['client_id']!.trim(),
    clientSecret: secrets['client_secret']!.trim(),
    apiVersion: readVersion(settings['api_version']),
    reservePercent: readReserve(settings['api_reserve_percent']),
    ca: settings['ca_certificate']?.trim() || undefined,
  };
}
