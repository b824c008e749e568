import { invalid } from '@signalbox/kernel';
import { checkBaseUrl, checkSettings, connectionLimits, type ConnectInput } from '@signalbox/connectors-sdk';
import { DEFAULT_API_VERSION, DEFAULT_RESERVE_PERCENT, hubspotManifest } from './manifest.ts';

export type Grant =
  | { kind: 'access_token'; accessToken: string }
  | { kind: 'oauth'; clientId: string; clientSecret: string; refreshToken: string };

export interface HubspotSettings {
  origin: string;
  /** v3, or a dated version such as 2026-03. */
  apiVersion: string;
  reservePercent: number;
  ca: string | undefined;
  grant: Grant;
}

function readVersion(given: string | undefined): string {
  const version = given?.trim() || DEFAULT_API_VERSION;
  if (version === 'v3' || /^20\d\d-(03|09)$/.test(version)) return version;
  throw invalid('hubspot.api_version_invalid', `'${given}' is not an API version that works here. Give v3, or a dated one such as 2026-03.`, { field: 'settings.api_version' });
}

function readReserve(given: string | undefined): number {
  const percent = given?.trim() ? Number(given) : DEFAULT_RESERVE_PERCENT;
  if (percent >= 0 && percent <= 90) return percent;
  throw invalid('hubspot.reserve_invalid', `'${given}' is not a share: give a number from 0 to 90.`, { field: 'settings.api_reserve_percent' });
}

function readGrant({ authKind, settings, secrets }: ConnectInput): Grant {
  if (authKind === 'access_token') return { kind: 'access_token', accessToken: secrets['access_token']!.trim() };
  return { kind: 'oauth', clientId: settings['client_id']!.trim(), clientSecret: secrets['client_secret']!.trim(), refreshToken: secrets['refresh_token']!.trim() };
}

/** @throws Invalid naming the setting and what it must be */
export function readSettings(input: ConnectInput): HubspotSettings {
  checkSettings(hubspotManifest, input.authKind, input.settings, input.secrets);
  connectionLimits(hubspotManifest, input.settings);
  return {
    origin: checkBaseUrl(input.baseUrl, input.plainHosts ?? []).origin,
    apiVersion: readVersion(input.settings['api_version']),
    reservePercent: readReserve(input.settings['api_reserve_percent']),
    ca: input.settings['ca_certificate']?.trim() || undefined,
    grant: readGrant(input),
  };
}
