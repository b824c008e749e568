import { invalid } from '@signalbox/kernel';
import { checkBaseUrl, checkSettings, connectionLimits, type ConnectInput } from '@signalbox/connectors-sdk';
import { DEFAULT_API_VERSION, DEFAULT_RESERVE_PERCENT, salesforceManifest } from './manifest.ts';

export type Grant =
  | { kind: 'client_credentials'; clientId: string; clientSecret: string }
  | { kind: 'jwt_bearer'; clientId: string; username: string; privateKey: string; audience: string };

export interface SalesforceSettings {
  /** Where to sign in. */
  origin: string;
  plainHosts: readonly string[];
  /** Such as "62.0". */
  apiVersion: string;
  reservePercent: number;
  ca: string | undefined;
  grant: Grant;
}

function readVersion(given: string | undefined): string {
  const text = given?.trim().replace(/^v/i, '') || DEFAULT_API_VERSION;
  const version = /^\d{2,3}$/.test(text) ? `${text}.0` : text;
  if (!/^\d{2,3}\.0$/.test(version) || Number(version) < 52) {
    throw invalid('salesforce.api_version_invalid', `'${given}' is not an API version that works here. Give 52.0 or newer, such as ${DEFAULT_API_VERSION}.`, { field: 'settings.api_version' });
  }
  return version;
}

function readReserve(given: string | undefined): number {
  const percent = given?.trim() ? Number(given) : DEFAULT_RESERVE_PERCENT;
  if (!(percent >= 0 && percent <= 90)) throw invalid('salesforce.reserve_invalid', `'${given}' is not a share: give a number from 0 to 90.`, { field: 'settings.api_reserve_percent' });
  return percent;
}

function readGrant(input: ConnectInput): Grant {
  const { settings, secrets } = input;
  const clientId = settings['client_id']!.trim();
  if (input.authKind === 'client_credentials') return { kind: 'client_credentials', clientId, clientSecret: secrets['client_secret']!.trim() };
  const audience = settings['audience']?.trim() || 'https://login.salesforce.com';
  return { kind: 'jwt_bearer', clientId, username: settings['username']!.trim(), privateKey: secrets['private_key']!, audience };
}

/** @throws Invalid naming the setting and what it must be */
export function readSettings(input: ConnectInput): SalesforceSettings {
  checkSettings(salesforceManifest, input.authKind, input.settings, input.secrets);
  connectionLimits(salesforceManifest, input.settings);
  const plainHosts = input.plainHosts ?? [];
  return {
    origin: checkBaseUrl(input.baseUrl, plainHosts).origin,
    plainHosts,
    apiVersion: readVersion(input.settings['api_version']),
    reservePercent: readReserve(input.settings['api_reserve_percent']),
    ca: input.settings['ca_certificate']?.trim() || undefined,
    grant: readGrant(input),
  };
}
