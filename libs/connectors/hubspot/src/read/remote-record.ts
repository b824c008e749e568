import type { RemoteRecord } from '@signalbox/connectors-sdk';
import type { HubspotObject } from '../objects.ts';

/** A record as HubSpot's client gives it. */
export interface HubspotRecord {
  id: string;
  properties: Record<string, string | null>;
  updatedAt: Date;
  archived?: boolean;
  archivedAt?: Date;
}

/** Ids of records that became part of this one. */
export const MERGED = 'hs_merged_object_ids';

export function toRemoteRecord(object: HubspotObject, record: HubspotRecord, asked: readonly string[]): RemoteRecord {
  const { properties } = record;
  const fields: Record<string, string> = {};
  for (const field of asked) {
    const value = properties[field];
    if (value !== null && value !== undefined && value !== '') fields[field] = value;
  }
  const text = (field: string) => (field && properties[field]) || '';
  const { identity } = object;
  const deleted = record.archived === true;
  return {
    id: record.id, deleted, name: text(identity.name), website: text(identity.website), country: text(identity.country), fields,
    modifiedAt: deleted && record.archivedAt ? record.archivedAt : record.updatedAt,
  };
}

/** Properties to ask for, each once: those that a record is told apart by included. */
export function propertiesFor(object: HubspotObject, fields: readonly string[], also: readonly string[] = []): string[] {
  const { name, website, country } = object.identity;
  return [...new Set([name, website, country, ...fields, ...also])].filter((p) => p !== '');
}

/** A record that was merged into another is gone under its own id. */
export function mergedAway(object: HubspotObject, record: HubspotRecord): RemoteRecord[] {
  const ids = (record.properties[MERGED] ?? '').split(';').filter((id) => id !== '' && id !== record.id);
  return ids.map((id) => toRemoteRecord(object, { id, properties: {}, updatedAt: record.updatedAt, archived: true, archivedAt: record.updatedAt }, []));
}
