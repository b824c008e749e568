import { invalid } from '@signalbox/kernel';
import type { ConnectorManifest } from './manifest.ts';

/** How often a provider may be called, as its connector says. A person can set what differs from account to account. */
export interface CallLimits {
  /** Most calls in any span of `windowMs`; without `calls` the provider has no such limit, and a person may still set one. */
  rate: { calls?: number; windowMs: number };
  /** Most calls under way at once; left out where the provider says nothing. */
  concurrent?: number;
  /** What a day is to the provider: the last 24 hours, or from midnight to midnight in the account's own time zone. */
  day: 'rolling' | 'midnight';
}

/** The limits of one connection, with what a person has set. */
export interface ConnectionLimits extends CallLimits {
  /** IANA name. */
  timeZone: string;
}

/** The settings that every connector has for it; its manifest describes them. */
export const RATE_SETTING = 'api_rate_limit';
export const TIME_ZONE_SETTING = 'time_zone';
const FEWEST = 10;
const MOST = 1_000_000;

function readRate(given: string | undefined): number | undefined {
  const text = given?.trim();
  if (!text) return undefined;
  const calls = Number(text);
  if (Number.isInteger(calls) && calls >= FEWEST && calls <= MOST) return calls;
  throw invalid('connector.rate_limit_invalid', `'${given}' is no number of calls: give a whole number from ${FEWEST} to ${MOST}.`, { field: `settings.${RATE_SETTING}` });
}

function readZone(given: string | undefined): string {
  const zone = given?.trim() || 'UTC';
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    throw invalid('connector.time_zone_invalid', `'${given}' is no time zone. Give a name such as Europe/Berlin.`, { field: `settings.${TIME_ZONE_SETTING}` });
  }
}

/** @throws Invalid naming the setting and what it must be */
export function connectionLimits(manifest: ConnectorManifest, settings: Readonly<Record<string, string>>): ConnectionLimits {
  const { budget } = manifest;
  const calls = readRate(settings[RATE_SETTING]) ?? budget.rate.calls;
  return { ...budget, rate: { ...budget.rate, calls }, timeZone: readZone(settings[TIME_ZONE_SETTING]) };
}
